import { randomUUID } from 'node:crypto';
import type { NodeOnCanvas } from '../../host/client.ts';
import { connect, messageOf, outputOf, readHost } from './host.ts';
import { activate, pathOf, runsOf, triggerNode } from './webhooks/active.ts';

/** Real requests that a Sealbox Respond node answers from inside their run. */

const client = connect();
const { url } = readHost();
const KEY = randomUUID();
let credential: string;
beforeAll(async () => {
	credential = await client.createCredential('Key', 'sealboxWebhookApi', { secret: KEY });
});

const respond = (parameters: Record<string, unknown>): NodeOnCanvas => ({
	name: 'Respond',
	type: 'n8n-nodes-sealbox.sealboxRespond',
	typeVersion: 1,
	parameters: { options: {}, ...parameters },
});
const after: NodeOnCanvas = {
	name: 'After',
	type: 'n8n-nodes-base.noOp',
	typeVersion: 1,
	parameters: {},
};
const code = (jsCode: string): NodeOnCanvas => ({
	name: 'Code',
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: { jsCode },
});

interface Answered {
	status: number;
	headers: Headers;
	text: string;
	/** The workflow that answered. */
	id: string;
}

/** What the caller of such a workflow gets. */
async function answerOf(
	nodes: NodeOnCanvas[],
	body = '{"n":1}',
	parameters: Record<string, unknown> = {},
): Promise<Answered> {
	const start = triggerNode(
		{ authentication: 'bearer', responseMode: 'responseNode', ...parameters },
		credential,
	);
	const id = await activate(client, [start, ...nodes, after]);
	const response = await fetch(`${url}/webhook/${pathOf(start)}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
		body,
		redirect: 'manual',
	});
	const { status, headers } = response;
	return { status, headers, text: await response.text(), id };
}

const JSON_TYPE = 'application/json; charset=utf-8';

test('JSON, with a status and headers of its own, and the run goes on with its items', async () => {
	const answer = await answerOf([
		respond({
			respondWith: 'json',
			responseBody: '={{ { n: $json.body.n + 1 } }}',
			options: { status: 201, headers: { entries: [{ name: 'X-Made-By', value: 'test' }] } },
		}),
	]);
	expect([answer.status, answer.text]).toEqual([201, '{"n":2}']);
	expect(answer.headers.get('content-type')).toBe(JSON_TYPE);
	expect(answer.headers.get('x-made-by')).toBe('test');
	const [run] = await runsOf(client, answer.id, 1);
	expect(run?.status).toBe('success');
	expect(outputOf(run!, 'After')).toMatchObject([{ body: { n: 1 } }]);
});

test.each([
	['the first item', { respondWith: 'firstItem' }, '{"a":1}', JSON_TYPE],
	['all items', { respondWith: 'allItems' }, '[{"a":1},{"a":"ü"}]', JSON_TYPE],
	['a JSON string', { respondWith: 'json', responseBody: '"a"' }, '"a"', JSON_TYPE],
	['text', { respondWith: 'text', responseBody: '<b>' }, '<b>', 'text/plain; charset=utf-8'],
])('%s', async (_name, parameters, text, type) => {
	const answer = await answerOf([code('return [{ a: 1 }, { a: "ü" }]'), respond(parameters)]);
	expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
		200,
		text,
		type,
	]);
});

test('nothing but a status', async () => {
	const answer = await answerOf([respond({ respondWith: 'noData' })]);
	expect([answer.status, answer.text]).toEqual([204, '']);
});

test('a redirect', async () => {
	const redirectUrl = 'https://www.example.com/thanks?a=ü';
	const answer = await answerOf([respond({ respondWith: 'redirect', redirectUrl })]);
	expect([answer.status, answer.headers.get('location')]).toEqual([
		302,
		'https://www.example.com/thanks?a=%C3%BC',
	]);
});

test('a file, byte by byte', async () => {
	const bytes = Buffer.from([0, 255, 13, 10, 128, 195]);
	const answer = await answerOf([
		code(
			`return [{ json: {}, binary: { data: await this.helpers.prepareBinaryData(Buffer.from('${bytes.toString('hex')}', 'hex'), 'a.bin', 'application/x-test') } }]`,
		),
		respond({ respondWith: 'file' }),
	]);
	expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-test']);
	expect(answer.text).toBe(bytes.toString());
});

test('a caller that names a stored file in its body gets its words back, not the file', async () => {
	const body = { binaryData: { id: 'filesystem-v2:workflows/1/executions/1/binary_data/1' } };
	const answer = await answerOf(
		[code('return [$input.first().json.body]'), respond({ respondWith: 'firstItem' })],
		JSON.stringify(body),
	);
	expect([answer.status, answer.text]).toEqual([200, JSON.stringify(body)]);
});

test.each([
	[
		'a line break in a header',
		{ options: { headers: { entries: [{ name: 'a', value: 'b\r\nc: d' }] } } },
	],
	[
		'a header of the server’s',
		{ options: { headers: { entries: [{ name: 'Content-Length', value: '1' }] } } },
	],
	['a redirect to a script', { respondWith: 'redirect', redirectUrl: 'javascript:alert(1)' }],
	['JSON that is none', { respondWith: 'json', responseBody: '{' }],
	['a file that is not there', { respondWith: 'file' }],
])('%s is refused: the caller gets 500, the run says why', async (_name, parameters) => {
	const answer = await answerOf([respond(parameters)]);
	expect([answer.status, answer.text]).toEqual([500, '{"message":"Error in workflow"}']);
	const [run] = await runsOf(client, answer.id, 1);
	expect(run?.status).toBe('error');
	expect(messageOf(run!)).toMatch(/^(Headers|Redirect URL|Response Body|Input Binary Field)[: ]/);
});

test('where no trigger waits for an answer, the run says so', async () => {
	const answer = await answerOf([respond({})], '{}', { responseMode: 'onReceived' });
	expect(answer.text).toBe('{"message":"Workflow was started"}');
	const [run] = await runsOf(client, answer.id, 1);
	expect(messageOf(run!)).toContain('Using Sealbox Respond');
});
