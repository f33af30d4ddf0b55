import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NodeOnCanvas, Workflow } from '../../host/client.ts';
import { connect, outputOf, readHost, sightings } from './host.ts';
import { activate, pathOf, publish, runsOf, triggerNode } from './webhooks/active.ts';

/** What the trigger offers beyond letting a request in: methods, files, first answers, rotation, tests. */

const client = connect();
const { url, folder } = readHost();
const KEY = `canary-${randomUUID()}`;
let credential: string;
beforeAll(async () => {
	credential = await client.createCredential('Key', 'sealboxWebhookApi', { secret: KEY });
});

const node = (name: string): NodeOnCanvas => ({
	name,
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	parameters: {},
});
const bearing = (headers: Record<string, string> = {}, key = KEY) => ({
	authorization: `Bearer ${key}`,
	...headers,
});
const signed = (body: string | Buffer) => ({
	'x-hub-signature-256': `sha256=${createHmac('sha256', KEY).update(body).digest('hex')}`,
});
const JSON_TYPE = { 'content-type': 'application/json' };
const GITHUB = { authentication: 'provider', provider: 'github' };

interface Answer {
	status: number;
	headers: Headers;
	bytes: Buffer;
	text: string;
}

interface Sent {
	method?: string;
	headers?: Record<string, string>;
	body?: string | Buffer;
}

async function send(
	target: NodeOnCanvas | string,
	{ method = 'POST', headers = {}, body }: Sent = {},
): Promise<Answer> {
	const address = typeof target === 'string' ? target : `${url}/webhook/${pathOf(target)}`;
	const response = await fetch(address, {
		method,
		headers,
		...(body === undefined ? {} : { body: Uint8Array.from(Buffer.from(body)) }),
	});
	const bytes = Buffer.from(await response.arrayBuffer());
	return { status: response.status, headers: response.headers, bytes, text: bytes.toString() };
}

describe('methods', () => {
	const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

	test('each has an output of its own; another one is 404; a second trigger of the workflow has its own path and parameters', async () => {
		const several = triggerNode(
			{
				authentication: 'bearer',
				multipleMethods: true,
				httpMethod: METHODS,
				responseMode: 'lastNode',
			},
			credential,
			'Several',
		);
		const orders = triggerNode({ authentication: 'bearer' }, credential, 'Orders');
		orders.parameters.path = 'orders/:order/lines/:line';
		const ends = METHODS.map(node);
		const id = await activate(client, [several, orders, ...ends, node('After')], {
			Several: { main: METHODS.map((name) => [{ node: name, type: 'main', index: 0 }]) },
			Orders: { main: [[{ node: 'After', type: 'main', index: 0 }]] },
		});
		for (const method of METHODS) {
			const headers = bearing(method === 'GET' ? {} : JSON_TYPE);
			const body = method === 'GET' ? undefined : '{}';
			const answer = await send(several, { method, headers, body });
			expect([answer.status, JSON.parse(answer.text)]).toEqual([
				200,
				expect.objectContaining({ method, path: `/webhook/${pathOf(several)}` }),
			]);
		}
		const [line, wrong] = ['POST', 'PUT'].map((method) =>
			send(`${url}/webhook/${String(orders.webhookId)}/orders/7/lines/a`, {
				method,
				headers: bearing(JSON_TYPE),
				body: '{}',
			}),
		);
		expect([(await line)?.status, (await wrong)?.status]).toEqual([200, 404]);
		const runs = await runsOf(client, id, METHODS.length + 1);
		expect(runs.map(({ data }) => data.resultData.lastNodeExecuted)).toEqual([...METHODS, 'After']);
		expect(outputOf(runs.at(-1)!, 'After')).toMatchObject([{ params: { order: '7', line: 'a' } }]);
	});

	test('a workflow that is not active any more answers 404, and again once it is', async () => {
		const start = triggerNode({ authentication: 'bearer' }, credential);
		const id = await activate(client, [start, node('After')]);
		const ask = async () => (await send(start, { headers: bearing(JSON_TYPE), body: '{}' })).status;
		expect(await ask()).toBe(200);
		await client.post(`/rest/workflows/${id}/deactivate`, {});
		while ((await ask()) !== 404) await sleep(50);
		await client.activateWorkflow(id);
		while ((await ask()) === 404) await sleep(50);
		expect(await ask()).toBe(200);
	});

	test('the test address receives one request while the editor listens, and uses nothing up', async () => {
		const start = triggerNode(GITHUB, credential);
		const id = await activate(client, [start, node('After')]);
		const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
		await client.post(`/rest/workflows/${id}/run`, {
			workflowData,
			triggerToStartFrom: { name: 'Trigger' },
			startNodes: [],
		});
		const request = { headers: { ...JSON_TYPE, ...signed('{}') }, body: '{}' };
		const tested = await send(`${url}/webhook-test/${pathOf(start)}`, request);
		expect([tested.status, tested.text]).toEqual([200, '{"message":"Workflow was started"}']);
		expect((await send(start, request)).text).toBe('{"message":"Workflow was started"}');
		expect((await send(start, request)).text).toBe('{"message":"duplicate"}');
		expect(await runsOf(client, id, 2)).toHaveLength(2);
	});
});

