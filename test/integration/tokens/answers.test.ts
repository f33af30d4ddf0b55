import { gzipSync } from 'node:zlib';
import { freePort } from '../../servers/listen';
import { refusal, reset, tokens, truncated, type Answer } from '../../servers/tokenService';
import { HOUR, MINUTE, refusalOf, Room } from './room';

/** What a token endpoint may answer. The numbers are those of the list of faults. */

let room: Room;
beforeEach(async () => (room = await Room.open()));
afterEach(() => room.close());

const told = (answer: Answer, more: Answer[] = []) => (room.service.answers = [answer, ...more]);

test('1: a token that the API refuses is renewed once, and the event is there once', async () => {
	const [all, grant] = [room.tokens(), room.grant({}, { expiresAtMs: room.now + HOUR })];
	expect((await all.get(grant)).accessToken).toBe('access-0');
	expect((await all.get(grant, 'access-0')).accessToken).toBe('access-1');
	expect((await all.get(grant, 'access-0')).accessToken).toBe('access-1');
	expect(room.service.calls).toBe(1);
	expect((await room.events()).filter((type) => type === 'refreshed')).toHaveLength(1);
});

test('2: an API that refuses every token gets one renewal in five minutes, and is blamed itself', async () => {
	const [all, grant] = [room.tokens(), room.grant({}, { expiresAtMs: room.now + HOUR })];
	await all.get(grant, 'access-0');
	for (let i = 0; i < 3; i += 1) {
		expect((await refusalOf(all.get(grant, 'access-1'))).code).toBe('ERR_TOKEN_REJECTED');
	}
	expect(room.service.calls).toBe(1);
	expect(await room.record(grant)).toMatchObject({ health: 'DEGRADED', state: 'UPDATED' });
	expect((await room.events()).filter((type) => type === 'rejected')).toHaveLength(1);
	room.ahead += 6 * MINUTE;
	expect((await all.get(grant, 'access-1')).accessToken).toBe('access-2');
});

test('4: a token is good beyond doubt up to its margin, by an end that the service told', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	const lived = (seconds: number, token: string) => {
		room.ahead = seconds * 1_000;
		return all.isFresh(grant, token);
	};
	told(tokens(1, { expires_in: 3_600 }), [tokens(2, { expires_in: undefined })]);
	await all.get(grant);
	expect(await lived(0, 'access-1')).toBe(true);
	expect(await lived(0, 'access-0')).toBe(false);
	expect(await lived(3_550, 'access-1')).toBe(false);
	expect(await lived(4_000, 'access-1')).toBe(false);
	await all.get(grant);
	// That it lives as long as the one before is a guess.
	expect(await room.record(grant)).toMatchObject({ accessToken: 'access-2', lifeMs: 3_600_000 });
	expect(await lived(4_000, 'access-2')).toBe(false);
});

test('8: a statement that is refused for the clock is made again by the clock of the service', async () => {
	const { jwtBearerGrant } = await import('../../../src/tokens/grants/oauth');
	const times: number[] = [];
	const { tokenUrl } = room.service;
	const grant = jwtBearerGrant(
		{ tokenUrl, clientId: 'app' },
		{ identity: ['iss'], sign: async ({ issuedAt }) => `a.b.${times.push(issuedAt)}` },
		new Uint8Array(32),
	);
	const date = new Date(Date.now() + 10 * MINUTE).toUTCString();
	told({ status: 400, body: { error: 'invalid_grant' }, headers: { date } }, [tokens(2)]);
	expect((await room.tokens().get(grant)).accessToken).toBe('access-2');
	expect(times[1] - times[0]).toBeGreaterThan(590);
});

