import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startHost, type Host } from '../../../host/host.ts';
import { pack } from '../../../host/pack.ts';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import type { AuthorizationServer } from '../../servers/authorizationServer';
import { describeWith } from '../../servers/required';
import { tokens, TokenService, type Asked } from '../../servers/tokenService';
import { connectTo, expectOneRefresher, startServer, TYPE } from '../consent.ts';
import { byWebhook, httpRequest, inLine, items, messageOf, post, sealboxRequest } from '../host.ts';

/**
 * One grant with rotating refresh tokens in a main process, two workers and a webhook process: n8n's own
 * PostgreSQL decides who renews. The numbers are those of the list of faults.
 */

const START_MS = 300_000;
const ROUNDS = 20;
/** After each consent. */
const CONSENT_ROUNDS = 4;
/** Of each round: runs that a webhook starts, in the workers, and one in the main process. */
const WEBHOOKS = 4;
const RUNS = WEBHOOKS + 1;
const ITEMS = 20;
const NODES = 2;
const WORKERS = ['worker', 'worker-2'] as const;
const CALLERS = RUNS * ITEMS * NODES;

/** An API and its token endpoint; the second use of a refresh token ends the grant. */
class Service {
	readonly server = new TokenService();
	readonly #spent = new Set<string>();
	hasEnded = false;
	/** Of the next token, in seconds. */
	life = 3_600;
	good = '';
	givenAtMs = 0;
	calls = 0;
	/** Calls of the API with the token that is good. */
	served = 0;
	/** Requests for tokens that are neither answered nor acted upon. */
	isMute = false;

	async start(): Promise<this> {
		await this.server.start();
		this.server.answers = [(asked, response) => this.#answer(asked, response)];
		return this;
	}

	#answer({ path, body, headers }: Asked, response: ServerResponse): void {
		if (path === '/token') return this.#give(body.get('refresh_token') ?? '', response);
		const isGood = headers.authorization === `Bearer ${this.good}`;
		if (isGood) this.served += 1;
		reply(response, isGood ? 200 : 401, { ok: isGood });
	}

	#give(refreshToken: string, response: ServerResponse): void {
		this.calls += 1;
		if (this.isMute) return;
		this.hasEnded ||= this.#spent.has(refreshToken);
		this.#spent.add(refreshToken);
		if (this.hasEnded) return reply(response, 400, { error: 'invalid_grant' });
		const given = tokens(this.#spent.size, { expires_in: this.life });
		[this.good, this.givenAtMs] = [String(given.access_token), Date.now()];
		reply(response, 200, given);
	}
}