describe('files', () => {
	const BOUNDARY = '----WebKitFormBoundary7MA4YWxkTrZu0gW';
	const file = Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256));
	const form = Buffer.concat([
		Buffer.from(
			`--${BOUNDARY}\r\ncontent-disposition: form-data; name="note"\r\n\r\nGrüße ${KEY}\r\n` +
				`--${BOUNDARY}\r\ncontent-disposition: form-data; name="doc"; filename="../a.bin"\r\ncontent-type: application/x-test\r\n\r\n`,
		),
		file,
		Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
	]);
	const sent = (body: Buffer, headers: Record<string, string> = {}) => ({
		headers: {
			'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
			...signed(body),
			...headers,
		},
		body,
	});
	const respond: NodeOnCanvas = {
		name: 'Respond',
		type: 'n8n-nodes-sealbox.sealboxRespond',
		typeVersion: 1,
		parameters: { respondWith: 'file', binaryField: 'doc', options: {} },
	};

	test('a signed form is verified byte by byte; its fields are in the item, its file beside it', async () => {
		const options = { binaryData: true, largestBodyKib: 4 };
		const start = triggerNode({ ...GITHUB, responseMode: 'responseNode', options }, credential);
		const id = await activate(client, [start, respond]);
		const changed = Buffer.from(form);
		changed[changed.length - 100] ^= 1;
		const bad = await send(start, { ...sent(form), body: changed });
		expect(bad.status).toBe(401);
		const good = await send(start, sent(form));
		expect([good.status, good.headers.get('content-type')]).toEqual([200, 'application/x-test']);
		expect(good.bytes.equals(file)).toBe(true);
		const large = Buffer.concat([form, Buffer.alloc(5000)]);
		expect((await send(start, sent(large))).status).toBe(413);
		const [run, ...more] = await runsOf(client, id, 1);
		expect(more).toEqual([]);
		expect(outputOf(run!, 'Respond')).toMatchObject([{ body: { note: 'Grüße [secret]' } }]);
		const [item] = run!.data.resultData.runData.Trigger?.[0]?.data?.main[0] ?? [];
		expect(item?.binary).toMatchObject({
			doc: { fileName: 'a.bin', mimeType: 'application/x-test' },
		});
	});

	test('JSON is still JSON, and any other type is a file', async () => {
		const options = { binaryData: true };
		const start = triggerNode(
			{ authentication: 'bearer', responseMode: 'lastNode', options },
			credential,
		);
		const id = await activate(client, [start]);
		const json = await send(start, { headers: bearing(JSON_TYPE), body: '{"a":[1]}' });
		expect(JSON.parse(json.text)).toMatchObject({ body: { a: [1] } });
		const headers = bearing({ 'content-type': 'image/png' });
		await send(start, { headers, body: '\u0089PNG' });
		const [, run] = await runsOf(client, id, 2);
		const [item] = run!.data.resultData.runData.Trigger?.[0]?.data?.main[0] ?? [];
		expect(item?.binary).toMatchObject({ data: { mimeType: 'image/png' } });
	});

	test('without the option a form is refused, whatever the proof', async () => {
		for (const parameters of [GITHUB, { authentication: 'bearer' }]) {
			const start = triggerNode(parameters, credential);
			const id = await activate(client, [start]);
			expect((await send(start, sent(form, bearing()))).status).toBe(415);
			expect(await runsOf(client, id, 0)).toEqual([]);
		}
	});
});

describe('repeated deliveries', () => {
	const TEXT = `{"received":"CANARY-${randomUUID()}"}`;

	test('get the first answer again, which is kept sealed', async () => {
		const options = { responseText: TEXT, responseCode: 202 };
		const start = triggerNode({ ...GITHUB, options }, credential);
		const id = await activate(client, [start, node('After')]);
		const request = { headers: { ...JSON_TYPE, ...signed('{}') }, body: '{}' };
		const first = await send(start, request);
		let again = await send(start, request);
		// It is kept a moment after it was sent; until then a copy hears that it is one.
		while (again.text === '{"message":"duplicate"}') again = await send(start, request);
		const shown = ({ status, text, headers }: Answer) => [
			status,
			text,
			headers.get('content-type'),
			headers.get('idempotent-replayed'),
		];
		expect(shown(first)).toEqual([202, TEXT, 'application/json; charset=utf-8', null]);
		expect(shown(again)).toEqual([202, TEXT, 'application/json; charset=utf-8', 'true']);
		expect(await runsOf(client, id, 1)).toHaveLength(1);
		const store = join(folder, '.n8n', 'sealbox');
		const files = readdirSync(store).filter((file) => file.startsWith('state.sqlite'));
		expect(files).toContain('state.sqlite');
		for (const file of files) {
			expect(readFileSync(join(store, file)).includes('CANARY-')).toBe(false);
		}
	});

	test('where a node answers, they are told that they are duplicates', async () => {
		const start = triggerNode({ ...GITHUB, responseMode: 'lastNode' }, credential);
		await activate(client, [start]);
		const request = { headers: { ...JSON_TYPE, ...signed('{"b":2}') }, body: '{"b":2}' };
		expect(JSON.parse((await send(start, request)).text)).toMatchObject({ body: { b: 2 } });
		expect((await send(start, request)).text).toBe('{"message":"duplicate"}');
	});

	test('are known by the header that names them, each with the body that it came with', async () => {
		const options = { deliveryHeader: 'Idempotency-Key' };
		const start = triggerNode({ authentication: 'bearer', options }, credential);
		const id = await activate(client, [start, node('After')]);
		const deliver = async (key: string, body: string) => {
			const headers = bearing({ ...JSON_TYPE, 'idempotency-key': key });
			const { status, text } = await send(start, { headers, body });
			return `${status} ${text}`;
		};
		expect(await deliver('one', '{"a":1}')).toBe('200 {"message":"Workflow was started"}');
		expect(await deliver('one', '{"a":1}')).toBe('200 {"message":"duplicate"}');
		expect(await deliver('one', '{"a":2}')).toBe('409 {"message":"The request was refused."}');
		expect(await deliver('two', '{"a":1}')).toBe('200 {"message":"Workflow was started"}');
		const runs = await runsOf(client, id, 2);
		expect(runs.map((run) => outputOf(run, 'After')[0]?.webhook)).toMatchObject([
			{ id: 'one' },
			{ id: 'two' },
		]);
	});
});

