import fc from 'fast-check';
import { generateKeyset, rotateKeyset } from '../../src/sealing/keyset';
import { open, reseal, seal } from '../../src/sealing/seal';
import { ready } from '../../src/sealing/sodium';
import { codeOf } from './refusal';

beforeAll(() => ready);

const bytes = fc.uint8Array({ maxLength: 12_000, size: 'max' });
const text = fc.string({ unit: 'binary', maxLength: 600 });
const context = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 6 });

test('open inverts seal', () => {
	const keyset = rotateKeyset(generateKeyset());
	fc.assert(
		fc.property(fc.oneof(bytes, text), context, (value, fields) => {
			const opened = open(seal(value, keyset, fields), keyset, fields);
			expect(Buffer.compare(opened, Buffer.from(value as Uint8Array))).toBe(0);
		}),
		{ numRuns: 300 },
	);
});

test('nothing but the right context opens', () => {
	const keyset = generateKeyset();
	fc.assert(
		fc.property(text, context, context, (value, right, wrong) => {
			fc.pre(JSON.stringify(right) !== JSON.stringify(wrong));
			const envelope = seal(value, keyset, right);
			expect(codeOf(() => open(envelope, keyset, wrong))).toBe('ERR_OPEN_FAILED');
		}),
	);
});

test('fault 82: fields of a context cannot be shifted into each other', () => {
	const keyset = generateKeyset();
	fc.assert(
		fc.property(fc.string({ minLength: 1 }), fc.nat(), (joined, at) => {
			const cut = at % joined.length;
			const envelope = seal('x', keyset, [joined.slice(0, cut), joined.slice(cut)]);
			for (const shifted of [[joined], [joined, '']]) {
				expect(codeOf(() => open(envelope, keyset, shifted))).toBe('ERR_OPEN_FAILED');
			}
		}),
	);
});

test('nothing but the right key opens', () => {
	fc.assert(
		fc.property(text, context, (value, fields) => {
			const envelope = seal(value, generateKeyset(), fields);
			expect(codeOf(() => open(envelope, generateKeyset(), fields))).toBe('ERR_KEY_UNKNOWN');
		}),
	);
});

test('reseal keeps the value through any number of rotations', () => {
	fc.assert(
		fc.property(text, context, fc.integer({ min: 1, max: 4 }), (value, fields, rotations) => {
			let keyset = generateKeyset();
			let envelope = seal(value, keyset, fields);
			for (let i = 0; i < rotations; i++) {
				keyset = rotateKeyset(keyset);
				envelope = reseal(envelope, keyset, fields);
			}
			expect(Buffer.from(open(envelope, keyset, fields)).toString()).toBe(value);
		}),
		{ numRuns: 50 },
	);
});
