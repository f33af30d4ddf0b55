import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { verifyWebhook, type WebhookRequest, type WebhookScheme } from '../../src/webhooks';
import { clock, mac, NOW_MS, SECRET } from './signing';
import { vectorNamed, requestOf, secretsOf } from './vectors';

/*
 * What single families of schemes are open to: borrowed triples (65), Basic (76), query keys (77),
 * spellings of ECDSA (100), addresses (101), items that are only partly signed, body hashes in tokens,
 * components of HTTP messages.
 */

const request = (changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
	method: 'POST',
	url: 'https://hooks.example.com/in',
	headers: {},
	rawBody: Buffer.from('{}'),
	...changes,
});
const verify = (
	sent: WebhookRequest,
	scheme: string | WebhookScheme,
	secrets: readonly (string | { name: string; secret: string })[] = [SECRET],
) => {
	const result = verifyWebhook(sent, scheme, secrets, clock);
	return result.ok ? 'valid' : result.reason;
};

test('65: a triple of Mailgun with another body has the replay key of the first', () => {
	const signature = { timestamp: String(NOW_MS / 1000), token: 'a'.repeat(50) };
	const signed = {
		...signature,
		signature: mac(signature.timestamp + signature.token).digest('hex'),
	};
	const keys = ['one', 'two'].map((event) => {
		const rawBody = Buffer.from(JSON.stringify({ signature: signed, 'event-data': event }));
		const result = verifyWebhook(request({ rawBody }), 'mailgun', [SECRET], clock);
		return result.ok ? result.replayKeys : [];
	});
	expect(keys[0]).toHaveLength(1);
	expect(keys[0]).toEqual(keys[1]);
});

describe('Basic', () => {
	const basic: WebhookScheme = {
		type: 'secret',
		id: 'basic',
		name: 'Basic',
		from: { basic: true },
	};
	const sent = (credentials: string) =>
		request({ headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } });
	test.each([
		['76: a colon in the password', sent('user:pass:word'), ['user:pass:word'], 'valid'],
		['76: no user', sent(':password'), [':password'], 'bad_signature'],
		['76: no colon', sent('user'), ['user'], 'bad_signature'],
		[
			'76: not base64',
			request({ headers: { authorization: 'Basic user:pw' } }),
			['user:pw'],
			'bad_signature',
		],
		['another user', sent('other:pw'), ['user:pw'], 'bad_signature'],
		['a longer password', sent('user:pw2'), ['user:pw'], 'bad_signature'],
		[
			'another method',
			request({ headers: { authorization: 'Bearer user:pw' } }),
			['user:pw'],
			'no_supported_signature',
		],
		['bytes that are longer than they look', sent('user:päß'), ['user:pass'], 'bad_signature'],
	])('%s', (_case, one, secrets, expected) => expect(verify(one, basic, secrets)).toBe(expected));
});

describe('API keys', () => {
	const inHeader: WebhookScheme = {
		type: 'secret',
		id: 'key',
		name: 'Key',
		from: { header: 'x-api-key' },
	};
	const inQuery: WebhookScheme = { type: 'secret', id: 'key', name: 'Key', from: { query: 'key' } };
	const bearer: WebhookScheme = {
		type: 'secret',
		id: 'bearer',
		name: 'Bearer',
		from: { header: 'authorization', prefix: 'Bearer ' },
	};
	test('77: a key in the query does not stand for one in a header', () => {
		const sent = request({ url: `https://hooks.example.com/in?key=${SECRET}` });
		expect(verify(sent, inHeader)).toBe('missing_header');
		expect(verify(sent, inQuery)).toBe('valid');
		expect(verify({ ...sent, url: `${sent.url}&key=x` }, inQuery)).toBe('duplicate_field');
	});

	test('a bearer token is compared whole', () => {
		const sent = (authorization: string) => request({ headers: { authorization } });
		expect(verify(sent(`bearer ${SECRET}`), bearer)).toBe('valid');
		expect(verify(sent(`Bearer ${SECRET.slice(0, -1)}`), bearer)).toBe('bad_signature');
		expect(verify(sent(SECRET), bearer)).toBe('no_supported_signature');
	});

	test('nothing tells a copy from the first, so there is no replay key', () => {
		const sent = request({ headers: { 'x-api-key': SECRET } });
		expect(verifyWebhook(sent, inHeader, [SECRET])).toEqual({
			ok: true,
			secret: 0,
			replayKeys: [],
		});
	});

	test('every notification of Microsoft Graph must hold the secret', () => {
		const sent = (...states: unknown[]) =>
			request({
				rawBody: Buffer.from(
					JSON.stringify({ value: states.map((clientState) => ({ clientState })) }),
				),
			});
		expect(verify(sent(SECRET, SECRET), 'microsoft-graph')).toBe('valid');
		expect(verify(sent(SECRET, 'x'), 'microsoft-graph')).toBe('bad_signature');
		expect(verify(sent(SECRET, undefined), 'microsoft-graph')).toBe('missing_field');
		expect(verify(sent(), 'microsoft-graph')).toBe('missing_field');
	});
});

