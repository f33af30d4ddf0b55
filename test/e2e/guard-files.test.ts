import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary, type Canary } from '../../host/canary.ts';
import type { Execution, Workflow } from '../../host/client.ts';
import { startHost, type Host } from '../../host/host.ts';
import {
	startService,
	type Received,
	type Route,
	type Service,
} from '../../host/services/service.ts';
import { listExecutions } from '../../host/observe/api.ts';
import { call, hook, inLine, node, send, START, type Stored } from './guard/nodes.ts';

/** The same bytes for each secret: noise of several pieces, with the secret in some places. */
function bytesWith(secret: string): Buffer {
	const noise = Buffer.alloc(300_000);
	for (let i = 0; i < noise.length; i++) noise[i] = (i * 2_654_435_761) >>> 13;
	return Buffer.concat([
		noise.subarray(0, 196_600),
		Buffer.from(secret),
		noise,
		Buffer.from(secret),
	]);
}

const textWith = (secret: string): Buffer => Buffer.from(`name,key\nours,${secret}\n`);

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const secretOf = ({ headers }: Received): string => headers['x-key'] ?? '';

const routes: Record<string, Route> = {
	'/bytes': (request) => ({
		headers: { 'content-type': 'application/octet-stream' },
		body: bytesWith(secretOf(request)),
	}),
	'/text': (request) => ({
		headers: {
			'content-type': 'text/csv',
			'content-disposition': `attachment; filename="${encodeURIComponent('keys.csv')}"`,
		},
		body: textWith(secretOf(request)),
	}),
	'/waiting': () => ({ body: {} }),
};

const download = (url: string, key: Stored) =>
	call(url, key, { options: { response: { response: { responseFormat: 'file' } } } });

/** Reads the file, and notes what it has read. */
const hash = node('Hash', 'crypto', 1, {
	action: 'hash',
	type: 'SHA256',
	binaryData: true,
	binaryPropertyName: 'data',
	dataPropertyName: 'sha256',
	encoding: 'hex',
});

const answerFile = node('Respond', 'respondToWebhook', 1.1, { respondWith: 'binary' });

const answered = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe.each(['regular', 'queue'] as const)('files of a %s n8n', (mode) => {
	let host: Host;
	let service: Service;
	let canary: Canary;
	let key: Stored;

	beforeAll(async () => {
		service = await startService(routes);
		host = await startHost({ mode, guard: true });
		canary = createCanary('key', 'plain');
		const id = await host.client.createCredential('Key', 'httpHeaderAuth', {
			name: 'X-Key',
			value: canary.value,
		});
		key = { type: 'httpHeaderAuth', id, name: 'Key' };
	}, 120_000);
	afterAll(async () => {
		await host?.stop();
		await service.close();
	}, 30_000);

	/** Production runs of a workflow with a webhook. */
	async function activate(path: string, workflow: Omit<Workflow, 'name'>) {
		const id = await host.client.createWorkflow({ name: path, ...workflow });
		await host.client.activateWorkflow(id);
		return {
			async call(): Promise<Response> {
				for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
					const response = await fetch(`${host.webhookUrl}/webhook/${path}`, { method: 'POST' });
					if (response.status !== 404 || Date.now() > deadline) return response;
				}
			},
			/** The latest run, once it is what is expected. */
			async execution(status: Execution['status']): Promise<Execution> {
				for (const deadline = Date.now() + 20_000; ; await sleep(100)) {
					const [latest] = await listExecutions(host.client, id);
					if (latest?.status === status) return await host.client.readExecution(latest.id);
					if (Date.now() > deadline) throw new Error(`The run is ${latest?.status}`);
				}
			},
		};
	}

	/** What someone gets who downloads a file from the editor. */
	const fromEditor = async (id: string, action = 'download') =>
		await host.client.read(`/rest/binary-data?id=${encodeURIComponent(id)}&action=${action}`);

	test.each([
		['text', textWith],
		['bytes', bytesWith],
	] as const)('%s with a secret is read and answered with, byte by byte', async (path, content) => {
		const { call, execution } = await activate(
			path,
			inLine(
				[hook(path, { responseMode: 'responseNode' })],
				download(`${service.url}/${path}`, key),
				answerFile,
				hash,
			),
		);
		const expected = content(canary.value);
		expect((await answered(await call())).equals(expected)).toBe(true);
		const stored = await execution('success');
		expect(hashIn(stored)).toBe(sha256(expected));
		const file = fileIn(stored);
		expect(file.bytes).toBe(expected.length);
		expect(await fromEditor(file.id)).toBe(content('[sealed: value]').toString());
	});

	test('the last node answers with the file', async () => {
		const { call } = await activate(
			'last',
			inLine(
				[hook('last', { responseMode: 'lastNode', responseData: 'firstEntryBinary' })],
				download(`${service.url}/bytes`, key),
			),
		);
		expect(sha256(await answered(await call()))).toBe(sha256(bytesWith(canary.value)));
	});

	test('a file is read again after a wait, and in a retry', async () => {
		let refusals = 0;
		routes['/refuse-once'] = () => ({ status: refusals++ === 0 ? 500 : 200, body: {} });
		const { call, execution } = await activate(
			'later',
			inLine(
				[hook('later', { responseMode: 'onReceived' })],
				download(`${service.url}/bytes`, key),
				send('Tell', `${service.url}/waiting`, '={{ JSON.stringify([$execution.resumeUrl]) }}'),
				node('Wait', 'wait', 1.1, { resume: 'webhook' }, { webhookId: 'wait' }),
				node('Refuse', 'httpRequest', 4.2, { url: `${service.url}/refuse-once` }),
				node('Back', 'code', 2, { jsCode: 'return $("Call").all();' }),
				hash,
			),
		);
		await call();
		await execution('waiting');
		const [address] = JSON.parse(service.received.at(-1)!.body) as string[];
		await fetch(address);
		const { id } = await execution('error');
		await host.client.post(`/rest/executions/${id}/retry`, { loadWorkflow: false });
		expect(hashIn(await execution('success'))).toBe(sha256(bytesWith(canary.value)));
	});

	test('a file is read in a run that the editor starts', async () => {
		const id = await host.client.createWorkflow({
			name: 'by hand',
			...inLine([START], download(`${service.url}/bytes`, key), hash),
		});
		const stored = await host.client.runWorkflow(id, 'Start');
		expect(hashIn(stored)).toBe(sha256(bytesWith(canary.value)));
	});

	test('no store, log, push or answer of the API holds the secret', async () => {
		expect(await host.sightings([canary])).toEqual([]);
	});
});

const itemOf = ({ data }: Execution, name: string) =>
	data.resultData.runData[name]?.at(-1)?.data?.main[0]?.[0];

const hashIn = (execution: Execution) => itemOf(execution, 'Hash')?.json.sha256;

const fileIn = (execution: Execution) =>
	(itemOf(execution, 'Call')?.binary as { data: { id: string; bytes: number } }).data;
