import { collect } from '../../src/http/decode';
import { exchange, type ExchangePorts } from '../../src/http/exchange';
import { Fault } from '../../src/http/fault';
import type { HttpRequest, HttpResponse } from '../../src/http/message';
import { runPool } from '../../src/http/pool';
import { Readable } from 'node:stream';

const request: HttpRequest = { method: 'GET', url: new URL('https://a.example/'), headers: {} };
const rules = { maxRedirects: 5, retry: { retries: 3, baseMs: 1000, capMs: 30_000 } };
const answer = (status: number, headers = {}): HttpResponse => ({
	status,
	headers,
	body: Buffer.of(),
});

/** Plays outcomes one after the other, and keeps what it was asked. */
function ports(...outcomes: (HttpResponse | Error)[]) {
	const calls: { url: string; authenticated: boolean }[] = [];
	const pauses: number[] = [];
	const played: ExchangePorts = {
		send: async ({ url }, { authenticated }) => {
			calls.push({ url: url.href, authenticated });
			const outcome = outcomes.shift();
			if (outcome === undefined) throw new Error('one call too many');
			if (outcome instanceof Error) throw outcome;
			return outcome;
		},
		sleep: async (ms) => void pauses.push(ms),
		random: () => 0.5,
		clock: () => 0,
	};
	return { calls, pauses, played };
}

test('pauses grow, and the last answer is returned when the tries are used up', async () => {
	const { pauses, played } = ports(answer(503), answer(503), answer(503), answer(503));
	const { response } = await exchange({ request, authenticated: false }, null, rules, played);
	expect(response.status).toBe(503);
	expect(pauses).toEqual([500, 1000, 2000]);
});

test('retries are shared by all hops', async () => {
	const { calls, played } = ports(
		answer(503),
		answer(302, { location: '/2' }),
		answer(503),
		answer(503),
		answer(503),
	);
	await exchange({ request, authenticated: false }, null, rules, played);
	expect(calls).toHaveLength(5);
});

test('the credential is asked before every call that carries it, retries included', async () => {
	const asked: string[] = [];
	const credential = {
		assertAllowed: (url: URL) => void asked.push(url.href),
		assertReachable: () => undefined,
		names: () => false,
		showsIn: () => false,
	};
	const { calls, played } = ports(
		answer(503),
		answer(307, { location: '/2' }),
		answer(307, { location: 'https://b.example/' }),
		answer(200),
	);
	await exchange({ request, authenticated: true }, credential, rules, played);
	expect(asked).toEqual(['https://a.example/', 'https://a.example/', 'https://a.example/2']);
	expect(calls.map(({ authenticated }) => authenticated)).toEqual([true, true, true, false]);
});

test('a fault that lasts is thrown, anything unexpected at once', async () => {
	const fault = new Fault('ECONNRESET');
	const hop = { request, authenticated: false };
	await expect(exchange(hop, null, rules, ports(fault, fault, fault, fault).played)).rejects.toBe(
		fault,
	);
	const broken = new Error('a mistake of ours');
	await expect(exchange(hop, null, rules, ports(broken).played)).rejects.toBe(broken);
});

test('a response that is passed by is let go of', async () => {
	const bodies = [Readable.from(['a']), Readable.from(['b'])] as const;
	const { played } = ports(
		{ ...answer(503), body: bodies[0] },
		{ ...answer(302, { location: '/2' }), body: bodies[1] },
		answer(200),
	);
	await exchange({ request, authenticated: false }, null, rules, played);
	expect(bodies.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('a body that is too large is refused as soon as that shows', async () => {
	let given = 0;
	const endless = Readable.from(
		(function* () {
			for (;;) yield Buffer.alloc(1024, ++given);
		})(),
	);
	const limits = { maxBytes: 10_000, timeoutMs: 1000, after: () => () => undefined };
	await expect(collect({ ...answer(200), body: endless }, limits)).rejects.toMatchObject({
		code: 'ERR_RESPONSE_INVALID',
	});
	expect(given).toBeLessThan(100);
});

test('a pool stops starting tasks once one says so, and waits for those under way', async () => {
	const started: number[] = [];
	const ended: number[] = [];
	const limits = { concurrency: 3, batchSize: Infinity, batchIntervalMs: 0 };
	await runPool(
		100,
		limits,
		async () => undefined,
		async (index) => {
			started.push(index);
			await new Promise((resolve) => setTimeout(resolve, index === 1 ? 1 : 20));
			ended.push(index);
			return { goOn: index !== 1 };
		},
	);
	expect(started).toEqual([0, 1, 2]);
	expect(ended.sort()).toEqual([0, 1, 2]);
});