describe('100: ECDSA', () => {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
	const scheme = (changes: object = {}): WebhookScheme =>
		({
			type: 'signature',
			id: 'ec',
			name: 'EC',
			algorithm: 'ecdsa-p256-sha256',
			encoding: 'base64',
			from: { headers: ['x-signature'] },
			content: '{body}',
			key: { kind: 'public' },
			...changes,
		}) as WebhookScheme;
	const signed = (dsaEncoding: 'der' | 'ieee-p1363') =>
		sign('sha256', Buffer.from('{}'), { key: privateKey, dsaEncoding });
	const sent = (signature: Buffer) =>
		request({ headers: { 'x-signature': signature.toString('base64') } });
	const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
	const mirrored = (raw: Buffer) => {
		const s = ORDER - BigInt(`0x${raw.subarray(32).toString('hex')}`);
		return Buffer.concat([
			raw.subarray(0, 32),
			Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
		]);
	};

	test('one form does not stand for the other', () => {
		expect(verify(sent(signed('ieee-p1363')), scheme(), [key])).toBe('valid');
		expect(verify(sent(signed('der')), scheme(), [key])).toBe('bad_signature');
		expect(verify(sent(signed('der')), scheme({ ecdsa: 'der' }), [key])).toBe('valid');
		expect(verify(sent(signed('ieee-p1363')), scheme({ ecdsa: 'der' }), [key])).toBe(
			'bad_signature',
		);
	});

	test('r or s of zero is no signature', () => {
		const raw = signed('ieee-p1363');
		const zeros = Buffer.alloc(32);
		for (const forged of [
			Buffer.concat([zeros, raw.subarray(32)]),
			Buffer.concat([raw.subarray(0, 32), zeros]),
			Buffer.alloc(64),
			Buffer.alloc(1),
		]) {
			expect(verify(sent(forged), scheme(), [key])).toBe('bad_signature');
			expect(verify(sent(forged), scheme({ lowS: true }), [key])).toBe('bad_signature');
		}
	});

	test('of the two spellings of a signature only the lower is taken, where the scheme says so', () => {
		const raw = signed('ieee-p1363');
		const both = [raw, mirrored(raw)];
		expect(both.map((one) => verify(sent(one), scheme(), [key]))).toEqual(['valid', 'valid']);
		const strict = both.map((one) => verify(sent(one), scheme({ lowS: true }), [key]));
		expect(strict.sort()).toEqual(['bad_signature', 'valid']);
	});

	test('both spellings have one replay key', () => {
		const raw = signed('ieee-p1363');
		const keys = [raw, mirrored(raw)].map((one) => {
			const result = verifyWebhook(sent(one), scheme(), [key]);
			return result.ok ? result.replayKeys : [];
		});
		expect(keys[0]).toEqual(keys[1]);
	});

	test('keys of another kind, and private ones, are refused', () => {
		const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
		const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
		const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
		const other = p384.export({ format: 'der', type: 'spki' }).toString('base64');
		for (const secret of [pem, ed.toString('base64'), other, SECRET]) {
			expect(verify(sent(signed('ieee-p1363')), scheme(), [secret])).toBe('bad_secret');
		}
	});
});

test('101: the address is the one that the sender knows', () => {
	const url = 'https://public.example.com/hook?a=1';
	const signature = mac(`${url}{}`).digest('base64');
	const headers = { 'x-square-hmacsha256-signature': signature, host: 'internal:5678' };
	expect(verify(request({ url, headers }), 'square')).toBe('valid');
	expect(verify(request({ url: 'http://internal:5678/hook?a=1', headers }), 'square')).toBe(
		'bad_signature',
	);
});

test('HubSpot signs some characters of the address in plain', () => {
	const headers = {
		'x-hubspot-request-timestamp': String(NOW_MS),
		'x-hubspot-signature-v3': mac(`POSThttps://h.example/in?to=a@b.c&x=%20{}${NOW_MS}`).digest(
			'base64',
		),
	};
	expect(
		verify(request({ url: 'https://h.example/in?to=a%40b.c&x=%20', headers }), 'hubspot-v3'),
	).toBe('valid');
});

