import {
	NodeHelpers,
	resolveWebhookDescriptionField,
	Workflow,
	type INode,
	type INodeTypes,
	type IHookFunctions,
	type INodeParameters,
	type IWebhookFunctions,
} from 'n8n-workflow';
import { activationProblem } from '../../nodes/SealboxWebhookTrigger/activation';
import { SealboxWebhookTrigger } from '../../nodes/SealboxWebhookTrigger/SealboxWebhookTrigger.node';
import { receive } from '../../nodes/SealboxWebhookTrigger/receive';

/** What a trigger says where the store that it was promised cannot be had. */

const CREDENTIAL = { secret: 'whsec-4fb1a90c2d' };
const PARAMETERS: Record<string, unknown> = {
	authentication: 'provider',
	provider: 'github',
	options: {},
};

const common = {
	getNodeParameter: (name: string, fallback: unknown) => PARAMETERS[name] ?? fallback,
	getCredentials: () => Promise.resolve(CREDENTIAL),
	getWorkflow: () => ({ id: 'w1' }),
	getNode: () => ({ id: 'n1' }),
	getMode: () => 'webhook',
	getNodeWebhookUrl: () => 'http://localhost/webhook/p',
};

const before = { ...process.env };
beforeAll(() => {
	process.env.SEALBOX_STATE = 'postgres';
	delete process.env.DB_TYPE;
});
afterAll(() => {
	process.env = before;
});

test('activation says which setting names a store that is not there', async () => {
	const problem = await activationProblem(common as unknown as IHookFunctions);
	expect(problem).toMatch(/SEALBOX_STATE .* DB_TYPE=postgresdb/);
});

test('a request is refused, and nothing runs', async () => {
	const sent: { status?: number; body?: string } = {};
	const response = {
		status: (status: number) => (sent.status = status),
		set: () => response,
		send: (body: string) => (sent.body = body),
	};
	const request = {
		method: 'POST',
		url: '/webhook/p',
		headers: {},
		headersDistinct: {},
		rawBody: Buffer.from('{}'),
		ip: '127.0.0.1',
		socket: {},
	};
	const context = {
		...common,
		getRequestObject: () => request,
		getResponseObject: () => response,
	} as unknown as IWebhookFunctions;
	expect(await receive(context)).toEqual({ noWebhookResponse: true });
	expect(sent).toEqual({ status: 500, body: '{"message":"The request was refused."}' });
});

describe('the credential', () => {
	const { credentials = [] } = new SealboxWebhookTrigger().description;
	const isAsked = (parameters: INodeParameters) =>
		credentials.some((one) => NodeHelpers.displayParameter(parameters, one, null, null));

	test.each<[string, INodeParameters, boolean]>([
		['a signature', { authentication: 'provider', provider: 'github' }, true],
		['a token and a key', { authentication: 'jwt', keySetUrl: '' }, true],
		['a token and a key set', { authentication: 'jwt', keySetUrl: 'https://a.example/' }, false],
		['a certificate', { authentication: 'provider', provider: 'aws-sns' }, false],
		['nothing', { authentication: 'none' }, false],
	])('with %s', (_what, parameters, expected) => {
		expect(isAsked(parameters)).toBe(expected);
	});
});

describe('what n8n takes from the parameters without its expression engine', () => {
	const { description } = new SealboxWebhookTrigger();
	const [webhook = { name: 'default' as const, httpMethod: 'POST' as const, path: '' }] =
		description.webhooks ?? [];
	const nodeTypes = { getByNameAndVersion: () => ({ description }) } as unknown as INodeTypes;

	/** As n8n makes it of what is stored: with the defaults of the form. */
	function nodeOf(parameters: INodeParameters): [Workflow, INode] {
		const node = { id: '1', name: 'T', type: 'x', typeVersion: 1, parameters };
		const nodes = [{ ...node, position: [0, 0] as [number, number] }];
		const workflow = new Workflow({ nodes, connections: {}, active: false, nodeTypes });
		return [workflow, workflow.nodes.T as INode];
	}

	test.each<INodeParameters>([
		{ path: 'orders' },
		{ path: 'orders', httpMethod: 'GET', responseMode: 'lastNode' },
		{ path: 'orders', responseMode: 'lastNode', responseData: 'allEntries' },
		{ path: ':order', responseMode: 'responseNode', options: { responseCode: 202 } },
		{ path: 'orders', multipleMethods: true, httpMethod: ['GET', 'POST'], options: {} },
	])('is what the expressions give: %j', (parameters) => {
		const [workflow, node] = nodeOf(parameters);
		for (const name of ['httpMethod', 'path', 'responseMode', 'responseCode', 'responseData']) {
			const template = webhook[name as 'path'];
			const evaluated = workflow.expression.getComplexParameterValue(node, template, 'webhook', {});
			const resolved = resolveWebhookDescriptionField(node, webhook, name);
			expect([name, resolved]).toEqual([name, { resolved: true, value: evaluated }]);
		}
	});

	test('a parameter that is an expression is left to the engine', () => {
		const [, node] = nodeOf({ path: '={{ $vars.path }}' });
		expect(resolveWebhookDescriptionField(node, webhook, 'path').resolved).toBe(false);
	});
});
