import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { openFernet } from '../../src/sealing/fernet';
import { openFernet as openFernetNow } from '../../src';
import { codeOf, refusal } from './refusal';
import vectors from './vectors/fernet.json';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const clock = (time: string) => () => Date.parse(time);

test.each(vectors.verify)('fault 85: the published token opens within its time', (vector) => {
	const options = { now: clock(vector.now), ttlSeconds: vector.ttl_sec };
	expect(text(openFernet(vector.token, vector.secret, options))).toBe(vector.src);
	expect(text(openFernet(vector.token, vector.secret))).toBe(vector.src);
	expect(text(openFernetNow(vector.token, vector.secret))).toBe(vector.src);
});

test.each(vectors.generate)('the published token is one that its own recipe makes', (vector) => {
	const key = Buffer.from(vector.secret, 'base64url');
	const made = token(key, vector.src, Date.parse(vector.now) / 1000, Buffer.from(vector.iv));
	expect(made).toBe(vector.token);
	expect(text(openFernet(made, vector.secret))).toBe(vector.src);
});

test.each(vectors.invalid)('fault 85: a token with this defect is refused: $desc', (vector) => {
	const options = { now: clock(vector.now), ttlSeconds: vector.ttl_sec };
	expect(codeOf(() => openFernet(vector.token, vector.secret, options))).toBe('ERR_OPEN_FAILED');
});

test('every defect has the same sentence', () => {
	const sentences = vectors.invalid.map(
		(vector) =>
			refusal(() =>
				openFernet(vector.token, vector.secret, {
					now: clock(vector.now),
					ttlSeconds: vector.ttl_sec,
				}),
			).message,
	);
	expect(new Set(sentences).size).toBe(1);
});

const [{ token: good, secret }] = vectors.verify;

test('no flipped bit of a token goes unnoticed', () => {
	const bytes = Buffer.from(good, 'base64url');
	for (let bit = 0; bit < bytes.length * 8; bit++) {
		const altered = Buffer.from(bytes);
		altered[bit >> 3] ^= 1 << (bit & 7);
		const spelled = altered.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
		expect(codeOf(() => openFernet(spelled, secret))).toBe('ERR_OPEN_FAILED');
	}
});

test.each([
	['without its padding', (token: string) => token.replaceAll('=', '')],
	['with unused bits set', (token: string) => token.replace('A==', 'B==')],
	['with a line break', (token: string) => `${token}\n`],
	['with a blank inside', (token: string) => `${token.slice(0, 9)} ${token.slice(9)}`],
	['that is no text', () => 7 as never],
	['that is empty', () => ''],
])('fault 85: a token %s is refused', (_how, change) => {
	expect(codeOf(() => openFernet(change(good), secret))).toBe('ERR_OPEN_FAILED');
});

test.each(['', 'short', secret.slice(1), `${secret}A`, secret.replace('=', ''), 7 as never])(
	'a key that is not 32 bytes of base64url is refused and not repeated',
	(key) => {
		const { code, message } = refusal(() => openFernet(good, key));
		expect(code).toBe('ERR_KEY_INVALID');
		if (String(key).length > 3) expect(message).not.toContain(String(key));
	},
);

test('fault 85: another key opens nothing', () => {
	const other = Buffer.alloc(32, 1).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
	expect(codeOf(() => openFernet(good, other))).toBe('ERR_OPEN_FAILED');
});

test('the clock may be 60 seconds behind and no more; age counts to the second', () => {
	const key = Buffer.from(secret, 'base64url');
	const made = token(key, 'x', 1000, randomBytes(16));
	const at = (seconds: number, ttlSeconds?: number) => () =>
		openFernet(made, secret, { now: () => seconds * 1000, ttlSeconds });
	expect(text(at(940)())).toBe('x');
	expect(codeOf(at(939))).toBe('ERR_OPEN_FAILED');
	expect(text(at(1060, 60)())).toBe('x');
	expect(codeOf(at(1061, 60))).toBe('ERR_OPEN_FAILED');
	expect(codeOf(at(Number.NaN))).toBe('ERR_OPEN_FAILED');
	expect(() => openFernet(made, secret, { ttlSeconds: 60 })).toThrow(TypeError);
});

test('values of every length up to three blocks come back', () => {
	const key = Buffer.from(secret, 'base64url');
	for (let length = 0; length <= 48; length++) {
		const value = 'v'.repeat(length);
		expect(text(openFernet(token(key, value, 0, randomBytes(16)), secret))).toBe(value);
	}
});

function token(key: Buffer, value: string, seconds: number, iv: Buffer): string {
	const head = Buffer.alloc(9, 0x80);
	head.writeBigUInt64BE(BigInt(seconds), 1);
	const cipher = createCipheriv('aes-128-cbc', key.subarray(16), iv);
	const signed = Buffer.concat([head, iv, cipher.update(value), cipher.final()]);
	const mac = createHmac('sha256', key.subarray(0, 16)).update(signed).digest();
	const bytes = Buffer.concat([signed, mac]).toString('base64');
	return bytes.replaceAll('+', '-').replaceAll('/', '_');
}
