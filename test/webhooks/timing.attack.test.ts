import { createHash, timingSafeEqual } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyWebhook, type WebhookRequest, type WebhookScheme } from '../../src/webhooks';
import { facts, isSimple, otherSecret, send } from './sender';
import { clock, github, mac, SECRET } from './signing';

/*
 * 106, without a clock: how long a comparison takes tells nothing about a secret where one function makes
 * all of them, whole, and as many wherever the difference is.
 *
 * 1. a scheme that compares in another way as well: it would refuse what that function takes for the same
 * 2. a scheme that compares in another way alone: it would let in what that function tells apart
 * 3. a first byte that differs, or the last; a user that is known or not; which of several secrets it is
 */

jest.mock('node:crypto', () => {
	const actual = jest.requireActual<typeof import('node:crypto')>('node:crypto');
	return { ...actual, timingSafeEqual: jest.fn(actual.timingSafeEqual) };
});
const compare = jest.mocked(timingSafeEqual);
const { timingSafeEqual: really } = jest.requireActual<typeof import('node:crypto')>('node:crypto');
beforeEach(() => compare.mockReset().mockImplementation(really));

interface Sample {
	readonly name: string;
	readonly scheme: string | WebhookScheme;
	readonly request: WebhookRequest;
	readonly secret: string;
	/** Of the same form. */
	readonly other: string;
}

const requestWith = (changes: Partial<WebhookRequest>): WebhookRequest => ({
	method: 'POST',
	url: 'https://hooks.example.com/in',
	headers: {},
	rawBody: Buffer.from('{}'),
	...changes,
});

const signed: Sample[] = facts
	.filter((fact) => isSimple(fact) && /^hmac|^sha256-concat/.test(fact.algorithm))
	.map((fact) => {
		const { request, secret } = send(fact);
		const other = otherSecret(fact, secret);
		return { name: fact.id, scheme: fact.id, request, secret, other };
	});

const token = (claims: object): string => {
	const parts = [{ alg: 'HS256' }, claims].map((part) => JSON.stringify(part));
	const text = parts.map((part) => Buffer.from(part).toString('base64url')).join('.');
	return `${text}.${mac(text).digest('base64url')}`;
};
const sha256 = createHash('sha256').update('{}').digest('hex');
const message = '"@method": POST\n"@target-uri": https://hooks.example.com/in';
const digest = `sha-256=:${createHash('sha256').update('{}').digest('base64')}:`;
const parameters =
	'("@method" "@target-uri" "content-digest");created=1800000000;keyid="k";alg="hmac-sha256"';
const base = `${message}\n"content-digest": ${digest}\n"@signature-params": ${parameters}`;
const others: [string, string | WebhookScheme, Partial<WebhookRequest>][] = [
	[
		'a JSON Web Signature',
		'netlify',
		{ headers: { 'x-webhook-signature': token({ iss: 'netlify', sha256 }) } },
	],
	[
		'an HTTP Message Signature',
		{
			type: 'message-signature',
			id: 'own',
			name: 'Own',
			algorithms: ['hmac-sha256'],
			sharedEncoding: 'utf8',
		},
		{
			headers: {
				'content-digest': digest,
				'signature-input': `s=${parameters}`,
				signature: `s=:${mac(base).digest('base64')}:`,
			},
		},
	],
];

const sending = (from: Extract<WebhookScheme, { type: 'secret' }>['from']): WebhookScheme => ({
	type: 'secret',
	id: 'own',
	name: 'Own',
	from,
});
const basicOf = (text: string) => ({
	headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
});
const LOGIN = 'user:a-password';
const sent: Sample[] = [
	...others,
	['a header', sending({ header: 'x-key' }), { headers: { 'x-key': SECRET } }] as const,
	['a query', sending({ query: 'key' }), { url: `https://h.example/in?key=${SECRET}` }] as const,
	[
		'a body',
		sending({ body: 'key' }),
		{ rawBody: Buffer.from(JSON.stringify({ key: SECRET })) },
	] as const,
].map(([name, scheme, changes]) => {
	const secrets = { secret: SECRET, other: `${SECRET.slice(1)}x` };
	return { name, scheme, request: requestWith(changes), ...secrets };
});
const login: Sample = {
	name: 'a user and a password',
	scheme: sending({ basic: true }),
	request: requestWith(basicOf(LOGIN)),
	secret: LOGIN,
	other: 'user:b-password',
};

const verify = ({ request, scheme }: Sample, ...secrets: string[]) => {
	const result = verifyWebhook(request, scheme, secrets, clock);
	return result.ok ? 'valid' : result.reason;
};

describe.each([...signed, ...sent, login])('$name', (sample) => {
	test('is let in by the one comparison, and by nothing beside it', () => {
		expect(verify(sample, sample.secret)).toBe('valid');
		expect(verify(sample, sample.other)).toBe('bad_signature');
		compare.mockReturnValue(true);
		expect(verify(sample, sample.other)).toBe('valid');
		compare.mockReturnValue(false);
		expect(verify(sample, sample.secret)).toMatch(/^bad_(signature|body_hash)$/);
	});
});

/** How many bytes were compared, each time. */
function comparedIn(act: () => unknown): number[] {
	compare.mockClear();
	act();
	return compare.mock.calls.map(([one]) => one.byteLength);
}

test('as much is compared wherever two signatures differ', () => {
	const { headers, ...request } = github('{}');
	const value = headers['x-hub-signature-256'] ?? '';
	const flipped = (at: number) =>
		value.slice(0, at) + (value[at] === '0' ? '1' : '0') + value.slice(at + 1);
	const [first, last] = ['sha256='.length, value.length - 1].map((at) =>
		comparedIn(() => {
			const forged = { ...request, headers: { 'x-hub-signature-256': flipped(at) } };
			expect(verifyWebhook(forged, 'github', [SECRET], clock).ok).toBe(false);
		}),
	);
	expect(first).toEqual([32]);
	expect(last).toEqual([32]);
});

test.each(['user:b', 'nobody:a-password', 'user:a-passworx', 'ö'.repeat(40) + ':x'])(
	'as much is compared for the login %s as for the right one',
	(text) => {
		const wrong = { ...login, request: requestWith(basicOf(text)) };
		expect(comparedIn(() => verify(wrong, LOGIN))).toEqual([32]);
		expect(comparedIn(() => verify(login, LOGIN))).toEqual([32]);
	},
);

test.each([...signed.slice(0, 1), login])(
	'as much is compared whichever of the secrets it is: $name',
	(sample) => {
		const { secret, other } = sample;
		const both = comparedIn(() => verify(sample, secret, other));
		expect(both).toHaveLength(2);
		expect(comparedIn(() => verify(sample, other, secret))).toEqual(both);
	},
);

test('no other file of the room compares bytes', () => {
	const room = join(__dirname, '../../src/webhooks');
	const comparing = readdirSync(room, { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.filter((file) =>
			/timingSafeEqual|\.equals\(|\.compare\(/.test(readFileSync(join(room, file), 'utf8')),
		);
	expect(comparing).toEqual(['algorithm.ts']);
});
