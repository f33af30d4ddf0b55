/*
 * Attack: a valid token of a workflow is sent into that very workflow from outside, in the hope that
 * it is opened on the way to a service that tells.
 *   - in a body, a query, a header, a form, the answer of a service, a file
 *   - in a straight run, one that waits, a retry, and a single node that is run again
 */
import { createCanary } from '../../../host/canary.ts';
import type { NodeOnCanvas } from '../../../host/client.ts';
import { call, code, hook, inLine, node, send, START, type Stored } from '../guard/nodes.ts';
import type { Stage } from '../guard/stage.ts';
import { openScene, runNode, sentTo, tokensOf, type Scene } from './host.ts';

const secret = createCanary('key');
let scene: Scene;
let stage: Stage;
let key: Stored;

beforeAll(async () => {
	scene = await openScene();
	stage = scene.stage('sent in');
	key = await stage.headerKey(secret.value);
}, 120_000);
afterAll(async () => await scene?.close());

const url = (path: string) => scene.service.url + path;

/** Has the webhook's item, and what the nodes before it made, sent to a service. */
const tell = (path: string, ...names: string[]): NodeOnCanvas =>
	send(
		'Tell',
		url(path),
		`={{ JSON.stringify([${names.map((name) => `$('${name}').item.json`).join()}]) }}`,
	);

/** Runs a workflow once, and takes a token from what is stored of it. */
async function tokenOf(id: string): Promise<string> {
	const { raw, status } = await stage.runByHand(id);
	expect(status).toBe('success');
	const [token] = tokensOf(raw, key.id);
	expect(token).toBeDefined();
	return token;
}

const everythingSent = () => scene.service.received.filter(({ path }) => path !== '/echo');
const countOf = (text: string, part: string) => text.split(part).length - 1;

/** Nothing but the node that has the credential has sent the secret on. */
function expectUnopened(path: string, token: string, times: number): void {
	const sent = sentTo(scene.service, path);
	expect(sent.length).toBeGreaterThan(0);
	for (const { body } of sent) expect(countOf(body, token)).toBe(times);
	expect(everythingSent().filter(({ body }) => body.includes(secret.value))).toEqual([]);
	expect(everythingSent().some(({ body }) => body.includes(JSON.stringify(secret.value)))).toBe(
		false,
	);
}

test('a token in body, query, header, form, answer and file goes through a straight run as it was', async () => {
	const file = { options: { response: { response: { responseFormat: 'file' } } } };
	const text = { options: { response: { response: { responseFormat: 'text' } } } };
	const id = await stage.activate(
		inLine(
			[START, hook('straight')],
			call(url('/echo'), key),
			node('Answer', 'httpRequest', 4.2, { url: url('/answer'), ...text }),
			node('File', 'httpRequest', 4.2, { url: url('/answer'), ...file }),
			code(
				`const bytes = await this.helpers.getBinaryDataBuffer(0, 'data'); return { text: bytes.toString() }`,
				'Read',
			),
			code(
				`return [{ json: { all: JSON.stringify([
					$('Hook').isExecuted ? $('Hook').first().json : null,
					$('Answer').first().json, $('Read').first().json]) } }]`,
				'All',
			),
			send('Tell', url('/sent'), '={{ $json.all }}'),
		),
	);
	const token = await tokenOf(id);
	await fetch(url('/set'), { method: 'POST', body: token });
	scene.service.received.length = 0;
	const headers = { 'content-type': 'application/json', 'x-note': token };
	const reply = await stage.callHook(`straight?q=${token}`, {
		headers,
		body: JSON.stringify({ note: token, [token]: [token] }),
	});
	expect(reply.status).toBe(200);
	// Body 3, query and header 1 each, answer and file 1 each.
	expectUnopened('/sent', token, 7);
	expect(countOf(reply.body, token)).toBe(7);

	scene.service.received.length = 0;
	await stage.callHook('straight', { body: new URLSearchParams({ note: token }) });
	expectUnopened('/sent', token, 3);

	scene.service.received.length = 0;
	const form = new FormData();
	form.set('note', token);
	form.set('file', new Blob([token]), 'note.txt');
	await stage.callHook('straight', { body: form });
	expectUnopened('/sent', token, 3);
});