test('10: one refused client stops all its credentials, and an edit lets all of them go on', async () => {
	const all = room.tokens();
	const one = room.grant();
	told(refusal(401, 'invalid_client'));
	expect((await refusalOf(all.get(one))).code).toBe('ERR_TOKEN_CONFIG');
	const { refreshTokenGrant } = await import('../../../src/tokens/grants/oauth');
	const consent = { refreshToken: 'another' };
	const client = { tokenUrl: room.service.tokenUrl, clientId: 'app', clientSecret: 'app-secret' };
	const second = refreshTokenGrant(client, { consent }, new Uint8Array(32).fill(9));
	expect((await refusalOf(all.get(second))).code).toBe('ERR_TOKEN_CONFIG');
	expect(room.service.calls).toBe(1);
	expect(await room.events()).toContain('client.circuit_opened');
	told(tokens(2), [tokens(3)]);
	const edited = { ...client, clientSecret: 'corrected' };
	expect(
		(await all.get(refreshTokenGrant(edited, { consent }, new Uint8Array(32).fill(9)))).accessToken,
	).toBe('access-2');
	expect((await all.get(room.grant({ clientSecret: 'corrected' }))).accessToken).toBe('access-3');
	expect(await room.events()).toContain('client.circuit_closed');
});

test('11: nobody asks before the pause is over, and a good token is used meanwhile', async () => {
	const [all, grant] = [room.tokens(), room.grant({}, { expiresAtMs: room.now + HOUR })];
	await all.get(grant);
	room.ahead += 59.5 * MINUTE;
	told({ status: 429, body: {}, headers: { 'retry-after': '600' } }, [tokens(2)]);
	expect((await all.get(grant)).accessToken).toBe('access-0');
	room.ahead += 9 * MINUTE;
	const { code, message } = await refusalOf(all.get(grant));
	expect(code).toBe('ERR_TOKEN_UNAVAILABLE');
	expect(message).toMatch(/after \d{4}-/);
	expect(room.service.calls).toBe(1);
	room.ahead += 2 * MINUTE;
	expect((await all.get(grant)).accessToken).toBe('access-2');
});

test('13: a service in trouble is asked again until it answers', async () => {
	const [busy, grant]: [Answer, ReturnType<Room['grant']>] = [{ status: 503 }, room.grant()];
	told(busy, [busy, busy, tokens(4)]);
	expect((await room.tokens().get(grant)).accessToken).toBe('access-4');
	expect(await room.events()).toEqual(['created', 'refresh.started', 'refreshed']);
});

test('14: after a day of trouble a service is asked every six hours, and is back at once when it answers', async () => {
	const [all, grant] = [room.tokens({ times: { budgetMs: 20 } }), room.grant()];
	told({ status: 500 });
	for (let hour = 0; hour <= 25; hour += 1) {
		await refusalOf(all.get(grant));
		room.ahead += HOUR;
	}
	expect(await room.record(grant)).toMatchObject({ state: 'EXPIRED', health: 'DEGRADED' });
	const calls = room.service.calls;
	for (let hour = 0; hour < 4; hour += 1) {
		await refusalOf(all.get(grant));
		room.ahead += HOUR;
	}
	expect(room.service.calls).toBe(calls);
	told(tokens(9));
	room.ahead += 3 * HOUR;
	expect((await room.tokens().get(grant)).accessToken).toBe('access-9');
	expect(await room.record(grant)).toMatchObject({ health: 'OK' });
});

