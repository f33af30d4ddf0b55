import { gzipSync } from 'node:zlib';
import { verifyWebhook, type VerifyOptions, type WebhookRequest } from '../../src/webhooks';
import { clock, custom, github, NOW_MS, SECRET, signed } from './signing';

/*
 * What hostile, broken and clumsy senders do; numbers are those of the collected cases.
 * Times (2–10), bodies (11–35), headers and encodings (37–50), secrets (52–55), replays (56–65).
 */

const outcome = (request: WebhookRequest, options: VerifyOptions = clock, secrets = [SECRET]) => {
	const result = verifyWebhook(request, custom, secrets, options);
	return result.ok ? 'valid' : result.reason;
};
const ofGithub = (request: WebhookRequest, secrets: string[] = [SECRET]) => {
	const result = verifyWebhook(request, 'github', secrets);
	return result.ok ? 'valid' : result.reason;
};
const at = (offsetSeconds: number): VerifyOptions => ({
	now: () => NOW_MS + offsetSeconds * 1000,
});

describe('fault 97: times', () => {
	test('1: a fresh request is let in with its id and time', () => {
		expect(verifyWebhook(signed(), custom, [SECRET], clock)).toEqual({
			ok: true,
			id: 'evt_1',
			timestamp: NOW_MS / 1000,
			secret: 0,
			replayKeys: [expect.stringMatching(/^[0-9a-f]{64}$/)],
		});
	});

	test.each([
		['2: a second older than the tolerance', 301, 'stale'],
		['as old as the tolerance', 300, 'valid'],
		['4: a second newer than the tolerance', -301, 'future'],
		['as new as the tolerance', -300, 'valid'],
	])('%s', (_case, offset, expected) => {
		expect(outcome(signed(), at(offset))).toBe(expected);
	});

	const seconds = NOW_MS / 1000;
	test.each([
		`${seconds}junk`,
		`${seconds}.0`,
		` ${seconds}`,
		`${seconds} `,
		`+${seconds}`,
		`-${seconds}`,
		'1.8e9',
		'0x6b49d200',
		'１８００００００００',
		'12345678901234567',
		'NaN',
		'Infinity',
	])('5: %j is no timestamp, though it is signed', (timestamp) => {
		expect(outcome(signed({ timestamp }))).toBe('bad_timestamp');
	});

	test('7: a missing timestamp is refused', () => {
		const request = signed();
		delete request.headers['x-timestamp'];
		expect(outcome(request)).toBe('missing_header');
	});

	test('10: a tolerance of 5 seconds is one, and the operator may widen it', () => {
		const narrow = { ...at(6), toleranceSeconds: 5 };
		expect(outcome(signed(), narrow)).toBe('stale');
		expect(outcome(signed(), { ...narrow, toleranceSeconds: 10 })).toBe('valid');
	});

	test('a tolerance of 0 allows the very second, not every one', () => {
		expect(outcome(signed(), { ...at(0), toleranceSeconds: 0 })).toBe('valid');
		expect(outcome(signed(), { ...at(1), toleranceSeconds: 0 })).toBe('stale');
	});

	test.each([Number.NaN, -1, Infinity, '300' as never, null as never])(
		'a tolerance of %p lets nothing in',
		(toleranceSeconds) => {
			expect(outcome(signed(), { ...clock, toleranceSeconds })).toBe('bad_options');
		},
	);

	test('a broken clock lets nothing in', () => {
		expect(outcome(signed(), { now: () => Number.NaN })).toBe('bad_options');
		const broken = () => {
			throw new Error('no clock');
		};
		expect(outcome(signed(), { now: broken })).toBe('internal_error');
	});
});

