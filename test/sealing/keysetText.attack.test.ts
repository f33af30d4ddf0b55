/**
 * Attacks on exported keysets:
 *  1. alter any bit
 *  2. ask the import for absurd memory or time, through the parameters in the text
 *  3. weaken the parameters
 *  4. pass one format off as the other
 *  5. hide a broken keyset behind a right wrapping
 */
import { frameKey, sealFrame } from '../../src/sealing/frame';
import { generateKeyset } from '../../src/sealing/keyset';
import { exportKeyset, importKeyset } from '../../src/sealing/keysetText';
import { open, seal } from '../../src/sealing/seal';
import { ready, rawLibsodium } from '../../src/sealing/sodium';
import { freshNonce } from '../../src/sealing/random';
import { codeOf, refusal } from './refusal';

let wrapped: string;

beforeAll(async () => {
	await ready;
	wrapped = exportKeyset(generateKeyset(), { passphrase });
});

const PREFIX = 'sealbox-keyset.';
const KEY = new Uint8Array(32).fill(9);
const passphrase = 'a passphrase for tests';
const frameOf = (text: string): Buffer => Buffer.from(text.slice(PREFIX.length), 'base64url');
const spelled = (frame: Buffer): string => PREFIX + frame.toString('base64url');

test('1. no flipped bit of a keyset wrapped by a key goes unnoticed', () => {
	const frame = frameOf(exportKeyset(generateKeyset(), { key: KEY }));
	for (let bit = 0; bit < frame.length * 8; bit++) {
		const altered = Buffer.from(frame);
		altered[bit >> 3] ^= 1 << (bit & 7);
		expect(codeOf(() => importKeyset(spelled(altered), { key: KEY }))).toMatch(
			bit < 24 ? /ERR_ENVELOPE_VERSION|ERR_KEY_INVALID/ : /^ERR_OPEN_FAILED$/,
		);
	}
});

test('1. salt and commitment of a keyset wrapped by a passphrase are bound', () => {
	const frame = frameOf(wrapped);
	for (const at of [11, 26, 27, 60, frame.length - 1]) {
		const altered = Buffer.from(frame);
		altered[at] ^= 1;
		expect(codeOf(() => importKeyset(spelled(altered), { passphrase }))).toBe('ERR_OPEN_FAILED');
	}
});

const withCost = (passes: number, memoryKib: number): string => {
	const frame = frameOf(wrapped);
	frame.writeUInt32BE(passes, 3);
	frame.writeUInt32BE(memoryKib, 7);
	return spelled(frame);
};

test.each([
	[3, 4_294_967_295],
	[4_294_967_295, 65_536],
	[1, 262_145],
	[5, 262_144],
	[0, 65_536],
	[3, 0],
	[3, 8191],
])('2, and fault 86: %i passes over %i KiB are refused before any work', (passes, memoryKib) => {
	const text = withCost(passes, memoryKib);
	const before = rawLibsodium().HEAPU8.length;
	const started = process.hrtime.bigint();
	const { code, message } = refusal(() => importKeyset(text, { passphrase }));
	expect(code).toBe('ERR_ENVELOPE_MALFORMED');
	expect(message).toContain(`${passes} passes over ${memoryKib} KiB`);
	expect(Number(process.hrtime.bigint() - started) / 1e6).toBeLessThan(1000);
	expect(rawLibsodium().HEAPU8.length).toBe(before);
});

test('3, and fault 86: weaker parameters in the text open nothing', () => {
	expect(codeOf(() => importKeyset(withCost(1, 8192), { passphrase }))).toBe('ERR_OPEN_FAILED');
});

test('4. an envelope is no keyset and a keyset is no envelope', () => {
	const keyset = generateKeyset();
	const envelope = seal('x', keyset, []);
	const text = exportKeyset(keyset, { key: KEY });
	expect(codeOf(() => importKeyset(envelope, { key: KEY }))).toBe('ERR_ENVELOPE_MALFORMED');
	expect(codeOf(() => open(text, keyset, []))).toBe('ERR_ENVELOPE_MALFORMED');
	const asEnvelope = text.replace(PREFIX, 'sealbox.');
	expect(codeOf(() => open(asEnvelope, keyset, []))).toBe('ERR_ENVELOPE_VERSION');
});

test.each([
	undefined,
	null,
	7,
	{},
	'',
	'sealbox-keyset.',
	'sealbox-keyset.AQ',
	'sealbox-keyset.!!!!',
	'sealbox-keyset.AQEC',
	'sealbox-keyset.AQEB',
])('4. %p is refused with a sentence', (text) => {
	expect(codeOf(() => importKeyset(text as string, { key: KEY }))).toMatch(
		/ERR_ENVELOPE_MALFORMED|ERR_KEY_INVALID/,
	);
});

test('4. a cut-off text is refused', () => {
	const text = exportKeyset(generateKeyset(), { key: KEY });
	for (let length = 0; length < text.length; length++) {
		expect(codeOf(() => importKeyset(text.slice(0, length), { key: KEY }))).toBe(
			'ERR_ENVELOPE_MALFORMED',
		);
	}
});

test.each<[string, Uint8Array]>([
	['no keys', new Uint8Array(0)],
	['half a key', new Uint8Array(48)],
	['an unknown status', new Uint8Array(49).fill(4)],
	['a primary that is disabled', new Uint8Array(49).fill(2)],
	['one key twice', new Uint8Array(98).fill(1)],
])('5. a keyset with %s is refused, although its wrapping is right', (_what, value) => {
	const header = Uint8Array.of(1, 1, 2);
	const purpose = { name: 'sealbox/keyset/v1', kdfContext: 'sbx-wrap' };
	const text = PREFIX + sealFrame(frameKey(purpose, header, KEY), [], value, freshNonce());
	expect(codeOf(() => importKeyset(text, { key: KEY }))).toBe('ERR_KEY_INVALID');
});