const html = '<html>Sign in with secret-in-page</html>';
test.each<[string, Answer]>([
	['16: HTML', { status: 200, raw: html, headers: { 'content-type': 'text/html' } }],
	['17: nothing', { status: 200 }],
	['17: the beginning of JSON', { status: 200, raw: '{"access_token": "a' }],
	['17: null', { status: 200, raw: 'null' }],
	['17: a list', { status: 200, raw: '[]' }],
	['17: an answer that breaks off', truncated],
	['17: a connection that breaks', reset],
	['502', { status: 502 }],
])(
	'%s may mean a used refresh token: it is kept while the access token is good',
	async (_name, answer) => {
		const all = room.tokens();
		const grant = room.grant({}, { expiresAtMs: room.now + HOUR });
		told(answer);
		// The API refuses the token: a new one has to be asked for.
		const { message } = await refusalOf(all.get(grant, 'access-0'));
		expect(message).not.toContain('secret-in-page');
		expect(await room.record(grant)).toMatchObject({
			isUncertain: true,
			health: 'DEGRADED',
			state: 'ACTIVE',
		});
		expect((await all.get(grant)).accessToken).toBe('access-0');
		await refusalOf(all.get(grant, 'access-0'));
		expect(room.service.calls).toBe(1);
		// When it is not, one more request has nothing to lose; its answer ends the uncertainty.
		told(refusal(400, 'invalid_grant'));
		room.ahead += HOUR;
		expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_REAUTH');
		expect(room.service.calls).toBe(2);
		expect(await room.reasons('credential.reauth_required')).toEqual(['lost_rotation']);
	},
);

test('a refresh token that stays the same, or is good for a while after its use, is asked with again', async () => {
	told({ ...tokens(1), refresh_token: undefined, expires_in: 200 }, [reset, tokens(3)]);
	const [all, grant] = [room.tokens(), room.grant()];
	await all.get(grant);
	expect(await room.record(grant)).toMatchObject({ refreshToken: 'refresh-0', rotation: 'never' });
	room.ahead += 10 * MINUTE;
	expect((await all.get(grant)).accessToken).toBe('access-3');

	told(reset, [tokens(5)]);
	const graceful = room.grant({ clientId: 'graceful', reuseGraceMs: 5_000 });
	expect((await all.get(graceful)).accessToken).toBe('access-5');
});

test.each<[string, unknown, number | null]>([
	['19: digits as text', '3600', HOUR],
	['19: a fraction', '3600.5', HOUR],
	['20: a negative number', -5, null],
	['20: zero', 0, null],
	['20: no number', 'NaN', null],
	['20: beyond all sense', 1e12, null],
	['20: an object', {}, null],
	['22: milliseconds by mistake', 3_600_000, 24 * HOUR],
])(
	'%s: the life of the token is told, guessed or unknown, and the token is kept',
	async (_name, expires_in, life) => {
		told({ ...tokens(1), expires_in });
		const grant = room.grant();
		expect((await room.tokens().get(grant)).accessToken).toBe('access-1');
		const { obtainedAtMs, expiresAtMs } = await room.record(grant);
		expect(expiresAtMs === null ? null : expiresAtMs - obtainedAtMs).toBe(life);
	},
);

test('22: a service that counts in milliseconds and says so is believed', async () => {
	told({ ...tokens(1), expires_in: 3_600_000 });
	const grant = room.grant({ expiresInUnitMs: 1 });
	await room.tokens().get(grant);
	const { obtainedAtMs, expiresAtMs } = await room.record(grant);
	expect((expiresAtMs ?? 0) - obtainedAtMs).toBe(HOUR);
});

test('23: a life shorter than the last one counts from now on', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	told(tokens(1), [tokens(2, { expires_in: 60 }), tokens(3)]);
	await all.get(grant);
	room.ahead += HOUR;
	await all.get(grant);
	room.ahead += 20_000;
	expect((await all.get(grant)).accessToken).toBe('access-2');
	room.ahead += 15_000;
	expect((await all.get(grant)).accessToken).toBe('access-3');
});

test('25 to 27: fewer scopes and an empty refresh token are noted, the earlier refresh token is kept', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	told(tokens(1, { scope: 'read write' }), [tokens(2, { scope: 'read', refresh_token: '' })]);
	await all.get(grant);
	room.ahead += HOUR;
	await all.get(grant);
	expect(await room.record(grant)).toMatchObject({
		scope: 'read',
		refreshToken: 'refresh-1',
		oddities: ['refresh token empty', 'scope reduced'],
	});
	expect((await room.reasons('credential.refreshed'))[1]).toBe(
		'kept, refresh token empty, scope reduced',
	);
});

