import { randomUUID } from 'node:crypto';
import { createCanary, search } from '../../host/canary.ts';
import type { NodeOnCanvas } from '../../host/client.ts';
import { createApiKey } from '../../host/observe/api.ts';
import { guarded } from '../../host/services/routes.ts';
import { startService, type Service } from '../../host/services/service.ts';
import { connect, inLine, messageOf, outputOf, readHost, sightings } from './host.ts';

/** Sealbox Host in a real n8n, which it speaks to through that n8n's own public API. */

const client = connect();
const { url } = readHost();
const present = createCanary('present', 'plain');
const SCOPES = [
	...['list', 'read', 'create', 'update', 'delete'].map((action) => `credential:${action}`),
	...['list', 'read', 'stop', 'retry'].map((action) => `execution:${action}`),
	...['list', 'read', 'create', 'update', 'delete', 'activate', 'deactivate'].map(
		(action) => `workflow:${action}`,
	),
];

let service: Service;
let hostCredential: string;
let apiKey: string;

beforeAll(async () => {
	apiKey = await createApiKey(client, `host ${randomUUID()}`, SCOPES);
	hostCredential = await client.createCredential('This n8n', 'sealboxHostApi', {
		baseUrl: url,
		apiKey,
	});
	service = await startService({
		'/me': guarded(({ headers }) => headers['x-key'] === present.value),
	});
	// The answer in which n8n told the key is the one that may hold it.
	client.answers.length = 0;
});
afterAll(() => service?.close());

const hostNode = (
	resource: string,
	operation: string,
	parameters: Record<string, unknown> = {},
	name = 'Sealbox Host',
): NodeOnCanvas => ({
	name,
	type: 'n8n-nodes-sealbox.sealboxHost',
	typeVersion: 1,
	parameters: { resource, operation, ...parameters },
	credentials: { sealboxHostApi: { id: hostCredential, name: 'This n8n' } },
});
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** What the node gives out for one operation. */
async function ask(resource: string, operation: string, parameters: Record<string, unknown> = {}) {
	const node = hostNode(resource, operation, parameters);
	const execution = await client.runOnce(inLine(`Host ${operation}`, node));
	expect(messageOf(execution)).toBe('');
	return outputOf(execution, 'Sealbox Host');
}

const headerAuth = async (value: string) =>
	await client.createCredential(`Header ${randomUUID()}`, 'httpHeaderAuth', {
		name: 'X-Key',
		value,
	});

/** n8n's own HTTP Request with n8n's own Header Auth. */
const request = (credential: string): NodeOnCanvas => ({
	name: 'HTTP Request',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		url: `${service.url}/me`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	},
	credentials: { httpHeaderAuth: { id: credential, name: 'Header' } },
});

