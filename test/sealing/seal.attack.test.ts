/**
 * Attacks on envelopes:
 *  1. alter any single bit, anywhere
 *  2. cut off, lengthen, splice two envelopes
 *  3. spell the same bytes another way (malleable base64url)
 *  4. tell a wrong key, a wrong context and altered bytes apart
 *  5. swap the key under a known key id
 *  6. claim another version, suite or flags
 *  7. make it take memory or time with a huge or foreign text
 *  8. read what was sealed out of libsodium's memory afterwards
 */
import { generateKeyset, rotateKeyset, type Keyset } from '../../src/sealing/keyset';
import { exportKeyset } from '../../src/sealing/keysetText';
import { open, seal } from '../../src/sealing/seal';
import { ready, sodiumMemory } from '../../src/sealing/sodium';
import { fixedKeyset } from './fixedKeyset';
import { codeOf, refusal } from './refusal';

const PREFIX = 'sealbox.';
const CONTEXT = ['tenant a', 'record 7', 'token'];
let keyset: Keyset;
let envelope: string;
let frame: Buffer;

beforeAll(async () => {
	await ready;
	keyset = rotateKeyset(generateKeyset());
	envelope = seal('correct horse battery staple', keyset, CONTEXT);
	frame = Buffer.from(envelope.slice(PREFIX.length), 'base64url');
});

const spelled = (bytes: Uint8Array): string => PREFIX + Buffer.from(bytes).toString('base64url');
const opening = (text: unknown) => () => open(text as string, keyset, CONTEXT);

/** What a flipped bit at this byte must lead to. */
function expectedAt(byte: number): string {
	if (byte < 3) return 'ERR_ENVELOPE_VERSION';
	return byte < 19 ? 'ERR_KEY_UNKNOWN' : 'ERR_OPEN_FAILED';
}

test('1, and fault 70: no flipped bit of the whole envelope goes unnoticed', () => {
	const wrong: string[] = [];
	for (let bit = 0; bit < frame.length * 8; bit++) {
		const altered = Buffer.from(frame);
		altered[bit >> 3] ^= 1 << (bit & 7);
		const code = codeOf(opening(spelled(altered)));
		if (code !== expectedAt(bit >> 3)) wrong.push(`bit ${bit}: ${code}`);
	}
	expect(wrong).toEqual([]);
});

test('1. no changed character of the text goes unnoticed', () => {
	for (let at = 0; at < envelope.length; at++) {
		const other = envelope[at] === 'A' ? 'B' : 'A';
		expect(opening(envelope.slice(0, at) + other + envelope.slice(at + 1))).toThrow();
	}
});

test('2, and fault 83: no prefix of an envelope opens, nor one with something added', () => {
	for (let length = 0; length < envelope.length; length++) {
		expect(['ERR_ENVELOPE_MALFORMED']).toContain(codeOf(opening(envelope.slice(0, length))));
	}
	for (const added of ['A', 'AAAA', 'A'.repeat(342), '\n', ' ', '=', '.', envelope]) {
		expect(codeOf(opening(envelope + added))).toMatch(/ERR_ENVELOPE_MALFORMED|ERR_OPEN_FAILED/);
	}
});

test('2. parts of two envelopes of one key and context do not combine', () => {
	const other = Buffer.from(
		seal('another value', keyset, CONTEXT).slice(PREFIX.length),
		'base64url',
	);
	for (const cut of [19, 51, 75, 90, frame.length - 16]) {
		const spliced = Buffer.concat([frame.subarray(0, cut), other.subarray(cut)]);
		if (cut === 19)
			expect(Buffer.from(open(spelled(spliced), keyset, CONTEXT)).toString()).toBe('another value');
		else expect(codeOf(opening(spelled(spliced)))).toBe('ERR_OPEN_FAILED');
	}
});

test('3. an envelope has one spelling', () => {
	const body = envelope.slice(PREFIX.length);
	const standard = Buffer.from(body, 'base64url').toString('base64');
	const spellings = [
		PREFIX + standard,
		PREFIX + standard.replaceAll('=', ''),
		`${envelope}=`,
		`${envelope}==`,
		` ${envelope}`,
		`${envelope}\n`,
		`${PREFIX}${body.slice(0, 40)}\n${body.slice(40)}`,
		`${PREFIX}${body.slice(0, 40)}%${body.slice(40)}`,
		envelope.toUpperCase(),
		`SEALBOX.${body}`,
		body,
	].filter((other) => other !== envelope);
	for (const other of spellings) expect(codeOf(opening(other))).toBe('ERR_ENVELOPE_MALFORMED');
});