describe('bodies', () => {
	const body = '{"test": 2432232314}';
	test.each([
		['11: whitespace removed', '{"test":2432232314}'],
		['13: a trailing newline', `${body}\n`],
		['13: a trailing line break', `${body}\r\n`],
		['14: a byte-order mark', `\uFEFF${body}`],
	])('%s breaks the signature', (_case, altered) => {
		expect(ofGithub({ ...github(body), rawBody: Buffer.from(altered) })).toBe('bad_signature');
	});

	test('16: other invalid UTF-8 breaks the signature of invalid UTF-8', () => {
		const [sent, swapped] = [Buffer.from([0x7b, 0xff, 0x7d]), Buffer.from([0x7b, 0xfe, 0x7d])];
		expect(ofGithub(github(sent))).toBe('valid');
		expect(ofGithub({ ...github(sent), rawBody: swapped })).toBe('bad_signature');
	});

	test('17: an empty body may be signed', () => expect(ofGithub(github(''))).toBe('valid'));

	test('19: the content type does not matter', () => {
		const headers = { 'content-type': 'application/cloudevents+json' };
		expect(ofGithub(github(body, headers))).toBe('valid');
	});

	test('22, 23: what is signed is the plain body, not the compressed one', () => {
		const packed = gzipSync(body);
		expect(ofGithub({ ...github(packed), rawBody: Buffer.from(body) })).toBe('bad_signature');
	});

	test('34: repeated and special keys harm nobody', () => {
		const hostile =
			'{"a":1,"a":2,"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}';
		expect(ofGithub(github(hostile))).toBe('valid');
		expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
	});

	test('35: 10 000 levels of JSON are looked through', () => {
		const deep = '['.repeat(10_000) + ']'.repeat(10_000);
		const result = verifyWebhook(
			{ ...github(deep), headers: { 'x-signature': 'x', 'typeform-signature': 'sha256=x' } },
			'typeform',
			[SECRET],
		);
		expect(result).toEqual({ ok: false, reason: 'bad_signature' });
	});

	test('a missing raw body is refused, whatever was parsed', () => {
		const request = { ...github(body), rawBody: undefined as unknown as Buffer };
		expect(ofGithub(request)).toBe('bad_body');
	});
});

describe('headers and encodings', () => {
	const good = github('{}');
	const hex = String(good.headers['x-hub-signature-256']).slice('sha256='.length);
	test.each([
		['37: an empty header', '', 'missing_header'],
		['37: the prefix alone', 'sha256=', 'bad_signature'],
		['41: one byte short', `sha256=${hex.slice(2)}`, 'bad_signature'],
		['41: one byte long', `sha256=${hex}00`, 'bad_signature'],
		['43: valid hex and more', `sha256=${hex}zz`, 'bad_signature'],
		['43: an odd number of digits', `sha256=${hex}0`, 'bad_signature'],
		['44: upper case', `sha256=${hex.toUpperCase()}`, 'valid'],
		['46: another algorithm', `sha1=${hex}`, 'no_supported_signature'],
		['46: an algorithm in upper case', `SHA256=${hex}`, 'no_supported_signature'],
		['no prefix', hex, 'no_supported_signature'],
		['two of them, joined by a proxy', `sha256=${hex}, sha256=${hex}`, 'bad_signature'],
		['a space', `sha256= ${hex}`, 'bad_signature'],
	])('%s', (_case, header, expected) => {
		expect(ofGithub({ ...good, headers: { 'x-hub-signature-256': header } })).toBe(expected);
	});

	test('38: names of headers have no case', () => {
		expect(ofGithub({ ...good, headers: { 'X-HUB-Signature-256': `sha256=${hex}` } })).toBe(
			'valid',
		);
	});

	test.each(['x-id', 'x-timestamp', 'x-signature'])('40: %s twice is refused', (name) => {
		const request = signed();
		const value = request.headers[name] as string;
		const twice = { ...request.headers, [name]: [value, value] };
		expect(outcome({ ...request, headers: twice })).toBe('duplicate_header');
		const inTwoCases = { ...request.headers, [name.toUpperCase()]: value };
		expect(outcome({ ...request, headers: inTwoCases })).toBe('duplicate_header');
	});

	const stripe = (header: string) => {
		const request = { ...good, headers: { 'stripe-signature': header } };
		const result = verifyWebhook(request, 'stripe', [SECRET], clock);
		return result.ok ? 'valid' : result.reason;
	};
	test.each([
		['8: two timestamps', 't=1800000000,t=1800000000,v1=00', 'duplicate_field'],
		['7: no timestamp', 'v1=00', 'missing_timestamp'],
		['an empty timestamp', 't=,v1=00', 'missing_timestamp'],
		['47: unknown versions alone', 't=1800000000,v0=00,v2=00', 'no_supported_signature'],
		['a bare word', 'v1', 'missing_timestamp'],
	])('%s', (_case, header, expected) => expect(stripe(header)).toBe(expected));

	test('49: 10 000 signatures are not looked at', () => {
		expect(stripe(`t=1800000000${',v1=00'.repeat(10_000)}`)).toBe('too_many_signatures');
	});

	test('headers of two families are not mixed', () => {
		const headers = {
			'svix-id': 'a',
			'svix-timestamp': '1800000000',
			'webhook-signature': 'v1,AA==',
		};
		const result = verifyWebhook({ ...good, headers }, 'svix', [`whsec_${btoa(SECRET)}`], clock);
		expect(result).toEqual({ ok: false, reason: 'missing_header' });
	});
});

