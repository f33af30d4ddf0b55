import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { receive } from '../../nodes/SealboxWebhookTrigger/receive';
import { triggers } from '../../src/host/webhooks';
import { webhookCall } from './webhookCall';

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

/** A delivery of GitHub's: the same text is the same delivery. */
async function delivered(
	text: string,
	responseMode = 'onReceived',
	{ hasHungUp = false, storesFiles = true } = {},
) {
	const body = { text };
	const mac = createHmac('sha256', SECRET).update(JSON.stringify(body)).digest('hex');
	const headers = {
		'x-hub-signature-256': `sha256=${mac}`,
		'content-type': text === 'file' ? 'a/b' : 'application/json',
	};
	const parameters = {
		authentication: 'provider',
		provider: 'github',
		responseMode,
		options: { responseText: '{"ok":true}', binaryData: text === 'file' },
	};
	const prepareBinaryData = () =>
		storesFiles
			? Promise.resolve({ data: '', mimeType: 'a/b' })
			: Promise.reject(new Error('full'));
	const helpers = { prepareBinaryData };
	const { context, response } = webhookCall({ parameters, headers, body, secret: SECRET, helpers });
	response.closed = hasHungUp;
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
