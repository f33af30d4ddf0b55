import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { RemoteKeys, verifyJwt, type JwtSettings } from '../../src/webhooks';
import { vectors } from './vectors';

/*
 * Forged and borrowed tokens: confused algorithms (67), foreign issuers and audiences (68), keys that come
 * with the token (70), key sets that rotate, fail or are ambiguous (71–74).
 */

const NOW_MS = 1_800_000_000_000;
const NOW = NOW_MS / 1000;
const SHARED = 'a-shared-secret-of-at-least-32-bytes!';
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }) as string;

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const CLAIMS = { iss: 'https://issuer.example', aud: 'n8n', exp: NOW + 60, iat: NOW, jti: 'one' };

function token(header: object, claims: object, key: string | KeyObject): string {
	const signed = `${part({ typ: 'JWT', ...header })}.${part(claims)}`;
	const { alg } = header as { alg: string };
	const signature =
		typeof key === 'string'
			? createHmac('sha256', key).update(signed).digest()
			: sign('sha256', Buffer.from(signed), {
					key,
					...(alg === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : {}),
				});
	return `${signed}.${signature.toString('base64url')}`;
}

const settings = (changes: Partial<JwtSettings> = {}): JwtSettings => ({
	algorithms: ['HS256'],
	issuer: CLAIMS.iss,
	audience: CLAIMS.aud,
	keys: [SHARED],
	now: () => NOW_MS,
	...changes,
});
const bearing = (authorization: string | string[]) => ({
	method: 'POST',
	url: 'https://hooks.example.com/in',
	headers: { authorization },
	rawBody: Buffer.alloc(0),
});
async function outcome(jwt: string, changes: Partial<JwtSettings> = {}): Promise<string> {
	const result = await verifyJwt(bearing(`Bearer ${jwt}`), settings(changes));
	return result.ok ? 'valid' : result.reason;
}
const shared = (claims: object = CLAIMS, header: object = {}) =>
	token({ alg: 'HS256', ...header }, claims, SHARED);

test('a token of the issuer for us is let in, with what it says', async () => {
	expect(await verifyJwt(bearing(`bearer ${shared()}`), settings())).toEqual({
		ok: true,
		claims: CLAIMS,
		id: 'one',
	});
});

test.each([
	['another issuer', { iss: 'https://evil.example' }, 'bad_issuer'],
	['no issuer', { iss: undefined }, 'bad_issuer'],
	['another audience', { aud: 'else' }, 'bad_audience'],
	['audiences without ours', { aud: ['a', 'b'] }, 'bad_audience'],
	['audiences with ours', { aud: ['a', 'n8n'] }, 'valid'],
	['an audience that begins like ours', { aud: 'n8n-other' }, 'bad_audience'],
	['no audience', { aud: undefined }, 'bad_audience'],
	['no expiry', { exp: undefined }, 'bad_claim'],
	['an expiry in text', { exp: String(NOW + 60) }, 'bad_claim'],
	['an expiry a minute ago', { exp: NOW - 60 }, 'stale'],
	['an expiry within the skew', { exp: NOW - 59 }, 'valid'],
	['a start beyond the skew', { nbf: NOW + 61 }, 'future'],
	['a start within the skew', { nbf: NOW + 59 }, 'valid'],
	['an issue time ahead', { iat: NOW + 61 }, 'future'],
])('68: %s', async (_case, claims, expected) => {
	expect(await outcome(shared({ ...CLAIMS, ...claims }))).toBe(expected);
});

test('67: the text of a public key is no shared secret', async () => {
	const pem = pemOf(rsa.publicKey);
	const forged = token({ alg: 'HS256' }, CLAIMS, pem);
	for (const algorithms of [['RS256'], ['HS256'], ['RS256', 'HS256']] as const) {
		expect(await outcome(forged, { algorithms, keys: [pem] })).toBe('wrong_algorithm');
	}
	const genuine = token({ alg: 'RS256' }, CLAIMS, rsa.privateKey);
	expect(await outcome(genuine, { algorithms: ['RS256'], keys: [pem] })).toBe('valid');
});

test.each(['none', 'None', 'HS512', 'RS256', '', undefined])(
	'a token with the algorithm %p is refused',
	async (alg) => {
		expect(await outcome(shared(CLAIMS, { alg }))).toMatch(/wrong_algorithm|bad_token/);
	},
);