test('28 and 29: a form, a byte order mark and gzip are read; 5 MB are not', async () => {
	const form = 'application/x-www-form-urlencoded; charset=utf-8';
	const json = JSON.stringify(tokens(3));
	told(
		{
			status: 200,
			raw: 'access_token=access-1&expires_in=60&refresh_token=r',
			headers: { 'content-type': form },
		},
		[
			{ status: 200, raw: `\uFEFF${JSON.stringify(tokens(2, { expires_in: 60 }))}` },
			{ status: 200, raw: gzipSync(json), headers: { 'content-encoding': 'gzip' } },
			{
				status: 200,
				raw: gzipSync(JSON.stringify(tokens(4, { more: 'x'.repeat(5_000_000) }))),
				headers: { 'content-encoding': 'gzip' },
			},
		],
	);
	const [all, grant] = [room.tokens(), room.grant()];
	for (const number of [1, 2, 3]) {
		expect((await all.get(grant)).accessToken).toBe(`access-${number}`);
		room.ahead += 2 * HOUR;
	}
	expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_UNAVAILABLE');
});

test('an error in an answer that says 200, and one in prose, are refusals', async () => {
	told({ error: 'bad_refresh_token', error_description: 'secret prose' });
	const { code, message } = await refusalOf(room.tokens().get(room.grant()));
	expect(code).toBe('ERR_TOKEN_REAUTH');
	expect(message).not.toContain('prose');
	told({ status: 400, body: { error: 'your token refresh-0 is wrong' } });
	expect((await refusalOf(room.tokens().get(room.grant({ clientId: 'b' })))).message).not.toContain(
		'refresh-0',
	);
});

test('32: a service that is not there is tried again, and nothing was risked', async () => {
	const port = await freePort();
	const grant = room.grant({ tokenUrl: `http://127.0.0.1:${port}/token` });
	expect(
		(await refusalOf(room.tokens({ times: { budgetMs: 900 }, random: () => 0.5 }).get(grant))).code,
	).toBe('ERR_TOKEN_UNAVAILABLE');
	const record = await room.record(grant);
	expect(record.isUncertain).toBeUndefined();
	expect(record.trouble).toMatchObject({ reason: 'unsent', code: 'ECONNREFUSED' });
});

test('34: an answer that drips is given up after the time for all of it', async () => {
	told((_asked, response) => {
		response.writeHead(200, { 'content-type': 'application/json' });
		const drip = setInterval(() => response.write(' '), 20);
		response.once('close', () => clearInterval(drip));
	});
	const before = Date.now();
	await refusalOf(room.tokens({ times: { budgetMs: 400 } }).get(room.grant()));
	expect(Date.now() - before).toBeLessThan(3_000);
});

test('404, a redirect and an unknown grant type are mistakes in the credential, asked about every ten minutes', async () => {
	for (const answer of [
		{ status: 404 },
		{ status: 302, headers: { location: '/login' } },
		refusal(400, 'unsupported_grant_type'),
	]) {
		told(answer);
		const grant = room.grant({ clientId: JSON.stringify(answer) });
		const calls = room.service.calls;
		for (let i = 0; i < 3; i += 1) {
			expect((await refusalOf(room.tokens().get(grant))).code).toBe('ERR_TOKEN_CONFIG');
		}
		expect(room.service.calls).toBe(calls + 1);
	}
});

test('a refusal without a reason is believed after three tries in a quarter of an hour', async () => {
	const [all, grant] = [room.tokens(), room.grant()];
	told({ status: 403 });
	expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_UNAVAILABLE');
	room.ahead += 8 * MINUTE;
	expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_UNAVAILABLE');
	room.ahead += 8 * MINUTE;
	expect((await refusalOf(all.get(grant))).code).toBe('ERR_TOKEN_REAUTH');
	expect(await room.reasons('credential.reauth_required')).toEqual(['opaque: status_403']);
});
