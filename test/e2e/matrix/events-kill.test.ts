import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startHost, type Host } from '../../../host/host.ts';
import { pack } from '../../../host/pack.ts';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import { describeWith } from '../../servers/required';
import { tokens, TokenService } from '../../servers/tokenService';
import { httpRequest, inLine, messageOf } from '../host.ts';

/** An n8n that is killed after it has accepted a run, and before the event is marked: no run is lost or made twice. */

const START_MS = 400_000;

describe('in regular mode', () => survivesKilling('regular'));

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)(
	'in queue mode, where workers renew and main starts workflows',
	() => survivesKilling('queue'),
);

function survivesKilling(mode: 'regular' | 'queue'): void {
	let host: Host;
	let service: TokenService;
	/** Whether the runs that events start may end. */
	let isReleased = false;
	const asked = (path: string) => service.asked.filter((each) => each.path === path).length;

	beforeAll(async () => {
		service = await new TokenService().start();
		service.answers = [
			async ({ path }, response) => {
				while (path === '/hold' && !isReleased && !response.destroyed) await pause(20);
				response.writeHead(200, { 'content-type': 'application/json' });
				response.end(JSON.stringify(path === '/token' ? tokens(service.calls) : {}));
			},
		];
		const packed = mkdtempSync(join(tmpdir(), 'sealbox-kill-'));
		const { path } = await pack(packed);
		const env = { OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true', N8N_LOG_LEVEL: 'info' };
		host = await startHost({ mode, tarball: path, env });
		rmSync(packed, { recursive: true });
	}, START_MS);
	afterAll(async () => {
		isReleased = true;
		await host?.stop();
		await service.stop();
	}, START_MS);

	/** Uses a credential of its own: its token is renewed, which is an event. */
	async function renew(): Promise<void> {
		const id = await host.client.createCredential('Token', 'sealboxTokenApi', {
			grantType: 'refreshToken',
			accessTokenUrl: service.tokenUrl,
			clientId: 'app',
			refreshToken: randomUUID(),
			baseUrl: service.url,
		});
		const node = httpRequest('sealboxTokenApi', id, { url: `${service.url}/api` });
		expect(messageOf(await host.client.runOnce(inLine('Use', node)))).toBe('');
	}

	async function activated(): Promise<string> {
		const id = await host.client.createWorkflow({
			name: 'Events',
			nodes: [
				{
					name: 'Trigger',
					type: 'n8n-nodes-sealbox.sealboxEventsTrigger',
					typeVersion: 1,
					parameters: { events: ['refreshed'], options: {} },
				},
				{
					name: 'Hold',
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					parameters: { url: `${service.url}/hold` },
				},
			],
			connections: { Trigger: { main: [[{ node: 'Hold', type: 'main', index: 0 }]] } },
		});
		await host.client.activateWorkflow(id);
		return id;
	}

	async function runsOf(id: string): Promise<string[]> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
		const { results } = await host.client.get<{ results: { id: string }[] }>(
			`/rest/executions?filter=${filter}&limit=100`,
		);
		return results.map((run) => run.id);
	}

	async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
		for (const endMs = Date.now() + 120_000; Date.now() < endMs; await pause(100)) {
			if (await isSo()) return;
		}
		throw new Error(`not within two minutes: ${what}`);
	}

	test(
		'the event of a run that was under way starts no second one, and the next event its own',
		async () => {
			const id = await activated();
			await renew();
			await until('the run is under way', () => asked('/hold') > 0);
			expect(await runsOf(id)).toHaveLength(1);

			await host.restart('kill');
			isReleased = true;
			await renew();
			// n8n says so when it is given an event of which it has the run.
			await until('the event was given out again', () =>
				/duplicate deduplication key/.test(host.log('start')),
			);
			await until('the second run', async () => (await runsOf(id)).length >= 2);
			await renew();
			await until('the third run', async () => (await runsOf(id)).length >= 3);
			expect(await runsOf(id)).toHaveLength(3);
			if (mode === 'queue') expect(host.log('worker')).toMatch(/started execution/i);
		},
		START_MS,
	);
}
