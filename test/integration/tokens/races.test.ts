import { setTimeout as pause } from 'node:timers/promises';
import { fingerprint } from '../../../src/tokens/fingerprint';
import {
	clientCredentialsGrant,
	jwtBearerGrant,
	tokenExchangeGrant,
} from '../../../src/tokens/grants/oauth';
import { sessionLogin } from '../../../src/tokens/grants/session';
import { refusal, reset, tokens } from '../../servers/tokenService';
import { HOUR, KEY, MINUTE, refusalOf, Room } from './room';

/** Several callers at once, and what happens to a grant meanwhile. The numbers are those of the list of faults. */

let room: Room;
beforeEach(async () => (room = await Room.open()));
afterEach(() => room.close());

const manyTimes = <T>(work: () => Promise<T>, times = 50): Promise<T[]> =>
	Promise.all(Array.from({ length: times }, work));

const asked = (path: string) => room.service.asked.filter((one) => one.path === path);

test('35: 50 callers make one call and get the same token', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	const got = await manyTimes(() => all.get(grant));
	expect(new Set(got.map(({ accessToken }) => accessToken))).toEqual(new Set(['access-1']));
	expect(room.service.calls).toBe(1);
});

test('7 and 47: whoever is told invalid_grant after another has renewed gets the new token, and marks nothing', async () => {
	room.service.delayMs = 1_000;
	room.service.answers = [refusal(400, 'invalid_grant'), tokens(2)];
	const slow = room.tokens({ times: { leaseMs: 100 } }).get(room.grant());
	await room.service.reached(1);
	await pause(120);
	const quick = await room.tokens({ times: { leaseMs: 5_000 } }).get(room.grant());
	expect(quick.accessToken).toBe('access-2');
	expect((await slow).accessToken).toBe('access-2');
	expect(await room.record(room.grant())).toMatchObject({ health: 'OK' });
	expect(await room.events()).not.toContain('reauth_required');
});

test('44: whoever waits in vain uses a token that is still good, or is told to come again; nobody asks', async () => {
	const all = room.tokens({ times: { waitMs: 200 } });
	const [expired, good] = [
		room.grant(),
		room.grant({ clientId: 'b' }, { expiresAtMs: room.now + HOUR }),
	];
	await all.get(good);
	room.ahead = 59.5 * MINUTE;
	for (const { id } of [expired, good])
		await room.state.acquire(`token/${id}`, 'another process', 60_000);
	expect((await all.get(good)).accessToken).toBe('access-0');
	expect((await refusalOf(all.get(expired))).code).toBe('ERR_TOKEN_UNAVAILABLE');
	expect(room.service.calls).toBe(0);
});

test('46: a grant that is revoked during its renewal stays revoked, and what was just got is revoked as well', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	room.service.delayMs = 500;
	const renewing = refusalOf(all.get(grant));
	await room.service.reached(1);
	await all.revoke(grant);
	expect((await renewing).code).toBe('ERR_TOKEN_REVOKED');
	expect(await room.record(grant)).toMatchObject({ state: 'REVOKED' });
	const told = asked('/revoke').map(({ body }) => body.get('token'));
	expect(told.sort()).toEqual(['access-0', 'access-1', 'refresh-0', 'refresh-1']);
	expect(await room.state.keys('token-journal/', 10)).toEqual([]);
	expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_REVOKED');
});

test('a new consent takes the place of the grant before, also during a renewal; an old consent never comes back', async () => {
	const all = room.tokens();
	room.service.delayMs = 500;
	const renewing = all.get(room.grant());
	await room.service.reached(1);
	const renewed = room.grant(
		{},
		{ refreshToken: 'consented', accessToken: 'fresh', expiresAtMs: room.now + HOUR },
	);
	expect((await all.get(renewed)).accessToken).toBe('fresh');
	expect((await renewing).accessToken).toBe('fresh');
	expect((await all.get(room.grant())).accessToken).toBe('fresh');
	expect(await room.record(renewed)).toMatchObject({ refreshToken: 'consented' });
	expect(await room.events()).toContain('reauthorized');
});

test('49: a renewal that rejects is forgotten: the next caller renews, and nobody is left with a rejection', async () => {
	const unhandled = jest.fn();
	process.on('unhandledRejection', unhandled);
	const trouble = { isAway: false };
	const state = new Proxy(room.state, {
		get(target, name) {
			const value = Reflect.get(target, name) as unknown;
			if (typeof value !== 'function') return value;
			if (name === 'acquire' && trouble.isAway) return () => Promise.reject(new Error('away'));
			return (value as () => unknown).bind(target);
		},
	});
	const [all, grant] = [room.tokens({ state }), room.grant()];
	trouble.isAway = true;
	const refused = await manyTimes(() => refusalOf(all.get(grant)), 10);
	expect(refused.map(({ message }) => message)).toEqual(Array(10).fill('away'));
	trouble.isAway = false;
	const got = await manyTimes(() => all.get(grant), 10);
	expect(new Set(got.map(({ accessToken }) => accessToken))).toEqual(new Set(['access-1']));
	expect(room.service.calls).toBe(1);
	// Rejections that nobody takes are reported between two turns of the event loop.
	await pause(0);
	process.off('unhandledRejection', unhandled);
	expect(unhandled).not.toHaveBeenCalled();
});