describe('what one content could stand for besides', () => {
	test('an id that holds the separator is refused, though it is signed', () => {
		expect(outcome(signed({ id: 'a.1700000000' }))).toBe('ambiguous_content');
	});

	test('moving the border between id and timestamp is refused', () => {
		const request = signed({ id: 'a', timestamp: '1800000000', body: '1800000000.{}' });
		const moved = { ...request.headers, 'x-id': 'a.1800000000', 'x-timestamp': '1800000000' };
		const forged = { ...request, headers: moved, rawBody: Buffer.from('{}') };
		expect(outcome(request)).toBe('valid');
		expect(outcome(forged)).toBe('ambiguous_content');
	});
});

describe('secrets', () => {
	const ended = { name: 'old', secret: SECRET, endsAtMs: NOW_MS };
	test('52: a secret is refused from the moment in which it ends, and until then it is not', () => {
		const verify = (now: number) =>
			verifyWebhook(signed(), custom, ['another', ended], { now: () => now });
		expect(verify(NOW_MS)).toEqual({ ok: false, reason: 'secret_ended' });
		expect(verify(NOW_MS - 1)).toMatchObject({ ok: true, secret: 1 });
	});

	test.each([
		[[]],
		[['']],
		[['   ']],
		[['\n']],
		[[SECRET, '']],
		[[undefined as unknown as string]],
	])('53, 110: with %j as secrets nothing is let in', (secrets) =>
		expect(outcome(signed(), clock, secrets)).toBe('no_secret'),
	);

	test('53: a request that is signed with an empty secret is refused', () => {
		expect(outcome(signed({ secret: '' }), clock, [''])).toBe('no_secret');
	});

	test('55: a secret in base64 is not used as text, nor text as base64', () => {
		const encoded = Buffer.from('0123456789abcdef01234567').toString('base64');
		expect(outcome(signed({ secret: encoded }), clock, [atob(encoded)])).toBe('bad_signature');
		const request = { ...signed(), headers: {} };
		expect(verifyWebhook(request, 'standard-webhooks', ['whsec_not base64!'], clock)).toEqual({
			ok: false,
			reason: 'bad_secret',
		});
	});

	test('one secret that is not usable stops all', () => {
		const secrets = [`whsec_${btoa('0123456789abcdef01234567')}`, 'whsec_%%%'];
		expect(verifyWebhook(signed(), 'standard-webhooks', secrets, clock)).toEqual({
			ok: false,
			reason: 'bad_secret',
		});
	});
});

describe('replays', () => {
	const keysOf = (request: WebhookRequest, scheme: string | typeof custom = custom) => {
		const result = verifyWebhook(request, scheme, [SECRET], clock);
		return result.ok ? result.replayKeys : [];
	};

	test('56: a signed id makes the key, whatever else is new', () => {
		const again = signed({ body: '{"b":2}', timestamp: String(NOW_MS / 1000 + 1) });
		expect(keysOf(again)).toEqual(keysOf(signed()));
		expect(keysOf(signed({ id: 'evt_2' }))).not.toEqual(keysOf(signed()));
	});

	test('58: an unsigned id does not make the key', () => {
		const sent = github('{}', { 'x-github-delivery': 'one' });
		const replayed = github('{}', { 'x-github-delivery': 'two' });
		expect(keysOf(replayed, 'github')).toEqual(keysOf(sent, 'github'));
	});

	test('62: a refused request has no key', () => {
		const forged = { ...signed(), rawBody: Buffer.from('{}') };
		expect(verifyWebhook(forged, custom, [SECRET], clock)).toEqual({
			ok: false,
			reason: 'bad_signature',
		});
	});
});

test.each(['no-such-scheme', '__proto__', 'constructor', ''])(
	'the scheme %j lets nothing in',
	(id) => {
		expect(verifyWebhook(signed(), id, [SECRET], clock)).toEqual({
			ok: false,
			reason: 'unknown_scheme',
		});
	},
);

test.each([
	['null', null],
	['no fields', {}],
	['a content that covers nothing', { ...custom, content: 'constant' }],
	['a content with the timestamp alone', { ...custom, content: '{timestamp}' }],
	['an unknown name', { ...custom, content: '{boddy}' }],
	['a field that does not exist', { ...custom, tolerence: 5 }],
	['an id that the scheme does not place', { ...custom, deliveryId: undefined }],
	['the secret in an HMAC', { ...custom, content: '{secret}{body}' }],
	['no algorithm that we know', { ...custom, algorithm: 'none' }],
])('a scheme with %s lets nothing in', (_case, scheme) => {
	expect(verifyWebhook(signed(), scheme as never, [SECRET], clock).ok).toBe(false);
});

test.each([null, undefined, {}, { headers: null }, { ...signed(), url: undefined }])(
	'107: %p for a request is refused, not thrown',
	(request) => {
		const scheme = { ...custom, content: '{url}{id}.{timestamp}.{body}' };
		expect(verifyWebhook(request as never, scheme, [SECRET], clock).ok).toBe(false);
	},
);
