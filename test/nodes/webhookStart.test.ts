import { createHmac } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { IWebhookFunctions } from 'n8n-workflow';
import { receive } from '../../nodes/SealboxWebhookTrigger/receive';
import { triggers } from '../../src/host/webhooks';

/** Deliveries that were let in, and what became of them before n8n had started their run. */

const SECRET = 'whsec-4fb1a90c2d';
let folder: string;
const before = { ...process.env };
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-start-'));
	for (const name of ['SEALBOX_STATE', 'DB_TYPE', 'EXECUTIONS_MODE']) delete process.env[name];
	Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'a test’s key' });
});
afterAll(async () => {
	await triggers().state.close();
	process.env = before;
	rmSync(folder, { recursive: true, force: true });
});

class FakeResponse extends EventEmitter {
	statusCode = 200;
	closed = false;
	readonly headers: Record<string, string> = {};
	body = '';
	status(code: number) {
		this.statusCode = code;
		return this;
	}
	set(headers: Record<string, string>) {
		Object.assign(this.headers, headers);
	}
	setHeader(name: string, value: string) {
		this.headers[name] = value;
	}
	send(body: string) {
		this.body = body;
	}
}

/** A delivery of GitHub's: the same text is the same delivery. */
async function delivered(
	text: string,
	responseMode = 'onReceived',
	{ hasHungUp = false, storesFiles = true } = {},
) {
	const rawBody = Buffer.from(JSON.stringify({ text }));
	const mac = createHmac('sha256', SECRET).update(rawBody).digest('hex');
	const headers = {
		'x-hub-signature-256': `sha256=${mac}`,
		'content-type': text === 'file' ? 'a/b' : 'application/json',
	};
	const parameters: Record<string, unknown> = {
		authentication: 'provider',
		provider: 'github',
		responseMode,
		options: { responseText: '{"ok":true}', binaryData: text === 'file' },
	};
	const prepareBinaryData = () =>
		storesFiles
			? Promise.resolve({ data: '', mimeType: 'a/b' })
			: Promise.reject(new Error('full'));
	const response = new FakeResponse();
	response.closed = hasHungUp;
	const context = {
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getCredentials: () => Promise.resolve({ secret: SECRET }),
		getWorkflow: () => ({ id: 'w1' }),
		getNode: () => ({ id: 'n1' }),
		getMode: () => 'webhook',
		getNodeWebhookUrl: () => 'http://localhost/webhook/p',
		getParamsData: () => ({}),
		getQueryData: () => ({}),
		getBodyData: () => ({ text }),
		helpers: { prepareBinaryData },
		getResponseObject: () => response,
		getRequestObject: () => ({
			method: 'POST',
			url: '/webhook/p',
			path: '/webhook/p',
			headers,
			headersDistinct: Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [name, [value]]),
			),
			rawBody,
			ip: '127.0.0.1',
			socket: {},
		}),
	} as unknown as IWebhookFunctions;
	const { workflowData, webhookResponse } = await receive(context);
	return {
		isRun: workflowData !== undefined,
		webhookResponse: webhookResponse as string,
		response,
	};
}

/** Once the store has changed, in whatever way. */
async function noted(act: () => void): Promise<void> {
	const { state } = triggers();
	const seen = async () =>
		JSON.stringify(
			await Promise.all((await state.keys('webhook/', 1000)).map((key) => state.read(key))),
		);
	const before = await seen();
	act();
	while ((await seen()) === before) await pause(5);
}

test('what n8n answered is repeated to copies', async () => {
	const first = await delivered('a');
	expect([first.isRun, first.webhookResponse]).toEqual([true, '{"ok":true}']);
	expect(first.response.headers['content-type']).toBe('application/json; charset=utf-8');
	const early = await delivered('a');
	expect([early.isRun, early.response.body]).toEqual([false, '{"message":"duplicate"}']);
	await noted(() => first.response.emit('close'));
	const late = await delivered('a');
	expect([late.isRun, late.response.body]).toEqual([false, '{"ok":true}']);
	expect(late.response.headers).toEqual({
		'content-type': 'application/json; charset=utf-8',
		'idempotent-replayed': 'true',
	});
});

test('where n8n could not start the run, the next copy runs', async () => {
	const { response } = await delivered('b');
	response.statusCode = 500;
	await noted(() => response.emit('close'));
	expect((await delivered('b')).isRun).toBe(true);
});

test('where the process ended before n8n had answered, a copy runs after a minute', async () => {
	const now = Date.now();
	const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
	expect((await delivered('c')).isRun).toBe(true);
	clock.mockReturnValue(now + 59_000);
	expect((await delivered('c')).isRun).toBe(false);
	clock.mockReturnValue(now + 60_000);
	expect((await delivered('c')).isRun).toBe(true);
	clock.mockRestore();
});

test('where n8n could not store a file, nothing runs, and the next copy may', async () => {
	const first = await delivered('file', 'onReceived', { storesFiles: false });
	expect([first.isRun, first.response.statusCode]).toEqual([false, 500]);
	expect((await delivered('file')).isRun).toBe(true);
});

test('where the caller has hung up already, nothing is waited for', async () => {
	const now = Date.now();
	const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
	expect((await delivered('e', 'onReceived', { hasHungUp: true })).isRun).toBe(true);
	clock.mockReturnValue(now + 3_600_000);
	expect((await delivered('e')).isRun).toBe(false);
	clock.mockRestore();
});

test('where a node answers, a delivery counts as started before its run, and its copies are duplicates', async () => {
	const now = Date.now();
	const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
	expect((await delivered('d', 'lastNode')).isRun).toBe(true);
	clock.mockReturnValue(now + 3_600_000);
	const copy = await delivered('d', 'lastNode');
	expect([copy.isRun, copy.response.body]).toEqual([false, '{"message":"duplicate"}']);
	clock.mockRestore();
});