test('53: what a job was given at its start is good after another process has renewed: the store is asked late', async () => {
	const [job, sibling] = [room.tokens(), room.tokens()];
	const snapshot = room.grant({}, { expiresAtMs: room.now + HOUR });
	const { accessToken: given } = await job.get(snapshot);
	room.ahead = 59.5 * MINUTE;
	await sibling.get(room.grant({}, { expiresAtMs: room.now + HOUR }));
	expect(room.service.calls).toBe(1);
	// The refresh token in the hands of the job is spent by now; the API refuses its access token.
	expect((await job.get(snapshot)).accessToken).toBe('access-1');
	expect((await job.get(snapshot, given)).accessToken).toBe('access-1');
	expect(room.service.calls).toBe(1);
});

test('50: 50 items make one login', async () => {
	room.service.answers = [
		{ data: { token: 'session-1', ends: Math.floor(room.now / 1_000) + 600 } },
	];
	const login = sessionLogin(
		{
			request: { url: `${room.service.url}/login`, headers: {}, body: '{"password":"x"}' },
			tokenPath: 'data.token',
			expiryPath: 'data.ends',
			expiryForm: 'unix',
			lifeMs: null,
			identity: ['someone'],
			proof: 'x',
		},
		KEY,
	);
	const all = room.tokens();
	await manyTimes(() => all.get(login));
	expect(asked('/login')).toHaveLength(1);
	expect((await room.record(login)).expiresAtMs).toBeGreaterThan(room.now + 590_000);
});

test('55: a token of five minutes is renewed at about three quarters of its life, and not before', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	room.service.answers = [tokens(1, { expires_in: 300 }), tokens(2)];
	await all.get(grant);
	for (room.ahead = 10_000; room.ahead < 220_000; room.ahead += 10_000) await all.get(grant);
	expect(room.service.calls).toBe(1);
	room.ahead = 265_000;
	expect((await all.get(grant)).accessToken).toBe('access-2');
});

test('56: an early renewal that fails, or takes long, is not felt', async () => {
	const all = room.tokens({ times: { patienceMs: 100 } });
	const grant = room.grant({}, { expiresAtMs: room.now + HOUR });
	await all.get(grant);
	room.ahead = 55 * MINUTE;
	room.service.answers = [{ status: 500 }];
	expect((await all.get(grant)).accessToken).toBe('access-0');
	room.service.answers = [tokens(2)];
	room.service.delayMs = 500;
	room.ahead += 2 * MINUTE;
	expect((await all.get(grant)).accessToken).toBe('access-0');
	// It goes on meanwhile.
	while ((await room.events()).at(-1) !== 'refreshed') await pause(20);
	expect((await all.get(grant)).accessToken).toBe('access-2');
});

test('59: a grant that nobody uses is renewed once a day, by one of all processes', async () => {
	const processes = [room.tokens(), room.tokens(), room.tokens()];
	const grant = room.grant();
	room.service.answers = [1, 2, 3].map((number) => tokens(number, { expires_in: 7 * 86_400 }));
	await processes[0].get(grant);
	const keepAlive = async () =>
		await Promise.all(processes.flatMap((each) => [each.keepAlive(grant), each.keepAlive(grant)]));
	for (const [hours, calls] of [
		[20, 1],
		[25, 2],
		[45, 2],
		[50, 3],
	]) {
		room.ahead = hours * HOUR;
		await keepAlive();
		expect(room.service.calls).toBe(calls);
	}
	expect((await processes[1].get(grant)).accessToken).toBe('access-3');
	expect(room.service.calls).toBe(3);
});

