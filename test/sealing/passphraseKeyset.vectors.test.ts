import { keysIn } from '../../src/sealing/keyset';
import { keysetFromPassphrases } from '../../src/sealing/passphraseKeyset';
import { ready } from '../../src/sealing/sodium';
import { sodium } from '../../src/vendor/libsodium';
import { codeOf } from './refusal';
import vectors from './vectors/passphrase-v1.json';

beforeAll(() => ready);

const hex = (bytes: Uint8Array | null | undefined): string =>
	Buffer.from(bytes ?? []).toString('hex');

test.each(vectors.cases)('the frozen keys come from passphrase $#', ({ passphrase, id, key }) => {
	const keyset = keysetFromPassphrases([passphrase]);
	expect([keyset.primaryId, hex(keysIn(keyset).get(id)?.bytes)]).toEqual([id, key]);
	expect(keysetFromPassphrases([passphrase.normalize('NFD')]).primaryId).toBe(id);
});

test.each(vectors.cases)('docs/format.md gives the keys of passphrase $#', (vector) => {
	const stretched = sodium.crypto_pwhash(
		32,
		vector.passphrase.normalize('NFC'),
		Buffer.from('sealbox/phrase/1'),
		3,
		64 * 1024 * 1024,
		sodium.crypto_pwhash_ALG_ARGON2ID13,
	);
	const subkey = (id: number, bytes: number) =>
		hex(sodium.crypto_kdf_derive_from_key(bytes, id, 'sbx-word', stretched));
	expect([subkey(1, 16), subkey(2, 32)]).toEqual([vector.id, vector.key]);
});

test('the first passphrase seals, and one that stands twice is one key', () => {
	const [first, second] = vectors.cases.map(({ passphrase }) => passphrase);
	const keyset = keysetFromPassphrases([second, first, second]);
	expect(keyset.primaryId).toBe(vectors.cases[1].id);
	expect(keyset.keys.map(({ id }) => id)).toEqual([vectors.cases[1].id, vectors.cases[0].id]);
});

test('no passphrase and an empty one make no keyset', () => {
	expect(codeOf(() => keysetFromPassphrases([]))).toBe('ERR_KEY_INVALID');
	expect(codeOf(() => keysetFromPassphrases(['']))).toBe('ERR_KEY_INVALID');
});