describe('Adyen', () => {
	const vector = vectorNamed('adyen-library');
	const key = secretsOf(vector);
	const envelope = JSON.parse(requestOf(vector).rawBody.toString()) as {
		notificationItems: { NotificationRequestItem: Record<string, unknown> }[];
	};
	const item = envelope.notificationItems[0]?.NotificationRequestItem ?? {};
	const sent = (...items: object[]) =>
		request({
			rawBody: Buffer.from(
				JSON.stringify({
					notificationItems: items.map((one) => ({ NotificationRequestItem: one })),
				}),
			),
		});

	test('each item has to be signed, and has a replay key of its own', () => {
		expect(verify(sent(item, { ...item, pspReference: 'other' }), 'adyen', key)).toBe(
			'bad_signature',
		);
		expect(verify(sent(item, { ...item, additionalData: {} }), 'adyen', key)).toBe('missing_field');
		expect(verify(sent(), 'adyen', key)).toBe('missing_field');
		const two = verifyWebhook(sent(item, item), 'adyen', key);
		expect(two.ok && two.replayKeys).toHaveLength(2);
		const one = verifyWebhook(sent(item), 'adyen', key);
		expect(one.ok && one.replayKeys[0]).toBe(two.ok && two.replayKeys[1]);
	});

	test('a colon that moves the border between two fields is refused', () => {
		const moved = { ...item, pspReference: '7914073381342284:', originalReference: undefined };
		expect(verify(sent(moved), 'adyen', key)).toBe('ambiguous_content');
	});
});

describe('tokens with a hash of the body', () => {
	const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
	const hash = createHash('sha256').update('{}').digest('hex');
	const jws = (header: object, claims: object, secret = SECRET) => {
		const signed = `${part(header)}.${part(claims)}`;
		return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
	};
	const netlify = (token: string, rawBody = Buffer.from('{}')) =>
		verify(request({ headers: { 'x-webhook-signature': token }, rawBody }), 'netlify');
	const claims = { iss: 'netlify', sha256: hash };

	test.each([
		['a token of Netlify', jws({ alg: 'HS256' }, claims), 'valid'],
		['another issuer', jws({ alg: 'HS256' }, { ...claims, iss: 'else' }), 'bad_claim'],
		['no hash', jws({ alg: 'HS256' }, { iss: 'netlify' }), 'bad_body_hash'],
		['an unknown algorithm', jws({ alg: 'none' }, claims), 'wrong_algorithm'],
		['an algorithm of the language', jws({ alg: '__proto__' }, claims), 'wrong_algorithm'],
		[
			'no signature',
			`${jws({ alg: 'HS256' }, claims).split('.').slice(0, 2).join('.')}.`,
			'bad_signature',
		],
		[
			'something critical',
			jws({ alg: 'HS256', crit: ['b64'], b64: false }, claims),
			'bad_signature',
		],
		['another secret', jws({ alg: 'HS256' }, claims, 'other'), 'bad_signature'],
		['an expiry long ago', jws({ alg: 'HS256' }, { ...claims, exp: 1 }), 'stale'],
		['four parts', `${jws({ alg: 'HS256' }, claims)}.x`, 'bad_signature'],
		['no token', 'x', 'bad_signature'],
	])('%s', (_case, token, expected) => expect(netlify(token)).toBe(expected));

	test('another body is refused', () => {
		expect(netlify(jws({ alg: 'HS256' }, claims), Buffer.from('{ }'))).toBe('bad_body_hash');
	});

	test('67: the text of a public key is no shared secret', () => {
		const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
			type: 'spki',
			format: 'pem',
		}) as string;
		const body = createHash('sha256').update('{}').digest('base64');
		const token = jws({ alg: 'HS256' }, { request_body_sha256: body }, pem);
		const sent = request({ headers: { 'x-fusionauth-signature-jwt': token } });
		expect(verify(sent, 'fusionauth', [pem])).toBe('bad_signature');
	});

	test('Plaid’s key is chosen by its id, and its token is fresh for five minutes', () => {
		const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const jwk = (kid: string) => JSON.stringify({ ...publicKey.export({ format: 'jwk' }), kid });
		const token = (iat: number) => {
			const signed = `${part({ alg: 'ES256', kid: 'k1' })}.${part({ iat, request_body_sha256: hash })}`;
			const signature = sign('sha256', Buffer.from(signed), {
				key: privateKey,
				dsaEncoding: 'ieee-p1363',
			});
			return request({
				headers: { 'plaid-verification': `${signed}.${signature.toString('base64url')}` },
			});
		};
		expect(verify(token(NOW_MS / 1000), 'plaid', [jwk('k1')])).toBe('valid');
		expect(verify(token(NOW_MS / 1000), 'plaid', [jwk('k2')])).toBe('unknown_key');
		expect(verify(token(NOW_MS / 1000 - 301), 'plaid', [jwk('k1')])).toBe('stale');
		expect(verify(token(NOW_MS / 1000 + 0.5), 'plaid', [jwk('k1')])).toBe('bad_timestamp');
	});
});