test('59: half of the life that a service gives its refresh tokens counts, but not what was revoked or may be used up', async () => {
	const all = room.tokens();
	const grants = ['a', 'b', 'c'].map((clientId) => room.grant({ clientId }));
	room.service.answers = [
		tokens(1, { refresh_expires_in: 1_800 }),
		tokens(2, { refresh_expires_in: 1_800 }),
		tokens(3, { refresh_expires_in: 1_800 }),
		reset,
		{},
		tokens(4),
	];
	for (const grant of grants) await all.get(grant);
	const [used, uncertain, gone] = grants;
	// The answer is lost: whether the refresh token is used up nobody knows.
	await refusalOf(all.get(uncertain, 'access-2'));
	await all.revoke(gone);
	const asked = () => room.service.asked.filter(({ path }) => path === '/token').length;
	const before = asked();
	room.ahead = 12 * MINUTE;
	for (const grant of grants) await all.keepAlive(grant);
	expect(asked()).toBe(before);
	room.ahead = 16 * MINUTE;
	for (const grant of grants) await all.keepAlive(grant);
	expect(asked()).toBe(before + 1);
	expect((await all.get(used)).accessToken).toBe('access-4');
});

test('94: a revocation counts at once, and the service hears of it when it is back', async () => {
	const [all, grant] = [room.tokens({ times: { revocationMs: 30 } }), room.grant()];
	await all.get(grant);
	room.service.answers = [{ status: 503 }];
	await all.revoke(grant);
	expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_REVOKED');
	expect(await room.events()).not.toContain('revocation.completed');
	room.service.answers = [refusal(400, 'unsupported_token_type'), {}];
	await pause(40);
	await all.tellService(grant);
	expect(await room.events()).toContain('revocation.completed');
	expect(asked('/revoke').at(-1)?.body.get('token')).toBe('access-1');
	expect(JSON.stringify(await room.record(grant))).not.toContain('access-1');
});

test('95: a token that was exchanged for another goes with it, and never outlives it', async () => {
	const all = room.tokens();
	const parent = room.grant({}, { expiresAtMs: room.now + 10 * MINUTE });
	const client = { tokenUrl: room.service.tokenUrl, clientId: 'exchanger' };
	const child = tokenExchangeGrant(
		client,
		{ identity: [], parent: parent.id, subject: () => all.get(parent) },
		KEY,
	);
	expect((await all.get(child)).expiresAtMs).toBe((await all.get(parent)).expiresAtMs);
	expect(room.service.asked[0].body.get('subject_token')).toBe('access-0');
	await all.revoke(parent);
	expect((await refusalOf(all.get(child))).code).toBe('ERR_TOKEN_REVOKED');
});

test('98: a thousand failing runs raise one notice', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	room.service.answers = [refusal(400, 'invalid_grant')];
	await manyTimes(() => refusalOf(all.get(grant)), 1_000);
	for (let i = 0; i < 10; i += 1) await refusalOf(room.tokens().get(grant));
	expect(await room.reasons('credential.reauth_required')).toHaveLength(1);
	expect(room.service.calls).toBe(1);
});

test('a grant without a refresh token ends with its access token, and a person hears of it once', async () => {
	const grant = room.grant({}, { refreshToken: undefined, expiresAtMs: room.now + MINUTE });
	expect((await room.tokens().get(grant)).accessToken).toBe('access-0');
	room.ahead = 2 * MINUTE;
	for (let i = 0; i < 3; i += 1) {
		expect((await refusalOf(room.tokens().get(grant))).code).toBe('ERR_TOKEN_REAUTH');
	}
	expect(await room.reasons('credential.reauth_required')).toEqual(['no_refresh']);
	expect(room.service.calls).toBe(0);
});

test('each grant asks as its standard says', async () => {
	const client = {
		tokenUrl: room.service.tokenUrl,
		clientId: 'a b',
		clientSecret: 'ü:/',
		parameters: { audience: 'https://api.example.com' },
	};
	const all = room.tokens();
	await all.get(clientCredentialsGrant(client, { scope: 'read' }, KEY));
	const inBody = { ...client, authentication: 'body' as const };
	const sign = async () => 'signed.by.test';
	await all.get(jwtBearerGrant(inBody, { scope: 'read', identity: ['iss'], sign }, KEY));
	const [first, second] = room.service.asked;
	// RFC 6749 section 2.3.1 and appendix B.
	const pair = Buffer.from('a+b:%C3%BC%3A%2F').toString('base64');
	expect(first.headers.authorization).toBe(`Basic ${pair}`);
	expect(Object.fromEntries(first.body)).toEqual({
		grant_type: 'client_credentials',
		scope: 'read',
		audience: 'https://api.example.com',
	});
	expect(second.headers.authorization).toBeUndefined();
	expect(Object.fromEntries(second.body)).toEqual({
		grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
		assertion: 'signed.by.test',
		scope: 'read',
		audience: 'https://api.example.com',
		client_id: 'a b',
		client_secret: 'ü:/',
	});
});

test('82: a keyed hash depends on every text and where it ends', () => {
	const hashes = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', '']].map((texts) =>
		fingerprint(KEY, ...texts),
	);
	expect(new Set(hashes).size).toBe(4);
});
