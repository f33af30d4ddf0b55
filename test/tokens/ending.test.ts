import { endingOf, isSameEnding, markOf } from '../../src/tokens/ending';
import { newRecord, type TokenRecord } from '../../src/tokens/record';

/** What ends soon and is not renewed by itself. */

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

const record = (changes: Partial<TokenRecord>): TokenRecord => ({
	...newRecord('lineage', { label: 'login.example.com', clientProof: 'proof' }, 0),
	state: 'ACTIVE',
	accessToken: 'token',
	expiresAtMs: 60 * MINUTE,
	...changes,
});
const trouble = {
	failures: 1,
	sinceMs: 0,
	nextAttemptAtMs: 0,
	reason: 'server',
	code: 'status_500',
	proof: 'proof',
	opaque: 0,
};

describe('an access token', () => {
	const consented = { consents: ['mark'] };
	const ends = { what: 'access token', atMs: 60 * MINUTE };

	test('that nothing renews ends soon from its margin on, until it is over', () => {
		const at = (minutes: number) => endingOf(record(consented), minutes * MINUTE);
		expect([at(0), at(44), at(46), at(59), at(60)]).toEqual([null, null, ends, ends, null]);
	});

	test.each([
		['is got with a refresh token', { ...consented, refreshToken: 'refresh' }],
		['is given to whoever proves to be the client', {}],
	])('that %s is renewed, unless that fails', (_name, changes) => {
		expect(endingOf(record(changes), 50 * MINUTE)).toBeNull();
		expect(endingOf(record({ ...changes, trouble }), 50 * MINUTE)).toEqual(ends);
	});

	test('of which a person has heard already is not announced', () => {
		expect(endingOf(record({ ...consented, health: 'NEEDS_REAUTH' }), 50 * MINUTE)).toBeNull();
		expect(endingOf(record({ ...consented, state: 'REVOKED' }), 50 * MINUTE)).toBeNull();
	});
});

test('a refresh token with a known end ends soon in its last quarter, a week at most', () => {
	const grant = (refreshExpiresAtMs: number, now: number) =>
		endingOf(record({ consents: ['mark'], refreshToken: 'refresh', refreshExpiresAtMs }), now);
	const [short, long] = [4 * DAY, 90 * DAY];
	expect(grant(short, 2.9 * DAY)).toBeNull();
	expect(grant(short, 3.1 * DAY)).toEqual({ what: 'grant', atMs: short });
	expect(grant(long, 82 * DAY)).toBeNull();
	expect(grant(long, 84 * DAY)).toEqual({ what: 'grant', atMs: long });
	expect(grant(long, 90 * DAY)).toBeNull();
});

test('an end that only an answer’s delay has moved is the same; another consent’s is not', () => {
	const mark = (lineage: string, atMs: number) =>
		markOf(record({ lineage }), { what: 'grant', atMs });
	expect(isSameEnding(mark('a', DAY), mark('a', DAY + 900))).toBe(true);
	expect(isSameEnding(mark('a', DAY), mark('a', 2 * DAY))).toBe(false);
	expect(isSameEnding(mark('a', DAY), mark('b', DAY))).toBe(false);
});
