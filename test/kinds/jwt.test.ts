import {
	createHmac,
	createPublicKey,
	generateKeyPairSync,
	randomBytes,
	verify,
	type KeyObject,
} from 'node:crypto';
import { applyCredential, authenticate, validateCredential } from '../../src/kinds';
import { CANARY, refusal } from './canary';

const TYPE = 'sealboxJwtApi';
const REQUEST = { url: 'https://a.example/' };
const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const NOW_S = Math.floor(NOW_MS / 1000);
const clock = { now: () => NOW_MS };

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const shortRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
const ec = {
	ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
	ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
	ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
};
const ed = generateKeyPairSync('ed25519').privateKey;

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
	key.export({ format: 'pem', type: type as 'pkcs8' }).toString();
const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' });

async function mint(fields: object) {
	const { request, used } = await applyCredential(TYPE, fields as never, REQUEST, clock);
	const token = String(request.headers?.Authorization).replace('Bearer ', '');
	const [header = '', payload = '', signature = ''] = token.split('.');
	const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;
	return {
		token,
		used,
		request,
		header: read(header),
		payload: read(payload),
		signed: Buffer.from(`${header}.${payload}`),
		signature: Buffer.from(signature, 'base64url'),
	};
}

/** Verification by node:crypto alone. */
function isGenuine(
	algorithm: string,
	key: KeyObject,
	{ signed, signature }: Awaited<ReturnType<typeof mint>>,
) {
	const hash = algorithm === 'EdDSA' ? null : `sha${algorithm.slice(2)}`;
	const publicKey = createPublicKey(key);
	const options = algorithm.startsWith('PS')
		? { key: publicKey, padding: 6, saltLength: Number(algorithm.slice(2)) / 8 }
		: { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
	return verify(hash, signed, options, signature);
}

test.each(['HS256', 'HS384', 'HS512'])(
	'%s signs with a shared secret, as text or base64',
	async (algorithm) => {
		const secret = randomBytes(64).toString('base64');
		const asText = await mint({ algorithm, secret });
		const asBytes = await mint({ algorithm, secret, secretEncoding: 'base64' });
		const hash = `sha${algorithm.slice(2)}`;
		expect(asText.signature).toEqual(createHmac(hash, secret).update(asText.signed).digest());
		expect(asBytes.signature).toEqual(
			createHmac(hash, Buffer.from(secret, 'base64')).update(asBytes.signed).digest(),
		);
	},
);

test('HS256 gives the token of RFC 7515 appendix A.1 its signature', async () => {
	const k =
		'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow';
	const minted = await mint({ keyType: 'jwk', jwk: JSON.stringify({ kty: 'oct', k }) });
	const expected = createHmac('sha256', Buffer.from(k, 'base64url')).update(minted.signed).digest();
	expect(minted.signature).toEqual(expected);
	expect(minted.used.map(({ value }) => value)).toContain(k);
});

const ASYMMETRIC: [string, KeyObject][] = [
	['RS256', rsa],
	['RS384', rsa],
	['RS512', rsa],
	['PS256', rsa],
	['PS384', rsa],
	['PS512', rsa],
	['ES256', ec.ES256],
	['ES384', ec.ES384],
	['ES512', ec.ES512],
	['EdDSA', ed],
];

test.each(ASYMMETRIC)('%s signs with a private key, as PEM or JWK', async (algorithm, key) => {
	const fromPem = await mint({ algorithm, keyType: 'pem', privateKey: pem(key) });
	expect(isGenuine(algorithm, key, fromPem)).toBe(true);
	const jwk = JSON.stringify({ ...jwkOf(key), kid: 'k-1' });
	const fromJwk = await mint({ algorithm, keyType: 'jwk', jwk });
	expect(isGenuine(algorithm, key, fromJwk)).toBe(true);
	expect(fromJwk.header).toEqual({ alg: algorithm, typ: 'JWT', kid: 'k-1' });
});

const mangled: [string, (text: string) => string][] = [
	['as it is', (text) => text],
	['without line breaks', (text) => text.replaceAll('\n', '')],
	['with spaces for line breaks', (text) => text.replaceAll('\n', ' ')],
	['with \\n for line breaks', (text) => text.replaceAll('\n', '\\n')],
	['with Windows line ends and indents', (text) => text.replaceAll('\n', '\r\n\t')],
	['in quotation marks', (text) => `"${text}"`],
	['in base64 once more', (text) => Buffer.from(text).toString('base64')],
	[
		'after its parameters',
		(text) =>
			`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${text}`,
	],
];

test.each(mangled)('a PEM key is read %s', async (_how, mangle) => {
	for (const [algorithm, text, key] of [
		['RS256', pem(rsa), rsa],
		['RS256', pem(rsa, 'pkcs1'), rsa],
		['ES256', pem(ec.ES256, 'sec1'), ec.ES256],
	] as const) {
		const minted = await mint({ algorithm, keyType: 'pem', privateKey: mangle(text) });
		expect(isGenuine(algorithm, key, minted)).toBe(true);
	}
});

test('claims come from their fields, times from the clock', async () => {
	const { payload, header } = await mint({
		secret: CANARY,
		keyId: 'key-7',
		issuer: 'app',
		subject: 'me',
		audience: 'https://a.example, b',
		claims: '{"scope": "read", "nbf": 5}',
		lifetimeSeconds: 60,
	});
	expect(header).toEqual({ alg: 'HS256', typ: 'JWT', kid: 'key-7' });
	expect(payload).toEqual({
		iss: 'app',
		sub: 'me',
		aud: ['https://a.example', 'b'],
		scope: 'read',
		nbf: 5,
		iat: NOW_S,
		exp: NOW_S + 60,
	});
});

test('what an expression comes to may be an object or a number in text', async () => {
	const { payload } = await mint({
		secret: CANARY,
		audience: 'one',
		claims: { deep: { a: [1] } },
		lifetimeSeconds: '90',
	});
	expect(payload).toEqual({ aud: 'one', deep: { a: [1] }, iat: NOW_S, exp: NOW_S + 90 });
});

test('the token goes where the service wants it', async () => {
	const fields = { secret: CANARY, headerName: 'X-Token', prefix: '' };
	const { request } = await applyCredential(TYPE, fields, REQUEST, clock);
	expect(request.headers).toEqual({
		'X-Token': expect.stringMatching(/^ey[\w-]+\.ey[\w-]+\.[\w-]+$/),
	});
	expect(request).toMatchObject({ followRedirect: false });
	const { token, used } = await mint({ secret: CANARY });
	expect(used.map(({ value }) => value)).toEqual(expect.arrayContaining([token, CANARY]));
});

test('applying twice replaces the token', async () => {
	const once = await authenticate(TYPE, { secret: CANARY }, REQUEST, clock);
	expect(await authenticate(TYPE, { secret: CANARY }, once, clock)).toEqual(once);
});

const publicPem = createPublicKey(rsa).export({ format: 'pem', type: 'spki' }).toString();
const encrypted = rsa.export({
	format: 'pem',
	type: 'pkcs8',
	cipher: 'aes-256-cbc',
	passphrase: 'x',
});
const legacyEncrypted = rsa.export({
	format: 'pem',
	type: 'pkcs1',
	cipher: 'aes-256-cbc',
	passphrase: 'x',
});
const block = (label: string, content = CANARY) =>
	`-----BEGIN ${label}-----\n${content}\n-----END ${label}-----`;
const withPem = (privateKey: unknown, algorithm = 'RS256') => ({
	algorithm,
	keyType: 'pem',
	privateKey,
});
const withJwk = (jwk: unknown, algorithm = 'ES256') => ({
	algorithm,
	keyType: 'jwk',
	jwk: typeof jwk === 'string' ? jwk : JSON.stringify(jwk),
});
const publicJwk = createPublicKey(ec.ES256).export({ format: 'jwk' });

test.each<[string, object, string, string]>([
	['no secret', {}, 'secret', 'empty'],
	[
		'a secret shorter than the hash',
		{ secret: CANARY.slice(0, 31) },
		'secret',
		'31 bytes; HS256 needs at least 32',
	],
	[
		'a secret shorter than a longer hash',
		{ secret: CANARY, algorithm: 'HS512' },
		'secret',
		'at least 64',
	],
	[
		'a secret that is not base64',
		{ secret: `${CANARY}!`, secretEncoding: 'base64' },
		'secret',
		'not base64',
	],
	[
		'base64 of too few bytes',
		{ secret: CANARY, secretEncoding: 'base64' },
		'secret',
		'bytes; HS256',
	],
	['a secret for RS256', { algorithm: 'RS256', secret: CANARY }, 'keyType', 'private key'],
	['PEM for HS256', { keyType: 'pem', privateKey: pem(rsa) }, 'keyType', 'shared secret'],
	['no PEM', withPem(''), 'privateKey', 'empty'],
	['text instead of PEM', withPem(CANARY), 'privateKey', 'not PEM'],
	['PEM without its end', withPem(pem(rsa).slice(0, 200)), 'privateKey', 'cut off'],
	['damaged PEM', withPem(block('PRIVATE KEY')), 'privateKey', 'damaged'],
	['a public key', withPem(publicPem), 'privateKey', 'public key'],
	['a public SSH key', withPem(`ssh-rsa ${CANARY}`), 'privateKey', 'public key'],
	['a certificate', withPem(block('CERTIFICATE')), 'privateKey', 'certificate'],
	['an encrypted key', withPem(encrypted), 'privateKey', 'passphrase'],
	['a key encrypted in the old way', withPem(legacyEncrypted), 'privateKey', 'passphrase'],
	['an OpenSSH key', withPem(block('OPENSSH PRIVATE KEY')), 'privateKey', 'OpenSSH'],
	['other PEM', withPem(block('X509 CRL')), 'privateKey', 'not of a private key'],
	['a short RSA key', withPem(pem(shortRsa)), 'privateKey', '1024 bits; RS256 needs at least 2048'],
	['an EC key for RS256', withPem(pem(ec.ES256)), 'privateKey', 'type EC; RS256 needs an RSA key'],
	[
		'an RSA key for ES256',
		withPem(pem(rsa), 'ES256'),
		'privateKey',
		'type RSA; ES256 needs an EC key',
	],
	['another curve', withPem(pem(ec.ES384), 'ES256'), 'privateKey', 'curve P-256'],
	['an EC key for EdDSA', withPem(pem(ec.ES256), 'EdDSA'), 'privateKey', 'Ed25519'],
	['no JWK', withJwk(''), 'jwk', 'not a JSON object'],
	['JWK that is not JSON', withJwk(CANARY), 'jwk', 'not a JSON object'],
	['a set of keys', withJwk({ keys: [jwkOf(ec.ES256)] }), 'jwk', 'set of keys'],
	['JSON without kty', withJwk({ k: CANARY }), 'jwk', 'kty'],
	['a public JWK', withJwk(publicJwk), 'jwk', 'public key'],
	['a JWK of another type', withJwk({ kty: 'oct', k: CANARY }), 'jwk', 'does not use'],
	['a private JWK for HS256', withJwk(jwkOf(rsa), 'HS256'), 'jwk', 'does not use'],
	['a JWK for encryption', withJwk({ ...jwkOf(ec.ES256), use: 'enc' }), 'jwk', 'encryption'],
	[
		'a JWK of another algorithm',
		withJwk({ ...jwkOf(rsa), alg: 'PS256' }, 'RS256'),
		'jwk',
		'another algorithm',
	],
	[
		'an incomplete JWK',
		withJwk({ kty: 'RSA', d: CANARY, n: 'x', e: 'AQAB' }, 'RS256'),
		'jwk',
		'incomplete',
	],
	['a short shared JWK', withJwk({ kty: 'oct', k: 'AAAA' }, 'HS256'), 'jwk', '3 bytes'],
	['an unknown algorithm', { algorithm: 'none', secret: CANARY }, 'algorithm', 'must be one of'],
	['claims that are not JSON', { secret: CANARY, claims: '{a}' }, 'claims', 'JSON object'],
	['claims that are a list', { secret: CANARY, claims: '[1]' }, 'claims', 'JSON object'],
	['claims with a time', { secret: CANARY, claims: '{"exp": 9}' }, 'claims', 'Lifetime'],
	[
		'a claim given twice',
		{ secret: CANARY, claims: '{"iss": "a"}', issuer: 'b' },
		'claims',
		'its own field',
	],
	['no lifetime', { secret: CANARY, lifetimeSeconds: 0 }, 'lifetimeSeconds', '1 to 86400'],
	['half a second', { secret: CANARY, lifetimeSeconds: 0.5 }, 'lifetimeSeconds', 'whole number'],
	['a year', { secret: CANARY, lifetimeSeconds: 31_536_000 }, 'lifetimeSeconds', '86400'],
	['a header that is none', { secret: CANARY, headerName: 'a b' }, 'headerName', 'letters, digits'],
])('%s is refused with a sentence at its field', async (_what, fields, field, reason) => {
	const validation = validateCredential('jwt', fields);
	expect(validation).toMatchObject({
		valid: false,
		errors: [{ field, message: expect.stringContaining(reason) as string }],
	});
	expect(JSON.stringify(validation)).not.toContain(CANARY.slice(0, 12));
	await refusal(() => mint(fields), 'ERR_CREDENTIAL_INVALID');
});

test('keys and claims that are expressions are not judged', () => {
	const base = { baseUrl: 'https://a.example' };
	for (const fields of [
		{ secret: '={{ $vars.secret }}' },
		{ algorithm: 'RS256', keyType: 'pem', privateKey: '={{ $vars.key }}' },
		{ algorithm: 'RS256', keyType: 'jwk', jwk: '={{ $vars.key }}' },
		{ secret: CANARY, claims: '={{ {"sub": $json.id} }}', lifetimeSeconds: '={{ 5 }}' },
	]) {
		expect(validateCredential('jwt', { ...base, ...fields })).toEqual({
			valid: true,
			warnings: [],
		});
	}
});

test('a long lifetime is warned about', () => {
	const fields = { secret: CANARY, lifetimeSeconds: 7200, baseUrl: 'https://a.example' };
	expect(validateCredential('jwt', fields)).toMatchObject({
		valid: true,
		warnings: [expect.stringContaining('over an hour')],
	});
});
