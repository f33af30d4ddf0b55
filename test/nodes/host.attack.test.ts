import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { SealboxHost } from '../../nodes/SealboxHost/SealboxHost.node';
import { keysetOf } from '../../src/kinds/keyset';
import { sealFields } from '../../src/sealing/itemFields';
import { API_KEY } from '../hostApi/n8n';
import { json, TestServer, type Received } from '../http/server';
import { filled, runNode } from './execution';

/*
 * 1. a secret as fixed text in the workflow, an empty one, one that does not open
 * 2. an API that tells the key, or redirects it away
 * 3. one bad item among good ones
 * 4. parameters that an expression got wrong
 */

const SECRET = 'hunter2-hunter2-hunter2';
const KEYS = { keysFrom: 'passphrase', passphrase: 'a generated passphrase of the tests' };

let n8n: TestServer;
beforeEach(async () => {
	n8n = await TestServer.start();
});
afterEach(() => n8n.stop());

const node = new SealboxHost();

async function run(
	parameters: INodeParameters,
	more: Partial<Parameters<typeof runNode>[0]> = {},
	credential: ICredentialDataDecryptedObject = { baseUrl: n8n.origin, apiKey: API_KEY },
) {
	return await runNode({
		node,
		parameters: filled(node, parameters),
		credentials: { sealboxHostApi: credential, sealboxSealingKeysApi: KEYS },
		types: {
			httpHeaderAuth: {
				name: 'httpHeaderAuth',
				displayName: 'Header Auth',
				properties: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '' },
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						typeOptions: { password: true },
						default: '',
					},
				],
			},
		},
		...more,
	});
}

const answers =
	(table: Record<string, unknown>) =>
	({ method, url }: Received, response: Parameters<TestServer['answer']>[1]) => {
		const found = table[`${method} ${url.split('?')[0]}`];
		if (found === undefined) response.writeHead(404).end('{"message":"Not Found"}');
		else json(response, found);
	};

const schema = { properties: { name: { type: 'string' }, value: { type: 'string' } } };
const creating = (value: string, more: INodeParameters = {}): INodeParameters => ({
	resource: 'credential',
	operation: 'create',
	name: 'Partner',
	type: 'httpHeaderAuth',
	fields: {
		field: [
			{ name: 'name', from: 'given', value: 'X-Key' },
			{ name: 'value', from: 'given', value },
		],
	},
	...more,
});
const createsWell = () => {
	n8n.answer = answers({
		'GET /api/v1/credentials/schema/httpHeaderAuth': schema,
		'POST /api/v1/credentials': { id: 'c1', name: 'Partner', type: 'httpHeaderAuth' },
	});
};

test('a secret as fixed text is refused before anything is sent, a public field is not', async () => {
	createsWell();
	const { error } = await run(creating(SECRET));
	expect(error?.message).toContain('The value of value is fixed text');
	expect(error?.message).not.toContain(SECRET);
	expect(n8n.received).toEqual([]);
});

test('a sealed value is opened on its way, and shows up in no item', async () => {
	createsWell();
	const sealing = { keyset: await keysetOf(KEYS), context: 'partner' };
	const { key } = sealFields({ key: SECRET }, { by: 'all' }, sealing);
	const items = [{ json: { key } }];
	const given = creating('={{ $json.key }}', { useKeys: true, context: 'partner' });
	const { items: made, error } = await run(given, { items });
	expect(error).toBeUndefined();
	expect(JSON.parse(n8n.received.at(-1)!.body)).toMatchObject({
		data: { name: 'X-Key', value: SECRET },
	});
	expect(JSON.stringify(made)).not.toContain(SECRET);
});

test.each([
	['with keys that did not seal it', { useKeys: true, context: 'another' }, 'could not be opened'],
	['without keys', { useKeys: false }, 'Turn on Use Sealing Keys'],
])('a sealed value %s is not written', async (_, more, sentence) => {
	createsWell();
	const sealing = { keyset: await keysetOf(KEYS), context: 'partner' };
	const { key } = sealFields({ key: SECRET }, { by: 'all' }, sealing);
	const { error } = await run(creating('={{ $json.key }}', more), { items: [{ json: { key } }] });
	expect(error?.message).toContain(sentence);
	expect(n8n.received.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('an expression that gives nothing is not written', async () => {
	createsWell();
	const { error } = await run(creating('={{ $json.missing }}'));
	expect(error?.message).toContain('The value of value is empty');
});

test('what n8n tells of the key is taken out', async () => {
	n8n.answer = answers({ 'GET /api/v1/credentials/c1': { id: 'c1', name: `mine ${API_KEY}` } });
	const { items } = await run({
		resource: 'credential',
		operation: 'get',
		credentialId: { __rl: true, mode: 'id', value: 'c1' },
	});
	expect(items).toHaveLength(1);
	expect(JSON.stringify(items)).not.toContain(API_KEY);
});

test('a redirect is not followed, and the key goes nowhere', async () => {
	const elsewhere = await TestServer.start();
	n8n.answer = (_, response) => response.writeHead(302, { location: elsewhere.origin }).end();
	const { error } = await run({ resource: 'workflow', operation: 'getAll', returnAll: true });
	expect(error?.message).toContain('redirects are not followed');
	expect(elsewhere.received).toEqual([]);
	await elsewhere.stop();
});

test('one bad item does not lose the others, where n8n goes on', async () => {
	n8n.answer = answers({ 'GET /api/v1/executions/1': { id: 1, status: 'success' } });
	const items = ['1', '../users', '2'].map((id) => ({ json: { id } }));
	const parameters = { resource: 'execution', operation: 'get', executionId: '={{ $json.id }}' };
	const outcome = await run(parameters, { items, continueOnFail: true });
	expect(
		outcome.items.map(({ json: found, pairedItem }) => [found.error ?? found.id, pairedItem]),
	).toEqual([
		['1', { item: 0 }],
		[expect.stringContaining('not the number of an execution'), { item: 1 }],
		[expect.stringContaining('was not found'), { item: 2 }],
	]);
	expect(n8n.received.map(({ url }) => url.split('?')[0])).toEqual([
		'/api/v1/executions/1',
		'/api/v1/executions/2',
	]);
});

test.each([
	['limit', -1, 'Limit'],
	['skip', 'x', 'Skip'],
])('%s %j is told by name', async (name, value, label) => {
	const { error } = await run({
		resource: 'workflow',
		operation: 'getAll',
		[name]: `={{ ${JSON.stringify(value)} }}`,
	});
	expect(error?.message).toContain(label);
});
