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
import { httpRequest, inLine, messageOf, sealboxRequest } from '../host.ts';

/** One grant with rotating refresh tokens in a main and two workers: n8n's own PostgreSQL decides who renews. */

const START_MS = 300_000;
const ROUNDS = 4;
const RUNS = 8;
/** Seconds; renewed at half of it, so that a round has to be over before. */
const LIFE = 30;

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)('in queue mode', () => {
	let host: Host;
	let service: TokenService;
	const spent = new Set<string>();
	let hasEnded = false;
	let good = '';
	let givenAtMs = 0;
	const calls = () => service.asked.filter(({ path }) => path === '/token').length;

	beforeAll(async () => {
		service = await new TokenService().start();
		service.answers = [
			({ path, body, headers }, response) => {
				const isToken = path === '/token';
				const refresh = body.get('refresh_token') ?? '';
				if (isToken && spent.has(refresh)) hasEnded = true;
				spent.add(refresh);
				const isRight = isToken ? !hasEnded : headers.authorization === `Bearer ${good}`;
				const given = tokens(spent.size, { expires_in: LIFE });
				if (isToken && isRight) [good, givenAtMs] = [String(given.access_token), Date.now()];
				response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
				response.end(JSON.stringify(isToken && isRight ? given : { error: 'invalid_grant' }));
			},
		];
		const packed = mkdtempSync(join(tmpdir(), 'sealbox-queue-'));
		const { path } = await pack(packed);
		const env = { OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true', N8N_LOG_LEVEL: 'info' };
		host = await startHost({ mode: 'queue', workers: 2, tarball: path, env });
		rmSync(packed, { recursive: true });
	}, START_MS);
	afterAll(async () => {
		await host?.stop();
		await service.stop();
	}, START_MS);

	test(
		'36, 37 and 104: two workers and both nodes ask once for each token, and the grant lives',
		async () => {
			const id = await host.client.createCredential('Token', 'sealboxTokenApi', {
				grantType: 'refreshToken',
				accessTokenUrl: service.tokenUrl,
				clientId: 'app',
				refreshToken: 'first',
				baseUrl: service.url,
			});
			const url = `${service.url}/api`;
			const workflow = inLine(
				'Token',
				httpRequest('sealboxTokenApi', id, { url }),
				sealboxRequest('sealboxTokenApi', id, { url }),
			);
			for (let round = 1; round <= ROUNDS; round += 1) {
				const runs = Array.from({ length: RUNS }, () => host.client.runOnce(workflow));
				expect((await Promise.all(runs)).map(messageOf)).toEqual(Array(RUNS).fill(''));
				expect(calls()).toBe(round);
				await pause(Math.max(0, givenAtMs + (LIFE * 1_000) / 2 + 500 - Date.now()));
			}
			expect(hasEnded).toBe(false);
			for (const worker of ['worker', 'worker-2'] as const) {
				expect(host.log(worker)).toMatch(/started execution/i);
			}
		},
		START_MS,
	);
});