describe('HTTP message signatures', () => {
	const secret = Buffer.from(SECRET).toString('base64');
	const digest = (body: string) =>
		`sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
	function message(input: string, base: string, changes: Record<string, string> = {}, body = '{}') {
		const text = `${base}"@signature-params": ${input}`;
		const headers = {
			'content-digest': digest('{}'),
			'signature-input': `sig=${input}`,
			signature: `sig=:${mac(text).digest('base64')}:`,
			...changes,
		};
		return request({ headers, rawBody: Buffer.from(body) });
	}
	const STAMP = NOW_MS / 1000;
	const INPUT = `("@method" "@authority" "content-digest");created=${STAMP};keyid="k1"`;
	const BASE = `"@method": POST\n"@authority": hooks.example.com\n"content-digest": ${digest('{}')}\n`;
	const outcome = (sent: WebhookRequest, name?: string) =>
		verify(sent, 'rfc9421', [name === undefined ? secret : ({ name, secret } as never)]);

	test.each([
		['what covers method, authority and body', message(INPUT, BASE), 'valid'],
		['another method', { ...message(INPUT, BASE), method: 'PUT' }, 'bad_signature'],
		['another body', message(INPUT, BASE, {}, '{ }'), 'bad_body_hash'],
		[
			'a digest of another kind alone',
			message(INPUT, BASE, { 'content-digest': 'md5=:AAAA:' }),
			'bad_signature',
		],
		[
			'two descriptions of one label',
			message(INPUT, BASE, { 'signature-input': `sig=${INPUT}, sig=${INPUT}` }),
			'duplicate_field',
		],
		[
			'a description of another label',
			message(INPUT, BASE, { 'signature-input': `other=${INPUT}` }),
			'no_supported_signature',
		],
		[
			'what is no structured field',
			message(INPUT, BASE, { 'signature-input': 'sig=(((' }),
			'bad_signature',
		],
		['no signature', message(INPUT, BASE, { signature: '' }), 'missing_header'],
		[
			'a token for a signature',
			message(INPUT, BASE, { signature: 'sig=abc' }),
			'no_supported_signature',
		],
	])('%s', (_case, sent, expected) => expect(outcome(sent)).toBe(expected));

	const described = (parameters: string) => {
		const input = `("@method" "@authority" "content-digest")${parameters}`;
		return outcome(message(input, BASE));
	};
	test.each([
		['no time', ';keyid="k1"', 'missing_timestamp'],
		['a time in text', `;created="${STAMP}"`, 'bad_timestamp'],
		['an old time', `;created=${STAMP - 301}`, 'stale'],
		['a time to come', `;created=${STAMP + 301}`, 'future'],
		['an end that has passed', `;created=${STAMP};expires=${STAMP}`, 'stale'],
		['an algorithm that is not the key’s', `;created=${STAMP};alg="ed25519"`, 'bad_signature'],
		['the key’s algorithm', `;created=${STAMP};alg="hmac-sha256"`, 'valid'],
	])('with %s', (_case, parameters, expected) => expect(described(parameters)).toBe(expected));

	test('a component that is covered twice is refused', () => {
		const input = `("@method" "@method" "@authority" "content-digest");created=${STAMP}`;
		expect(outcome(message(input, `"@method": POST\n${BASE}`))).toBe('duplicate_field');
	});

	test('keys are chosen by id', () => {
		expect(outcome(message(INPUT, BASE), 'k1')).toBe('valid');
		expect(outcome(message(INPUT, BASE), 'k2')).toBe('unknown_key');
	});

	test('the text of a public key is no shared secret', () => {
		const spki = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
		const text = `${BASE}"@signature-params": ${INPUT}`;
		const signature = `sig=:${createHmac('sha256', spki).update(text).digest('base64')}:`;
		const sent = message(INPUT, BASE, { signature });
		expect(verify(sent, 'rfc9421', [spki.toString('base64')])).toBe('bad_signature');
	});

	test('one good signature among others is enough', () => {
		const bad = `old=("date");created=1`;
		const good = message(INPUT, BASE);
		const headers = {
			...good.headers,
			'signature-input': `${bad}, sig=${INPUT}`,
			signature: `old=:AAAA:, ${String(good.headers.signature)}`,
		};
		expect(outcome({ ...good, headers })).toBe('valid');
	});
});