test('3. unused bits of the last character are not free', () => {
	const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
	// 300 bytes of value make a frame of 607 bytes: its last character carries four bits only.
	const text = seal(new Uint8Array(300), keyset, CONTEXT);
	const value = alphabet.indexOf(text[text.length - 1]);
	expect((text.length - PREFIX.length) % 4).not.toBe(0);
	for (const same of [value + 1, value + 2, value + 3].map((index) => alphabet[index])) {
		expect(codeOf(opening(text.slice(0, -1) + same))).toBe('ERR_ENVELOPE_MALFORMED');
	}
});

test('4. a wrong key, a wrong context and a flipped bit are indistinguishable', () => {
	const forged = fixedKeyset([{ id: keyset.primaryId, status: 'enabled', bytes: '07'.repeat(32) }]);
	const altered = Buffer.from(frame);
	altered[100] ^= 1;
	const commitment = Buffer.from(frame);
	commitment[20] ^= 1;
	const refusals = [
		refusal(() => open(envelope, forged, CONTEXT)),
		refusal(() => open(envelope, keyset, ['tenant b', 'record 7', 'token'])),
		refusal(() => open(envelope, keyset, [])),
		refusal(opening(spelled(altered))),
		refusal(opening(spelled(commitment))),
	];
	expect(new Set(refusals.map((each) => JSON.stringify(each))).size).toBe(1);
	expect(refusals[0].code).toBe('ERR_OPEN_FAILED');
});

test('4. a refusal carries no cause and no part of the envelope or the value', () => {
	for (const act of [
		opening(`${envelope}x`),
		() => open(envelope, keyset, []),
		opening('hunter2'),
	]) {
		try {
			act();
			throw new Error('opened');
		} catch (error) {
			const shown = `${(error as Error).message} ${JSON.stringify(error)}`;
			expect((error as Error).cause).toBeUndefined();
			expect(shown).not.toContain(envelope.slice(8, 30));
			expect(shown).not.toContain('hunter2');
			expect(shown).not.toContain('horse');
		}
	}
});

test('5. only the key that an envelope names is tried', () => {
	const [first] = rotateKeyset(keyset).keys;
	const renamed = Buffer.from(frame);
	Buffer.from(first.id, 'hex').copy(renamed, 3);
	expect(codeOf(() => open(spelled(renamed), keyset, CONTEXT))).toBe('ERR_KEY_UNKNOWN');
	const twin = Buffer.from(frame);
	Buffer.from(keyset.keys[1].id, 'hex').copy(twin, 3);
	expect(codeOf(() => open(spelled(twin), keyset, CONTEXT))).toBe('ERR_OPEN_FAILED');
});

test('6, and fault 83: another version, suite or flag is refused by name', () => {
	for (const [at, name] of [
		[0, 'format 9,'],
		[1, 'suite 9,'],
		[2, 'flags 9;'],
	] as const) {
		const other = Buffer.from(frame);
		other[at] = 9;
		const { code, message } = refusal(opening(spelled(other)));
		expect(code).toBe('ERR_ENVELOPE_VERSION');
		expect(message).toContain(name);
	}
});

test('7, and fault 83: what is no envelope is refused before any key is looked at', () => {
	const noKeys = new Proxy({}, { get: () => fail('the keyset was read') }) as Keyset;
	const strangers: unknown[] = [
		undefined,
		null,
		7,
		{},
		['sealbox.AQEB'],
		'',
		'sealbox.',
		'sealbox.AQEB',
		`sealbox.AQEB${'A'.repeat(468)}!`,
		`sealbox.AQEB${'A'.repeat(40_000_000)}`,
		`sealbox.AQEB${'é'.repeat(468)}`,
		'gAAAAAAdwJ6w',
	];
	for (const stranger of strangers) {
		expect(codeOf(() => open(stranger as string, noKeys, []))).toBe('ERR_ENVELOPE_MALFORMED');
	}
});

test('7. a long context is refused', () => {
	const many = Array.from({ length: 65 }, () => '');
	for (const context of [many, ['x'.repeat(16_385)]]) {
		expect(codeOf(() => seal('x', keyset, context))).toBe('ERR_VALUE_INVALID');
	}
	expect(seal('x', keyset, ['鍵'.repeat(16_384)])).toMatch(/^sealbox\./);
});

test('8. neither value, key nor passphrase stays behind in libsodium’s memory', () => {
	const secret = 'Zx9-canary-value-that-nothing-else-holds';
	const key = 'c4'.repeat(32);
	const own = fixedKeyset([{ id: 'ab'.repeat(16), status: 'enabled', bytes: key }]);
	const long = secret.repeat(400);
	const passphrase = 'Qy7-canary-passphrase-of-the-keyset';
	exportKeyset(own, { passphrase });
	expect(sodiumMemory().includes(passphrase)).toBe(false);
	for (const value of [secret, long]) open(seal(value, own, ['c']), own, ['c']);
	expect(() => open(seal(secret, own, ['c']), own, ['d'])).toThrow();
	expect(sodiumMemory().includes(secret)).toBe(false);
	expect(sodiumMemory().includes(Buffer.from(key, 'hex'))).toBe(false);
});
