import { generateKeyset, disableKey, enableKey, rotateKeyset } from '../../src/sealing/keyset';
import { isEnvelope, open, reseal, seal } from '../../src/sealing/seal';
import { ready } from '../../src/sealing/sodium';
import { sodium } from '../../src/vendor/libsodium';
import { codeOf, refusal } from './refusal';

beforeAll(() => ready);

const CONTEXT = ['record 7', 'token'];
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const nonceOf = (envelope: string): string =>
	Buffer.from(envelope.slice('sealbox.'.length), 'base64url').subarray(51, 75).toString('hex');

test('an envelope holds plain characters only', () => {
	expect(seal('s3cret', generateKeyset(), CONTEXT)).toMatch(/^sealbox\.[A-Za-z0-9_-]+$/);
});

test('text and its UTF-8 bytes are the same value', () => {
	const keyset = generateKeyset();
	expect(text(open(seal('Grüße', keyset, []), keyset, []))).toBe('Grüße');
	expect(text(open(seal(Buffer.from('Grüße'), keyset, []), keyset, []))).toBe('Grüße');
});

test('values up to 256 bytes have envelopes of one length', () => {
	const keyset = generateKeyset();
	const lengths = [0, 1, 40, 255, 256].map((n) => seal('x'.repeat(n), keyset, []).length);
	expect(new Set(lengths).size).toBe(1);
	expect(seal('x'.repeat(257), keyset, []).length).toBeGreaterThan(lengths[0]);
});

test('no two of 20,000 envelopes share a nonce', () => {
	const keyset = generateKeyset();
	const nonces = new Set(Array.from({ length: 20_000 }, () => nonceOf(seal('x', keyset, []))));
	expect(nonces.size).toBe(20_000);
});

test('the opened bytes belong to the caller alone', () => {
	const keyset = generateKeyset();
	const envelope = seal('first', keyset, []);
	const opened = open(envelope, keyset, []);
	open(seal('SECOND', keyset, []), keyset, []);
	expect(text(opened)).toBe('first');
	expect(opened.buffer.byteLength).toBe(opened.length);
});

test('sealing leaves the bytes it was given as they are', () => {
	const bytes = Uint8Array.of(1, 2, 3);
	seal(bytes, generateKeyset(), []);
	expect([...bytes]).toEqual([1, 2, 3]);
});

test('fault 79: rotation keeps every earlier envelope readable until its key is disabled, and again once it is enabled', () => {
	const first = generateKeyset();
	const envelope = seal('s3cret', first, CONTEXT);
	const rotated = rotateKeyset(rotateKeyset(first));
	expect(text(open(envelope, rotated, CONTEXT))).toBe('s3cret');

	const disabled = disableKey(rotated, first.primaryId);
	const { code, message } = refusal(() => open(envelope, disabled, CONTEXT));
	expect(code).toBe('ERR_KEY_UNKNOWN');
	expect(message).toBe(`The value was sealed with key ${first.primaryId}, which is disabled.`);
	expect(text(open(envelope, enableKey(disabled, first.primaryId), CONTEXT))).toBe('s3cret');
});

test('a new envelope names the primary key', () => {
	const rotated = rotateKeyset(generateKeyset());
	const header = Buffer.from(seal('x', rotated, []).slice('sealbox.'.length), 'base64url');
	expect(header.subarray(3, 19).toString('hex')).toBe(rotated.primaryId);
});

test('reseal moves a value to the primary key, for the same context', () => {
	const first = generateKeyset();
	const rotated = rotateKeyset(first);
	const moved = reseal(seal('s3cret', first, CONTEXT), rotated, CONTEXT);
	expect(text(open(moved, disableKey(rotated, first.primaryId), CONTEXT))).toBe('s3cret');
	expect(codeOf(() => reseal(moved, rotated, ['elsewhere']))).toBe('ERR_OPEN_FAILED');
});

test('a keyset without the key says which key is missing', () => {
	const keyset = generateKeyset();
	const { code, message } = refusal(() => open(seal('x', keyset, []), generateKeyset(), []));
	expect(code).toBe('ERR_KEY_UNKNOWN');
	expect(message).toContain(`key ${keyset.primaryId}, which is not in this keyset`);
});

test('isEnvelope knows the shape and promises nothing else', () => {
	expect(isEnvelope(seal('x', generateKeyset(), []))).toBe(true);
	for (const other of ['', 'sealbox.', 'sealbox. x', 'sealbox-keyset.AQEC', 7, null]) {
		expect(isEnvelope(other)).toBe(false);
	}
});

test('a value of 16 MiB is sealed, one byte more is refused', () => {
	const keyset = generateKeyset();
	const most = new Uint8Array(16 * 1024 * 1024).fill(7);
	expect(Buffer.compare(open(seal(most, keyset, []), keyset, []), most)).toBe(0);
	const { code, message } = refusal(() => seal(new Uint8Array(most.length + 1), keyset, []));
	expect(code).toBe('ERR_VALUE_INVALID');
	expect(message).toBe('The value has 16777217 bytes; at most 16777216 can be sealed.');
});

test('padding is zeros, whatever the memory held before', () => {
	const keyset = generateKeyset();
	const { crypto_generichash: hash } = sodium;
	for (let steps = 1; steps < 60; steps++) {
		hash(32, new Uint8Array(steps * 1024).fill(0xff), null);
		const value = new Uint8Array(steps * 256 + 1);
		expect(open(seal(value, keyset, []), keyset, [])).toHaveLength(value.length);
	}
});

test('text that has no UTF-8 form is refused rather than changed', () => {
	const keyset = generateKeyset();
	expect(codeOf(() => seal('\ud800', keyset, []))).toBe('ERR_VALUE_INVALID');
	expect(codeOf(() => seal('x', keyset, ['\udc00']))).toBe('ERR_VALUE_INVALID');
});

test.each([
	['plaintext', () => seal(7 as never, generateKeyset(), [])],
	['keyset', () => seal('x', { primaryId: 'x' } as never, [])],
	['context', () => seal('x', generateKeyset(), 'a' as never)],
	['context', () => seal('x', generateKeyset(), [7] as never)],
])('nonsense for %s is a TypeError that names it', (name, act) => {
	expect(act).toThrow(TypeError);
	expect(act).toThrow(new RegExp(`^${name}: expected`));
});
