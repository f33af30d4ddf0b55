import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary, search, type Canary, type Sighting } from '../../../host/canary.ts';
import { startHost, type Host } from '../../../host/host.ts';
import { startService, type Service } from '../../../host/services/service.ts';
import { call, code, node } from './nodes.ts';
import type { NodeOnCanvas } from '../../../host/client.ts';

/** Set by the jest project. */
declare const SEALBOX_HOST: { mode: 'regular' | 'queue'; version?: string };

const guard = process.env.SEALBOX_GUARD_FILE ?? 'dist/guard.js';
const ENV = {
	CODE_ENABLE_STDOUT: 'true',
	N8N_LOG_OUTPUT: 'console,file',
	N8N_LOG_LEVEL: 'debug',
};
const WITHIN_MS = 240_000;

/** Prints an item's secret in many ways, then fails with it. */
const PRINT = `
	const key = $json.headers['x-key'];
	const bytes = Buffer.from(key);
	console.log('printed:', key);
	console.log('printed in an object:', { key, list: [key] });
	console.error('printed as an error:', new Error(key));
	console.log('printed in base64:', bytes.toString('base64'));
	console.log('printed in hex:', bytes.toString('hex'));
	console.log('printed for a URL:', encodeURIComponent(key));
	console.log('printed after much:', 'x'.repeat(100000), key);
	throw new Error('failed with ' + key);`;

const used = createCanary('a secret that a run uses');
const unused = createCanary('a secret that no run uses', 'plain');
let host: Host;
let service: Service;
/** What the processes had printed when they were restarted: they begin their logs anew. */
let printedFirst: [string, string][];

beforeAll(async () => {
	if (!existsSync(guard)) return;
	service = await startService({ '/echo': ({ headers }) => ({ body: { headers } }) });
	host = await startHost({ ...SEALBOX_HOST, guard, env: ENV });
	const key = await store(used);
	await store(unused);
	await callWebhook('print', call(`${service.url}/echo`, key), code(PRINT));
	await sleep(1_000);
	printedFirst = logs(OUTPUT);
	// Each process learns what is stored when it starts.
	await host.restart('stop');
	await callWebhook('quote', code(`console.log('quoted: ${unused.value}'); return []`));
	await sleep(1_000);
}, WITHIN_MS);

afterAll(async () => {
	await host?.stop();
	await service?.close();
}, WITHIN_MS);

async function store(canary: Canary) {
	const type = 'httpHeaderAuth';
	const data = { name: 'X-Key', value: canary.value };
	return {
		type,
		name: canary.name,
		id: await host.client.createCredential(canary.name, type, data),
	};
}

/** Calls a workflow as outsiders do; in queue mode it runs on the worker. */
async function callWebhook(path: string, ...nodes: NodeOnCanvas[]): Promise<void> {
	const parameters = { path, responseMode: 'lastNode' };
	const all = [node('Webhook', 'webhook', 2, parameters, { webhookId: path }), ...nodes];
	const links = all
		.slice(1)
		.map(({ name }, index) => [
			all[index].name,
			{ main: [[{ node: name, type: 'main', index: 0 }]] },
		]);
	const workflow = { name: path, nodes: all, connections: Object.fromEntries(links) };
	await host.client.activateWorkflow(await host.client.createWorkflow(workflow));
	await answered(`${host.webhookUrl}/webhook/${path}`);
}

/** In queue mode the process that answers hears of a new webhook a little later. */
async function answered(url: string): Promise<void> {
	for (let tries = 0; tries < 50; tries++) {
		if ((await fetch(url)).status !== 404) return;
		await sleep(200);
	}
	throw new Error('the webhook was never registered');
}

const logs = (pattern: RegExp): [string, string][] =>
	readdirSync(host.folder, { recursive: true, encoding: 'utf8' })
		.filter((file) => pattern.test(file))
		.map((file) => [file, readFileSync(join(host.folder, file), 'utf8')]);

/** Standard output and error of each process; n8n's log file; the event logs. */
const OUTPUT = /^(?:start|worker|webhook)\.log$/;
const FILE = /n8n\.log$/;
const EVENTS = /n8nEventLog.*\.log$/;

const sightings = (texts: [string, string][]): Sighting[] =>
	texts.flatMap(([file, text]) => search([used, unused], file, text));

/** The lines of some logs; of what is printed, those of this test alone. */
const linesOf = (texts: [string, string][], part = /./): string[] =>
	texts.flatMap(([, text]) => text.split('\n')).filter((line) => part.test(line));

(existsSync(guard) ? describe : describe.skip)('with the guard', () => {
	test('no output of a process holds a secret, whatever way it was printed', () => {
		expect(sightings([...printedFirst, ...logs(OUTPUT)])).toEqual([]);
		const printed = linesOf(printedFirst, /printed|failed with/)
			.join('\n')
			.replace('x'.repeat(100_000), '');
		expect(printed).toMatch(/'printed:' '\[sealed\]'/);
		expect(printed).toMatch(/"list":\["\[sealed\]"\]/);
		// A digit at either end may stay that holds a few bits of the secret and some of its neighbour.
		expect(printed).toMatch(/'printed in base64:' '[\w+/]?\[sealed\][\w+/]?=*'/);
		expect(printed).toMatch(/'printed in hex:' '\[sealed\]'/);
		expect(printed).toMatch(/'printed for a URL:' '\[sealed\]'/);
		expect(printed).toMatch(/'printed after much:' '' '\[sealed\]'/);
		expect(printed).toMatch(/failed with \[sealed\]/);
	});

	test('a secret that no run has used is known after a restart', () => {
		expect(linesOf(logs(OUTPUT), /quoted/).join('\n')).toMatch(/'quoted: \[sealed\]'/);
	});

	test('no log file holds a secret, and each line of it is still JSON', () => {
		expect(sightings(logs(FILE))).toEqual([]);
		const messages = linesOf(logs(FILE)).map(
			(line) => (JSON.parse(line) as { message: string }).message,
		);
		const failures = messages.filter((message) => message.startsWith('failed with'));
		expect(failures).toContainEqual(expect.stringContaining('failed with [sealed]'));
	});

	test('no event log holds a secret, and what n8n needs of an event is unchanged', () => {
		expect(sightings(logs(EVENTS))).toEqual([]);
		const events = linesOf(logs(EVENTS)).map(
			(line) => JSON.parse(line) as { eventName: string; payload: Record<string, unknown> },
		);
		const failed = events.filter(({ eventName }) => eventName === 'n8n.workflow.failed');
		expect(failed).toContainEqual(
			expect.objectContaining({
				payload: expect.objectContaining({
					executionId: expect.stringMatching(/^\d+$/),
					lastNodeExecuted: 'Code',
					errorMessage: expect.stringContaining('failed with [sealed]'),
				}),
			}),
		);
	});
});
