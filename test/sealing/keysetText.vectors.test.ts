import { exportKeysetWith, importKeyset, type Wrapping } from '../../src/sealing/keysetText';
import { ready } from '../../src/sealing/sodium';
import { sodium } from '../../src/vendor/libsodium';
import { fixedKeyset, type FixedKey } from './fixedKeyset';
import vectors from './vectors/keyset-v1.json';

beforeAll(() => ready);

const keys = vectors.keys as FixedKey[];
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const wrappingOf = ({ passphrase, key }: { passphrase?: string; key?: string }): Wrapping =>
	passphrase === undefined ? { key: hex(key ?? '') } : { passphrase };

describe.each(vectors.cases)('frozen keyset: $name', (vector) => {
	test('opens to the keys that were written', () => {
		expect(importKeyset(vector.text, wrappingOf(vector)).keys).toEqual(
			keys.map(({ id, status }, index) => ({ id, status, isPrimary: index === 0 })),
		);
	});

	test('is written again to the same characters', () => {
		const salt = hex(vector.salt ?? '');
		const text = exportKeysetWith(fixedKeyset(keys), wrappingOf(vector), salt, hex(vector.nonce));
		expect(text).toBe(vector.text);
	});

	test('opens for a reader written from docs/format.md with libsodium alone', () => {
		const frame = Buffer.from(vector.text.slice('sealbox-keyset.'.length), 'base64url');
		const header = frame.subarray(0, frame[2] === 1 ? 27 : 3);
		const wrapping =
			frame[2] === 1
				? sodium.crypto_pwhash(
						32,
						(vector.passphrase ?? '').normalize('NFC'),
						header.subarray(11),
						header.readUInt32BE(3),
						header.readUInt32BE(7) * 1024,
						sodium.crypto_pwhash_ALG_ARGON2ID13,
					)
				: hex(vector.key ?? '');
		const nonce = frame.subarray(header.length + 32, header.length + 56);
		const associated = Buffer.concat([
			Buffer.of(0, 0, 0, 17),
			Buffer.from('sealbox/keyset/v1'),
			Buffer.of(0, 0, 0, header.length),
			header,
		]);
		const value = Buffer.from(
			sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
				null,
				frame.subarray(header.length + 56),
				associated,
				nonce,
				sodium.crypto_kdf_derive_from_key(32, 1, 'sbx-wrap', wrapping),
			),
		);
		const entries = Buffer.concat(
			keys.map(({ id, status, bytes }) =>
				Buffer.concat([
					Buffer.of({ enabled: 1, disabled: 2, destroyed: 3 }[status]),
					hex(id),
					bytes === null ? Buffer.alloc(32) : hex(bytes),
				]),
			),
		);
		expect(value.subarray(4, 4 + value.readUInt32BE(0)).toString('hex')).toBe(
			entries.toString('hex'),
		);
	});
});