const reply = (response: ServerResponse, status: number, body: object): void =>
	void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)('in queue mode', () => {
	let host: Host;
	let service: Service;
	let server: AuthorizationServer;

	beforeAll(async () => {
		service = await new Service().start();
		const packed = mkdtempSync(join(tmpdir(), 'sealbox-queue-'));
		const { path } = await pack(packed);
		host = await startHost({
			mode: 'queue',
			workers: 2,
			tarball: path,
			env: { N8N_LOG_LEVEL: 'info' },
		});
		rmSync(packed, { recursive: true });
		server = await startServer(host.url);
	}, START_MS);
	afterAll(async () => {
		await host?.stop();
		await service.server.stop();
		await server?.stop();
	}, START_MS);

	const grant = async (refreshToken: string) =>
		await host.client.createCredential('Token', 'sealboxTokenApi', {
			grantType: 'refreshToken',
			accessTokenUrl: service.server.tokenUrl,
			clientId: 'app',
			refreshToken,
			baseUrl: service.server.url,
		});
	const workflow = (id: string, count: number) => {
		const url = `${service.server.url}/api`;
		return inLine(
			'Token',
			...items(...Array.from({ length: count }, (_, number) => ({ number }))),
			httpRequest('sealboxTokenApi', id, { url }),
			sealboxRequest('sealboxTokenApi', id, { url }),
		);
	};
	const runsIn = (worker: (typeof WORKERS)[number]) =>
		host.log(worker).match(/started execution/gi)?.length ?? 0;
	const called = async (path: string) => await post(`${host.webhookUrl}/webhook/${path}`);

	test(
		`36, 37 and 104: ${CALLERS} callers and ${ROUNDS} rounds ask ${ROUNDS} times, and the grant lives`,
		async () => {
			const callers = workflow(await grant('first'), ITEMS);
			const manual = await host.client.createWorkflow(callers);
			const path = 'token-rounds';
			await host.client.activateWorkflow(
				await host.client.createWorkflow(byWebhook(path, callers)),
			);
			let tookMs = 0;
			for (let round = 1; round <= ROUNDS; round += 1) {
				const byRefusal = round % 2 === 0;
				// Every other time the service ends a token by refusing it, else by its time: at half of its life,
				// which is long enough for the round that it is given in.
				service.life = byRefusal ? 6 + Math.ceil((4 * tookMs) / 1_000) : 3_600;
				if (byRefusal) service.good = 'refused from now on';
				const before = { served: service.served, atMs: Date.now() };
				const [main, ...answers] = await Promise.all([
					host.client.runWorkflow(manual),
					...Array.from({ length: WEBHOOKS }, () => called(path)),
				]);
				expect(messageOf(main)).toBe('');
				expect(answers.map(({ status }) => status)).toEqual(Array(WEBHOOKS).fill(200));
				expect(service.calls).toBe(round);
				expect(service.served - before.served).toBe(CALLERS);
				tookMs = Date.now() - before.atMs;
				const halfMs = (service.life * 1_000) / 2;
				const isLast = round === ROUNDS;
				if (byRefusal && !isLast)
					await pause(Math.max(0, service.givenAtMs + halfMs + 250 - Date.now()));
			}
			expect(service.hasEnded).toBe(false);
			for (const worker of WORKERS) expect(runsIn(worker)).toBeGreaterThan(0);
		},
		START_MS,
	);

	test(
		'36 and 104: a grant that a person consents to in n8n is renewed once, whichever process asks',
		async () => {
			const id = await connectTo(server, host.client);
			const callers = [httpRequest, sealboxRequest].map((node) =>
				inLine('Consent', node(TYPE, id, { url: `${server.url}/resource` })),
			);
			const manual = await Promise.all(callers.map((each) => host.client.createWorkflow(each)));
			const paths = callers.map((_, index) => `token-consent-${index}`);
			for (const [index, path] of paths.entries()) {
				const hooked = byWebhook(path, callers[index]!);
				await host.client.activateWorkflow(await host.client.createWorkflow(hooked));
			}
			/** Each node in the main process, and as often as there are webhooks in the workers. */
			const useAtOnce = async () => {
				const [inMain, inWorkers] = await Promise.all([
					Promise.all(manual.map((each) => host.client.runWorkflow(each))),
					Promise.all(Array<string[]>(WEBHOOKS).fill(paths).flat().map(called)),
				]);
				expect(inMain.map(messageOf)).toEqual(manual.map(() => ''));
				const good = { status: 200, text: JSON.stringify({ ok: true }) };
				expect(inWorkers).toEqual(inWorkers.map(() => good));
			};
			const earlier = WORKERS.map(runsIn);
			await expectOneRefresher(id, host.client, { server, rounds: CONSENT_ROUNDS, useAtOnce });
			for (const [index, worker] of WORKERS.entries()) {
				expect(runsIn(worker)).toBeGreaterThan(earlier[index]!);
			}
		},
		START_MS,
	);

	test(
		'103: killed in the middle of a renewal, n8n has a token again within a lease of its start',
		async () => {
			const path = 'token-restart';
			const caller = workflow(await grant('second'), 1);
			await host.client.activateWorkflow(await host.client.createWorkflow(byWebhook(path, caller)));
			service.isMute = true;
			const { calls } = service;
			const cut = called(path).catch(() => null);
			while (service.calls === calls) await pause(20);
			await host.restart('kill');
			await cut;
			service.isMute = false;
			// Whoever waits for the lease of a process that is gone waits for its end, and no longer.
			expect(await called(path)).toEqual({ status: 200, text: JSON.stringify({ ok: true }) });
			expect(service.calls).toBe(calls + 2);
			expect(service.hasEnded).toBe(false);
		},
		START_MS,
	);
});
