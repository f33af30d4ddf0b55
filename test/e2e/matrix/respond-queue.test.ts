import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary } from '../../../host/canary.ts';
import type { NodeOnCanvas } from '../../../host/client.ts';
import { startHost, type Host } from '../../../host/host.ts';
import { auditLines } from '../../../host/observe/auditTrail.ts';
import { pack } from '../../../host/pack.ts';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import { startService, type Service } from '../../../host/services/service.ts';
import { describeWith } from '../../servers/required';
import { activate, pathOf, runsOf, triggerNode } from '../webhooks/active.ts';

/** Main and a webhook process receive, a worker answers through Redis, with the guard in all of them. */

const START_MS = 300_000;
const canary = createCanary('key', 'plain');
const KEY = randomUUID();

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)('in queue mode', () => {
	let host: Host;
	let service: Service;
	let webhookKey: string;
	let apiKey: string;

	beforeAll(async () => {
		service = await startService({
			'/echo': ({ headers }) => ({ body: { key: headers['x-key'], n: 1 } }),
		});
		const packed = mkdtempSync(join(tmpdir(), 'sealbox-respond-'));
		const { path } = await pack(packed);
		host = await startHost({
			mode: 'queue',
			guard: true,
			tarball: path,
			// Main receives webhooks as well: a second process.
			env: { N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'false' },
		});
		rmSync(packed, { recursive: true });
		webhookKey = await host.client.createCredential('Key', 'sealboxWebhookApi', { secret: KEY });
		apiKey = await host.client.createCredential('Api', 'httpHeaderAuth', {
			name: 'X-Key',
			value: canary.value,
		});
	}, START_MS);
	afterAll(async () => {
		await host?.stop();
		await service?.close();
	}, START_MS);

	const respond = (parameters: Record<string, unknown>): NodeOnCanvas => ({
		name: 'Respond',
		type: 'n8n-nodes-sealbox.sealboxRespond',
		typeVersion: 1,
		parameters: { options: {}, ...parameters },
	});
	const echo = (options: object = {}): NodeOnCanvas => ({
		name: 'Echo',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url: `${service.url}/echo`,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			options,
		},
		credentials: { httpHeaderAuth: { id: apiKey, name: 'Api' } },
	});
	const processes = () => [host.webhookUrl, host.url];
	const post = async (
		origin: string,
		start: NodeOnCanvas,
		body = '{}',
		headers: Record<string, string> = { authorization: `Bearer ${KEY}` },
	) => {
		const response = await fetch(`${origin}/webhook/${pathOf(start)}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body,
		});
		return { status: response.status, headers: response.headers, text: await response.text() };
	};
	const answered = { authentication: 'bearer', responseMode: 'responseNode' };

	test(
		'a secret of the run stays inside, in the body and in headers; what is asked for goes out and is on record',
		async () => {
			const header = { entries: [{ name: 'x-said', value: '={{ "key=" + $json.key }}' }] };
			const closed = triggerNode(answered, webhookKey);
			await activate(host.client, [closed, echo(), respond({ options: { headers: header } })]);
			for (const origin of processes()) {
				const answer = await post(origin, closed);
				expect([answer.status, answer.text]).toEqual([200, '{"key":"[sealed]","n":1}']);
				expect(answer.headers.get('x-said')).toBe('key=[sealed]');
			}
			const open = triggerNode(answered, webhookKey);
			const options = { letSecretsOut: true };
			const id = await activate(host.client, [open, echo(), respond({ options })]);
			expect((await post(host.webhookUrl, open)).text).toBe(
				JSON.stringify({ key: canary.value, n: 1 }),
			);
			const said = () =>
				auditLines(host.folder).filter((line) => line.includes('"webhook.secretAnswered"'));
			while (said().length === 0) await sleep(100);
			expect(said()).toEqual([expect.stringContaining(id)]);
		},
		START_MS,
	);

	test(
		'a file without a secret arrives byte by byte, and one that holds one is not sent',
		async () => {
			const bytes = Array.from({ length: 300_000 }, (_, i) => i % 256);
			const make: NodeOnCanvas = {
				name: 'Make',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				parameters: {
					jsCode: `const bytes = Buffer.from(Array.from({ length: 300000 }, (_, i) => i % 256));
						return [{ json: {}, binary: { data: await this.helpers.prepareBinaryData(bytes, 'a.bin', 'application/x-test') } }];`,
				},
			};
			const clean = triggerNode(answered, webhookKey);
			await activate(host.client, [clean, make, respond({ respondWith: 'file' })]);
			const response = await fetch(`${host.webhookUrl}/webhook/${pathOf(clean)}`, {
				method: 'POST',
				headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
				body: '{}',
			});
			const received = Buffer.from(await response.arrayBuffer());
			expect(response.headers.get('content-type')).toBe('application/x-test');
			expect(received.equals(Buffer.from(bytes))).toBe(true);
			const dirty = triggerNode(answered, webhookKey);
			const file = { response: { response: { responseFormat: 'file' } } };
			await activate(host.client, [dirty, echo(file), respond({ respondWith: 'file' })]);
			const refused = await post(host.webhookUrl, dirty);
			expect([refused.status, refused.text.includes(canary.value)]).toEqual([500, false]);
		},
		START_MS,
	);

	test(
		'two processes count the requests of a key together, and know each other’s deliveries and answers',
		async () => {
			const limited = triggerNode(
				{ authentication: 'bearer', options: { keyRate: 1 } },
				webhookKey,
			);
			await activate(host.client, [limited]);
			const statuses = await Promise.all(
				[0, 1, 0, 1, 0, 1, 0, 1].map(
					async (i) => (await post(processes()[i] ?? '', limited)).status,
				),
			);
			expect(statuses.filter((status) => status === 200)).toHaveLength(1);
			expect(statuses.filter((status) => status === 429)).toHaveLength(7);

			const options = { responseText: '{"received":true}' };
			const once = triggerNode(
				{ authentication: 'provider', provider: 'github', options },
				webhookKey,
			);
			const id = await activate(host.client, [once]);
			const mac = createHmac('sha256', KEY).update('{}').digest('hex');
			const deliver = (origin: string) =>
				post(origin, once, '{}', { 'x-hub-signature-256': `sha256=${mac}` });
			expect((await deliver(host.webhookUrl)).text).toBe('{"received":true}');
			// The answer is kept a moment after it was sent; until then a copy hears that it is one.
			const texts = new Set<string>();
			while (!texts.has('{"received":true}')) texts.add((await deliver(host.url)).text);
			texts.delete('{"message":"duplicate"}');
			expect([...texts]).toEqual(['{"received":true}']);
			expect(await runsOf(host.client, id, 1)).toHaveLength(1);
		},
		START_MS,
	);
});
