import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary } from '../../../host/canary.ts';
import type { NodeOnCanvas } from '../../../host/client.ts';
import { startHost, type Host } from '../../../host/host.ts';
import { startService, type Service } from '../../../host/services/service.ts';

/** Answers of webhooks on an instance that refuses to let secrets out that way. */
const canary = createCanary('key', 'plain');
const WITHIN_MS = 180_000;
let host: Host;
let service: Service;
let credential: string;

beforeAll(async () => {
	service = await startService({
		'/echo': ({ headers }) => ({ body: { key: headers['x-key'], kind: 'echo' } }),
		'/quiet': () => ({ body: { kind: 'quiet' } }),
	});
	host = await startHost({
		mode: 'regular',
		guard: true,
		env: { SEALBOX_GUARD_ANSWERS: 'refuse' },
	});
	credential = await host.client.createCredential('Key', 'httpHeaderAuth', {
		name: 'X-Key',
		value: canary.value,
	});
}, WITHIN_MS);

afterAll(async () => {
	await host.stop();
	await service.close();
});

const webhook = (path: string, parameters: object): NodeOnCanvas => ({
	name: 'Webhook',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: path,
	parameters: { path, options: {}, ...parameters },
});

const call = (target: string, options: object = {}): NodeOnCanvas => ({
	name: 'Call',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		url: service.url + target,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
		options,
	},
	credentials: { httpHeaderAuth: { id: credential, name: 'Key' } },
});

const respond = (): NodeOnCanvas => ({
	name: 'Respond',
	type: 'n8n-nodes-base.respondToWebhook',
	typeVersion: 1.1,
	parameters: { respondWith: 'firstIncomingItem', options: {} },
});

async function answerOf(nodes: NodeOnCanvas[]): Promise<{ status: number; text: string }> {
	const links = nodes
		.slice(1)
		.map(({ name }, index): [string, object] => [
			nodes[index].name,
			{ main: [[{ node: name, type: 'main', index: 0 }]] },
		]);
	const { path } = nodes[0].parameters as { path: string };
	const id = await host.client.createWorkflow({
		name: path,
		nodes,
		connections: Object.fromEntries(links),
	});
	await host.client.activateWorkflow(id);
	for (;;) {
		const response = await fetch(`${host.webhookUrl}/webhook/${path}`);
		const text = await response.text();
		// n8n takes a moment to register a webhook that was just activated.
		if (response.status !== 404) return { status: response.status, text };
		await sleep(100);
	}
}

test.each([
	['the last node', [webhook('last', { responseMode: 'lastNode' }), 0]],
	['a node that responds', [webhook('node', { responseMode: 'responseNode' }), 1]],
] as Array<[string, [NodeOnCanvas, number]]>)(
	'an answer by %s that holds a secret becomes an error that says why',
	async (_name, [start, responds]) => {
		const nodes = [start, call('/echo'), ...(responds ? [respond()] : [])];
		const { status, text } = await answerOf(nodes);
		expect(status).toBe(500);
		expect(text.includes(canary.value)).toBe(false);
		expect(text).toContain('SEALBOX_GUARD_ANSWERS');
	},
	WITHIN_MS,
);

test(
	'a file that holds a secret is not sent',
	async () => {
		const start = webhook('file', {
			responseMode: 'lastNode',
			responseData: 'firstEntryBinary',
			responseBinaryPropertyName: 'data',
		});
		const file = { response: { response: { responseFormat: 'file' } } };
		const { status, text } = await answerOf([start, call('/echo', file)]);
		expect(status).toBe(500);
		expect(text.includes(canary.value)).toBe(false);
	},
	WITHIN_MS,
);

test(
	'an answer without a secret is sent as it is',
	async () => {
		const start = webhook('quiet', { responseMode: 'lastNode' });
		expect(await answerOf([start, call('/quiet')])).toEqual({
			status: 200,
			text: JSON.stringify({ kind: 'quiet' }),
		});
	},
	WITHIN_MS,
);
