import { destroyKey, disableKey, generateKeyset, rotateKeyset } from '../../src/sealing/keyset';
import { exportKeyset, importKeyset, type Wrapping } from '../../src/sealing/keysetText';
import { open, seal } from '../../src/sealing/seal';
import { ready } from '../../src/sealing/sodium';
import { codeOf, refusal } from './refusal';

beforeAll(() => ready);

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index + 1);
const passphrase = 'a passphrase for tests';

test.each<[string, Wrapping]>([
	['a passphrase', { passphrase }],
	['a key', { key: KEY }],
])('a keyset wrapped by %s comes back with every key and status', (_by, wrapping) => {
	const [first, second] = [generateKeyset()].map((keyset) => [keyset, rotateKeyset(keyset)])[0];
	const third = rotateKeyset(second);
	const gone = destroyKey(disableKey(third, first.primaryId), first.primaryId);
	const keyset = disableKey(gone, second.primaryId);

	const text = exportKeyset(keyset, wrapping);
	expect(text).toMatch(/^sealbox-keyset\.[A-Za-z0-9_-]+$/);
	const back = importKeyset(text, wrapping);
	expect(back.keys).toEqual(keyset.keys);
	expect(Buffer.from(open(seal('x', keyset, ['c']), back, ['c'])).toString()).toBe('x');
});

test('a destroyed key is in no export', () => {
	const first = generateKeyset();
	const rotated = disableKey(rotateKeyset(first), first.primaryId);
	const envelope = seal('x', first, []);
	const back = importKeyset(exportKeyset(destroyKey(rotated, first.primaryId), { key: KEY }), {
		key: KEY,
	});
	expect(refusal(() => open(envelope, back, [])).message).toContain('which is destroyed');
});

test('each export is another text', () => {
	const keyset = generateKeyset();
	expect(exportKeyset(keyset, { key: KEY })).not.toBe(exportKeyset(keyset, { key: KEY }));
});

test('a passphrase opens however its accents were composed, and in no other spelling', () => {
	const text = exportKeyset(generateKeyset(), { passphrase: 'Gr\u00fc\u00dfe' });
	expect(importKeyset(text, { passphrase: 'Gru\u0308\u00dfe' }).keys).toHaveLength(1);
	expect(codeOf(() => importKeyset(text, { passphrase: 'gr\u00fc\u00dfe' }))).toBe(
		'ERR_OPEN_FAILED',
	);
});

test('white space around a pasted text does no harm', () => {
	const text = exportKeyset(generateKeyset(), { key: KEY });
	expect(importKeyset(`\n ${text}\r\n`, { key: KEY }).keys).toHaveLength(1);
});

test.each<[string, Wrapping, string]>([
	['an empty passphrase', { passphrase: '' }, 'The passphrase of the keyset is empty.'],
	['a short key', { key: new Uint8Array(16) }, 'The wrapping key has to have 32 bytes, got 16.'],
	[
		'a passphrase that is no text',
		{ passphrase: 7 as never },
		'The passphrase of the keyset is empty.',
	],
])('%s is refused on the way out', (_what, wrapping, sentence) => {
	const { code, message } = refusal(() => exportKeyset(generateKeyset(), wrapping));
	expect([code, message]).toEqual(['ERR_KEY_INVALID', sentence]);
});

test('the other kind of wrapping is refused by name', () => {
	const keyset = generateKeyset();
	const byKey = exportKeyset(keyset, { key: KEY });
	const byPassphrase = exportKeyset(keyset, { passphrase });
	expect(refusal(() => importKeyset(byKey, { passphrase })).message).toContain('wrapped by a key');
	expect(refusal(() => importKeyset(byPassphrase, { key: KEY })).message).toContain(
		'wrapped by a passphrase',
	);
});