test('a token that was sent in is not opened by waiting, by a retry, nor in a single node', async () => {
	const wait = node(
		'Wait',
		'wait',
		1.1,
		{ resume: 'webhook', httpMethod: 'POST' },
		{ webhookId: 'sent-in-wait' },
	);
	const id = await stage.activate(
		inLine(
			[hook('waiting', { responseMode: 'onReceived' })],
			call(url('/echo'), key),
			send('Where', url('/where'), '={{ JSON.stringify({ url: $execution.resumeUrl }) }}'),
			wait,
			node('Once', 'httpRequest', 4.2, { url: url('/once') }),
			tell('/told', 'Hook', 'Wait'),
		),
	);
	const before = await stage.create(inLine([START], call(url('/echo'), key)));
	expect(await tokenOf(before)).toBeDefined();
	await stage.callHook('waiting', { body: 'first' });
	const [first] = await stage.executionsOf(id);
	const [token] = tokensOf(first.raw, key.id);
	expect([first.status, first.data.resultData.error?.message]).toEqual(['waiting', undefined]);

	scene.service.received.length = 0;
	await stage.callHook('waiting', {
		headers: { 'x-note': token },
		body: JSON.stringify({ token }),
	});
	const [, second] = await stage.executionsOf(id, 2);
	expect(second.status).toBe('waiting');
	const where = JSON.parse(sentTo(scene.service, '/where')[0].body) as { url: string };
	await fetch(where.url, { method: 'POST', headers: { 'x-note': token }, body: token });
	expect((await stage.atRest(second.id, new Set(['error', 'success']))).status).toBe('error');

	const retried = await scene.host.client.post<{ id: string }>(
		`/rest/executions/${second.id}/retry`,
		{ loadWorkflow: false },
	);
	const done = await stage.atRest(retried.id);
	expect(done.status).toBe('success');
	const times = countOf(sentTo(scene.service, '/told')[0].body, token);
	expect(times).toBeGreaterThanOrEqual(3);
	expectUnopened('/told', token, times);

	scene.service.received.length = 0;
	const runData = { ...done.data.resultData.runData };
	delete runData.Tell;
	const again = await runNode(scene.host.client, id, 'Tell', runData);
	expect(again.status).toBe('success');
	expectUnopened('/told', token, times);
});

test('a token that was filled into a form stays what it is, in the first run and in a retry', async () => {
	const formFields = {
		values: [{ fieldLabel: 'Note' }, { fieldLabel: 'File', fieldType: 'file' }],
	};
	const parameters = { formTitle: 'Ask', path: 'sent-in-form', formFields };
	const form = node('Form', 'formTrigger', 2.2, parameters, { webhookId: 'sent-in-form' });
	const fails = node('Later', 'httpRequest', 4.2, { url: url('/fails-once') });
	const id = await stage.activate(
		inLine([START, form], call(url('/echo'), key), fails, tell('/filled', 'Form')),
	);
	const { raw } = await stage.runByHand(id);
	const [token] = tokensOf(raw, key.id);
	expect(token).toBeDefined();

	await fetch(url('/fail-next'), { method: 'POST' });
	const filled = new FormData();
	filled.set('field-0', token);
	filled.set('field-1', new Blob([token]), 'note.txt');
	await stage.callHook(`${scene.host.webhookUrl}/form/sent-in-form`, { body: filled });
	const first = (await stage.executionsOf(id, 2)).at(-1)!;
	expect(first.status).toBe('error');
	expect(sentTo(scene.service, '/filled')).toEqual([]);

	const path = `/rest/executions/${first.id}/retry`;
	const retried = await scene.host.client.post<{ id: string }>(path, { loadWorkflow: false });
	expect((await stage.atRest(retried.id)).status).toBe('success');
	expectUnopened('/filled', token, 1);
});