test('70: keys and addresses of keys in the token are not looked at', async () => {
	const jwk = { kty: 'oct', k: Buffer.from('attacker').toString('base64url') };
	const header = {
		alg: 'HS256',
		jwk,
		jku: 'https://evil.example/keys',
		x5u: 'https://evil.example/x',
	};
	expect(await outcome(token(header, CLAIMS, 'attacker'))).toBe('bad_signature');
	expect(await outcome(shared(CLAIMS, { crit: ['x'], x: 1 }))).toBe('bad_token');
});

test.each([
	['Basic', `Basic ${shared()}`, 'bad_token'],
	['no scheme', shared(), 'bad_token'],
	['two tokens', `Bearer ${shared()} ${shared()}`, 'bad_token'],
	['four parts', `Bearer ${shared()}.x`, 'bad_token'],
	['nothing', '', 'missing_header'],
	['two headers', [`Bearer ${shared()}`, `Bearer ${shared()}`], 'duplicate_header'],
	[
		'a flipped bit',
		`Bearer ${shared().replace(/.$/, (c) => (c === 'A' ? 'Q' : 'A'))}`,
		'bad_signature',
	],
])('with %s the request is refused', async (_case, header, reason) => {
	expect(await verifyJwt(bearing(header), settings())).toEqual({ ok: false, reason });
});

test.each<[string, Partial<JwtSettings>, string]>([
	['no secret', { keys: [] }, 'no_secret'],
	['an empty secret', { keys: [''] }, 'no_secret'],
	['a short secret', { keys: ['short'] }, 'bad_secret'],
	['no algorithm', { algorithms: [] }, 'bad_options'],
	['the algorithm none', { algorithms: ['none' as never] }, 'bad_options'],
	['no issuer', { issuer: '' }, 'bad_options'],
	['no audience', { audience: ' ' }, 'bad_options'],
	['an hour of skew', { skewSeconds: 3600 }, 'bad_options'],
])('settings with %s let nobody in', async (_case, changes, reason) => {
	expect(await outcome(shared(), changes)).toBe(reason);
});

test('two secrets are accepted while one replaces the other; ids choose where both have one', async () => {
	const other = 'another-secret-of-at-least-32-bytes!!';
	expect(await outcome(shared(), { keys: [other, SHARED] })).toBe('valid');
	expect(await outcome(shared(), { keys: [other] })).toBe('bad_signature');
	const named = [{ name: 'k2', secret: SHARED }];
	expect(await outcome(shared(CLAIMS, { kid: 'k1' }), { keys: named })).toBe('unknown_key');
	expect(await outcome(shared(CLAIMS, { kid: 'k2' }), { keys: named })).toBe('valid');
});

describe('published tokens', () => {
	const joe = { issuer: 'joe', audience: 'n8n', now: () => 1_300_000_000_000 };
	const jws = (alg: string) => vectors.jws_vectors.find(({ algorithm }) => algorithm === alg);

	test('RFC 7515 A.1 and A.3 have valid signatures, and lack the audience that we ask for', async () => {
		for (const alg of ['HS256', 'ES256'] as const) {
			const { token: published = '', jwk } = jws(alg) ?? {};
			const changes = { ...joe, algorithms: [alg], keys: [JSON.stringify(jwk)] };
			expect(await outcome(published, changes)).toBe('bad_audience');
			expect(await outcome(`${published.slice(0, -1)}A`, changes)).toBe('bad_signature');
		}
	});

	test('another spelling of the same signature is refused', async () => {
		const { token: published = '', jwk } = jws('ES256') ?? {};
		const changes = { ...joe, algorithms: ['ES256'] as const, keys: [JSON.stringify(jwk)] };
		expect(published.endsWith('Q')).toBe(true);
		expect(await outcome(published.replace(/Q$/, 'R'), changes)).toBe('bad_token');
	});

	test('RFC 7519 6.1, unsecured, is refused', async () => {
		expect(await outcome(jws('none')?.token ?? '', joe)).toMatch(/wrong_algorithm|bad_token/);
	});
});

