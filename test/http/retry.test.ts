import fc from 'fast-check';
import { Fault } from '../../src/http/fault';
import type { HttpRequest, HttpResponse } from '../../src/http/message';
import { backoffMs, isRepeatable, pauseBeforeRetry, retryAfterMs } from '../../src/http/retry';

const answer = (status: number, headers = {}): HttpResponse => ({
	status,
	headers,
	body: Buffer.of(),
});
const request = (method: string, headers = {}): HttpRequest => ({
	method,
	url: new URL('https://api.example/'),
	headers,
});
const rules = { retries: 3, baseMs: 1000, capMs: 30_000 };
const NOON = Date.UTC(2026, 10, 21, 12, 0, 0);
const ports = { clock: () => NOON, random: () => 0.5 };

describe('Retry-After', () => {
	test.each<[string, string, number | null]>([
		['seconds', '120', 120_000],
		['no wait at all', '0', 0],
		['a date to come', 'Sat, 21 Nov 2026 12:00:30 GMT', 30_000],
		['a date in the old form', 'Saturday, 21-Nov-26 12:00:30 GMT', 30_000],
		['a date that has passed', 'Sat, 21 Nov 2026 11:00:00 GMT', 0],
		['nothing', '', null],
		['a negative number', '-5', null],
		['a fraction', '1.5', null],
		['words', 'soon', null],
		['a bare year', '2030', 2_030_000],
	])('as %s', (_, value, expected) => {
		expect(retryAfterMs(answer(429, { 'retry-after': value }), ports.clock)).toBe(expected);
	});

	test('is waited for exactly, and ends the tries when it is longer than the cap', () => {
		const pause = (seconds: number) =>
			pauseBeforeRetry(
				request('GET'),
				answer(503, { 'retry-after': String(seconds) }),
				0,
				rules,
				ports,
			);
		expect([pause(7), pause(30), pause(31)]).toEqual([7000, 30_000, null]);
	});
});

test('the pause lies anywhere between nothing and a bound that doubles up to the cap', () => {
	fc.assert(
		fc.property(
			fc.nat(40),
			fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
			(attempt, random) => {
				const pause = backoffMs(attempt, rules, () => random);
				expect(pause).toBeGreaterThanOrEqual(0);
				expect(pause).toBeLessThanOrEqual(Math.min(30_000, 1000 * 2 ** attempt));
			},
		),
	);
	expect([0, 1, 2, 9].map((attempt) => backoffMs(attempt, rules, () => 0.5))).toEqual([
		500, 1000, 2000, 15_000,
	]);
});

test('there are no more tries than were allowed', () => {
	const pause = (attempt: number) =>
		pauseBeforeRetry(request('GET'), answer(503), attempt, rules, ports);
	expect([pause(2), pause(3)]).toEqual([2000, null]);
});

describe('what is repeated', () => {
	const reset = new Fault('ECONNRESET');
	const refused = new Fault('ECONNREFUSED');
	const certificate = new Fault('CERT_HAS_EXPIRED');
	const slowDown = answer(503, { 'retry-after': '1' });
	test.each<[string, HttpResponse | Fault, boolean, boolean]>([
		['429', answer(429), true, true],
		['503 that names a time', slowDown, true, true],
		['503', answer(503), true, false],
		['502', answer(502), true, false],
		['504', answer(504), true, false],
		['500', answer(500), false, false],
		['401', answer(401), false, false],
		['a refused connection', refused, true, true],
		['a connection that broke', reset, true, false],
		['a certificate that has expired', certificate, false, false],
	])('after %s', (_, outcome, idempotent, other) => {
		for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PROPFIND']) {
			expect([method, isRepeatable(request(method), outcome)]).toEqual([method, idempotent]);
		}
		for (const method of ['POST', 'PATCH']) {
			expect([method, isRepeatable(request(method), outcome)]).toEqual([method, other]);
		}
	});

	test('a POST with an Idempotency-Key is as good as a PUT', () => {
		expect(isRepeatable(request('POST', { 'Idempotency-Key': '1' }), answer(502))).toBe(true);
	});
});