test('a rotated secret and the one before it are both let in while they overlap, and each run says which', async () => {
	const [present, previous, ended] = [1, 2, 3].map(() => randomBytes(24).toString('base64'));
	const soon = new Date(Date.now() + 3_600_000).toISOString();
	const past = new Date(Date.now() - 1000).toISOString();
	const rotating = await client.createCredential('Rotating', 'sealboxWebhookApi', {
		secret: present,
		keyName: 'present',
		earlierKeys: {
			keys: [
				{ secret: previous, keyName: 'previous', acceptedUntil: soon },
				{ secret: ended, keyName: 'ended', acceptedUntil: past },
			],
		},
	});
	const start = triggerNode(
		{ authentication: 'provider', provider: 'standard-webhooks' },
		rotating,
	);
	const id = await activate(client, [start, node('After')]);
	const at = Math.floor(Date.now() / 1000);
	const ask = async (delivery: string, secret = '') => {
		const mac = createHmac('sha256', Buffer.from(secret, 'base64'))
			.update(`${delivery}.${at}.{}`)
			.digest('base64');
		const headers = {
			...JSON_TYPE,
			'webhook-id': delivery,
			'webhook-timestamp': String(at),
			'webhook-signature': `v1,${mac}`,
		};
		return (await send(start, { headers, body: '{}' })).status;
	};
	expect([await ask('a', present), await ask('b', previous), await ask('c', ended)]).toEqual([
		200, 200, 401,
	]);
	await client.updateCredential(rotating, 'Rotating', 'sealboxWebhookApi', {
		secret: present,
		keyName: 'present',
		earlierKeys: {},
	});
	expect([await ask('d', previous), await ask('e', present)]).toEqual([401, 200]);
	const runs = await runsOf(client, id, 3);
	expect(runs.map((run) => outputOf(run, 'After')[0]?.webhook)).toEqual(
		[
			['a', 'present'],
			['b', 'previous'],
			['e', 'present'],
		].map(([delivery, keyName]) => ({
			id: delivery,
			timestamp: new Date(at * 1000).toISOString(),
			keyName,
			scheme: 'standard-webhooks',
			address: '127.0.0.1',
		})),
	);
});

test('a limit for all requests together counts those that were let in', async () => {
	const options = { rate: 1 };
	const start = triggerNode({ authentication: 'bearer', options }, credential);
	const id = await activate(client, [start]);
	const ask = async (key = KEY) =>
		await send(start, { headers: bearing(JSON_TYPE, key), body: '{}' });
	for (let i = 0; i < 5; i += 1) expect((await ask('wrong')).status).toBe(401);
	const answers = [await ask(), await ask()];
	expect(answers.map(({ status }) => status)).toEqual([200, 429]);
	expect(Number(answers[1]?.headers.get('retry-after'))).toBeGreaterThan(0);
	expect(await runsOf(client, id, 1)).toHaveLength(1);
});

test('a trigger that waits for a Sealbox Respond is not registered without one', async () => {
	const start = triggerNode({ authentication: 'bearer', responseMode: 'responseNode' }, credential);
	const { status, triggers } = await publish(client, [start, node('After')]);
	expect(status).toBe('failed');
	expect(triggers[0]?.errorMessage).toContain('Add a Sealbox Respond node');
	const refused = await send(start, { headers: bearing(JSON_TYPE), body: '{}' });
	expect(refused.status).toBe(404);
});

test('no key is anywhere: not in the database, the files, the logs or an answer', () => {
	const canary = { name: 'key', value: KEY, kind: 'plain' };
	expect(sightings([canary as never], client)).toEqual([]);
});