describe('key sets', () => {
	const jwkOf = (key: KeyObject, kid: string, more: object = {}) => ({
		...key.export({ format: 'jwk' }),
		kid,
		...more,
	});
	const first = jwkOf(ec.publicKey, 'k1');
	const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const signedBy = (kid: string, key: KeyObject) => token({ alg: 'ES256', kid }, CLAIMS, key);

	/** A set that changes and fails as told, with a clock. */
	function published(keys: object[]) {
		const state = { keys, loads: 0, isDown: false, nowMs: NOW_MS };
		const remote = new RemoteKeys(
			async () => {
				state.loads += 1;
				if (state.isDown) throw new Error('down');
				return { keys: state.keys };
			},
			{ now: () => state.nowMs },
		);
		const verify = (jwt: string) => outcome(jwt, { algorithms: ['ES256'], keys: remote });
		return { state, verify };
	}

	test('71: a key that was added is found after one more request, and a flood of ids makes none', async () => {
		const { state, verify } = published([first]);
		expect(await verify(signedBy('k1', ec.privateKey))).toBe('valid');
		state.keys = [first, jwkOf(second.publicKey, 'k2')];
		state.nowMs += 30_001;
		expect(await verify(signedBy('k2', second.privateKey))).toBe('valid');
		expect(state.loads).toBe(2);
		const flood = Array.from({ length: 100 }, (_, i) => verify(signedBy(`x${i}`, ec.privateKey)));
		expect(new Set(await Promise.all(flood))).toEqual(new Set(['unknown_key']));
		expect(state.loads).toBe(2);
	});

	test('a hundred callers at once make one request', async () => {
		const { state, verify } = published([first]);
		const all = Array.from({ length: 100 }, () => verify(signedBy('k1', ec.privateKey)));
		expect(new Set(await Promise.all(all))).toEqual(new Set(['valid']));
		expect(state.loads).toBe(1);
	});

	test('73: while the set is down the last one serves, and without one nobody is let in', async () => {
		const { state, verify } = published([first]);
		state.isDown = true;
		expect(await verify(signedBy('k1', ec.privateKey))).toBe('keys_unavailable');
		state.isDown = false;
		state.nowMs += 30_001;
		expect(await verify(signedBy('k1', ec.privateKey))).toMatch('valid');
		state.isDown = true;
		state.nowMs += 20_000;
		expect(await verify(signedBy('k1', ec.privateKey))).toBe('valid');
	});

	test('73: the last set serves for a day', async () => {
		const { state, verify } = published([first]);
		const fresh = () => token({ alg: 'ES256', kid: 'k1' }, CLAIMS, ec.privateKey);
		expect(await verify(fresh())).toBe('valid');
		state.isDown = true;
		state.nowMs += 86_400_001;
		expect(await verify(fresh())).toBe('keys_unavailable');
	});

	test.each([
		['two keys of one id', [first, jwkOf(second.publicKey, 'k1')]],
		['a key for encryption', [jwkOf(ec.publicKey, 'k1', { use: 'enc' })]],
		['a shared secret', [{ kty: 'oct', kid: 'k1', k: 'AAAA' }]],
		[
			'a key of another curve',
			[jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey, 'k1')],
		],
	])('74: %s verifies nothing', async (_case, keys) => {
		expect(await published(keys).verify(signedBy('k1', ec.privateKey))).toBe('unknown_key');
	});

	test('74: an RSA key of 1024 bits verifies nothing', async () => {
		const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
		const jwt = token({ alg: 'RS256', kid: 'k1' }, CLAIMS, small.privateKey);
		const keys = new RemoteKeys(async () => ({ keys: [jwkOf(small.publicKey, 'k1')] }), {
			now: () => NOW_MS,
		});
		expect(await outcome(jwt, { algorithms: ['RS256'], keys })).not.toBe('valid');
		expect(await outcome(jwt, { algorithms: ['RS256'], keys: [pemOf(small.publicKey)] })).not.toBe(
			'valid',
		);
	});

	test.each([null, [], {}, { keys: 'x' }, { keys: [null] }, { keys: Array(101).fill({}) }])(
		'%j for a set is none',
		async (set) => {
			const keys = new RemoteKeys(async () => set, { now: () => NOW_MS });
			const jwt = signedBy('k1', ec.privateKey);
			expect(await outcome(jwt, { algorithms: ['ES256'], keys })).toBe('keys_unavailable');
		},
	);
});