test('the test of the credential asks n8n, and tells a wrong key from a wrong address', async () => {
	const test = async (fields: object) =>
		await client.testCredential('', 'Trial', 'sealboxHostApi', {
			baseUrl: url,
			apiKey,
			...fields,
		});
	expect(await test({})).toEqual({ status: 'OK', message: 'n8n answered and took the key.' });
	expect(await test({ apiKey: 'eyJhbGciOiJIUzI1NiJ9.wrong.key' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('does not know the API key'),
	});
	expect(await test({ baseUrl: `${service.url}/elsewhere` })).toMatchObject({ status: 'Error' });
	expect(await test({ baseUrl: 'http://127.0.0.1:1' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('Nothing answers'),
	});
});

test('a credential is created, changed, tested, found and deleted, and never shown', async () => {
	const secret = createCanary('created', 'plain');
	const fields = (...rows: object[]) => ({ fields: { field: rows } });
	const created = await client.runOnce(
		inLine(
			'Create',
			hostNode('credential', 'create', {
				name: 'Made by a workflow',
				type: 'httpHeaderAuth',
				...fields(
					{ name: 'name', value: 'X-Key' },
					{ name: 'value', from: 'generated', length: 32 },
				),
			}),
		),
	);
	expect(messageOf(created)).toBe('');
	const [made] = outputOf(created, 'Sealbox Host') as { id: string; type: string }[];
	expect(made).toMatchObject({ name: 'Made by a workflow', type: 'httpHeaderAuth' });
	expect(Object.keys(made!)).not.toContain('data');
	const credentialId = byId(made!.id);

	await ask('credential', 'update', { credentialId, name: 'Renamed' });
	const [shown] = await ask('credential', 'get', { credentialId });
	expect(shown).toMatchObject({ id: made!.id, name: 'Renamed' });
	const [tested] = await ask('credential', 'test', { credentialId });
	expect(tested).toMatchObject({ outcome: 'untested' });
	const listed = await ask('credential', 'getAll', {
		returnAll: true,
		filters: { type: 'httpHeaderAuth' },
	});
	expect(listed.map(({ id }) => id)).toContain(made!.id);

	const refused = await client.runOnce(
		inLine(
			'Fixed text',
			hostNode('credential', 'update', {
				credentialId,
				...fields({ name: 'value', from: 'given', value: secret.value }),
			}),
		),
	);
	expect(messageOf(refused)).toContain('fixed text');

	const [deleted] = await ask('credential', 'delete', { credentialId });
	expect(deleted).toMatchObject({ id: made!.id, deleted: true });
	const gone = await client.runOnce(
		inLine('Gone', hostNode('credential', 'get', { credentialId })),
	);
	expect(messageOf(gone)).toContain('was not found');
});

test('who uses a credential is told before it is deleted', async () => {
	const credential = await headerAuth(present.value);
	const id = await client.createWorkflow(inLine('User of it', request(credential)));
	const [found] = await ask('workflow', 'findByCredential', { credentialId: byId(credential) });
	expect(found).toMatchObject({
		count: 1,
		activeCount: 0,
		workflows: [{ id, active: false, nodes: ['HTTP Request'] }],
	});
});

test('an execution is shown step by step, without the secret that the service echoed', async () => {
	const credential = await headerAuth(present.value);
	const id = await client.createWorkflow(inLine('Echo', request(credential)));
	const execution = await client.runWorkflow(id);
	expect(search([present], 'n8n itself', execution.raw)).not.toEqual([]);

	const node = hostNode('execution', 'get', { executionId: execution.id });
	const reading = await client.runOnce(inLine('Read', node));
	expect(messageOf(reading)).toBe('');
	const [shown] = outputOf(reading, 'Sealbox Host') as {
		status: string;
		steps: { node: string; input: unknown[]; output: unknown[]; durationMs: number }[];
	}[];
	expect(shown!.steps.map(({ node: name }) => name)).toEqual(['Start', 'HTTP Request']);
	const [, step] = shown!.steps;
	expect(step!.input).toEqual([[{}]]);
	expect(JSON.stringify(step!.output)).toContain('/me');
	expect(step!.durationMs).toEqual(expect.any(Number));
	expect(search([present], 'the node', reading.raw)).toEqual([]);

	const listed = await ask('execution', 'getAll', {
		returnAll: false,
		limit: 1,
		filters: { workflowId: byId(id), status: 'success' },
	});
	expect(listed).toMatchObject([{ id: execution.id, status: 'success', workflowId: id }]);
});

test('a workflow is created, changed, activated, run and deleted', async () => {
	const sub = {
		name: 'Sub',
		nodes: [
			{
				name: 'Called',
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				parameters: { inputSource: 'passthrough' },
				position: [0, 0],
			},
			{
				name: 'Answer',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [200, 0],
				parameters: {
					assignments: {
						assignments: [
							{ id: '1', name: 'answer', value: '={{ $json.question }}!', type: 'string' },
						],
					},
				},
			},
		],
		connections: { Called: { main: [[{ node: 'Answer', type: 'main', index: 0 }]] } },
		settings: {},
		pinData: {},
		active: false,
	};
	const [made] = (await ask('workflow', 'create', { workflowJson: JSON.stringify(sub) })) as {
		id: string;
	}[];
	const workflowId = byId(made!.id);
	const [changed] = await ask('workflow', 'update', {
		workflowId,
		workflowJson: JSON.stringify({ name: 'Sub, renamed' }),
	});
	expect(changed).toMatchObject({ id: made!.id, name: 'Sub, renamed', nodeCount: 2 });
	const [active] = await ask('workflow', 'activate', { workflowId });
	expect(active).toMatchObject({ active: true });

	const question: NodeOnCanvas = {
		name: 'Question',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			assignments: { assignments: [{ id: '1', name: 'question', value: 'six', type: 'string' }] },
		},
	};
	const ran = await client.runOnce(
		inLine('Run', question, hostNode('workflow', 'run', { workflowId })),
	);
	expect(messageOf(ran)).toBe('');
	expect(outputOf(ran, 'Sealbox Host')).toMatchObject([
		{ id: made!.id, output: [{ answer: 'six!' }] },
	]);

	const [idle] = await ask('workflow', 'deactivate', { workflowId });
	expect(idle).toMatchObject({ active: false });
	await ask('workflow', 'delete', { workflowId });
	const listed = await ask('workflow', 'getAll', { returnAll: true });
	expect(listed.map(({ id }) => id)).not.toContain(made!.id);
});

test('the API key shows up in no answer and no log', () => {
	const key = [{ name: 'API key', value: apiKey }];
	expect(search(key, 'answers', client.answers.join('\n'))).toEqual([]);
	// n8n itself keeps the keys to its API in its database, in clear.
	const files = sightings(key, client).filter(({ where }) => !/database\.sqlite/.test(where));
	expect(files).toEqual([]);
});
