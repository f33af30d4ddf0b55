import { isEnvelope, open, sealWithNonce } from '../../src/sealing/seal';
import { ready } from '../../src/sealing/sodium';
import { sodium } from '../../src/vendor/libsodium';
import { fixedKeyset, type FixedKey } from './fixedKeyset';
import vectors from './vectors/envelope-v1.json';

beforeAll(() => ready);

const keys = vectors.keys as FixedKey[];
const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const onlyKey = (id: string) => fixedKeyset(keys.filter((key) => key.id === id));

describe.each(vectors.cases)('frozen envelope: $name', (vector) => {
	test('opens with its key first or last in the keyset', () => {
		for (const order of [keys, [...keys].reverse()]) {
			const opened = open(vector.envelope, fixedKeyset(order), vector.context);
			expect(Buffer.from(opened).toString('hex')).toBe(vector.plaintext);
		}
	});

	test('is sealed again to the same characters from the same nonce', () => {
		const again = sealWithNonce(
			hex(vector.plaintext),
			onlyKey(vector.keyId),
			vector.context,
			hex(vector.nonce),
		);
		expect(again).toBe(vector.envelope);
		expect(isEnvelope(again)).toBe(true);
	});

	test('opens for a reader written from docs/format.md with libsodium alone', () => {
		const key = keys.find(({ id }) => id === vector.keyId);
		const opened = readAsDocumented(vector.envelope, hex(key?.bytes ?? ''), vector.context);
		expect(opened.toString('hex')).toBe(vector.plaintext);
	});
});

/** Shares no code with src/: the format as its document tells it, in libsodium's ordinary functions. */
function readAsDocumented(envelope: string, key: Uint8Array, context: string[]): Buffer {
	const frame = Buffer.from(envelope.slice('sealbox.'.length), 'base64url');
	const header = frame.subarray(0, 19);
	const [commitment, nonce] = [frame.subarray(19, 51), frame.subarray(51, 75)];
	const associated = Buffer.concat(
		['sealbox/envelope/v1', header, ...context].flatMap((field) => {
			const bytes = Buffer.from(field as string);
			const length = Buffer.alloc(4);
			length.writeUInt32BE(bytes.length);
			return [length, bytes];
		}),
	);
	const subkey = (id: number) => sodium.crypto_kdf_derive_from_key(32, id, 'sbx-seal', key);
	const expected = sodium.crypto_generichash(32, Buffer.concat([nonce, associated]), subkey(2));
	if (!sodium.memcmp(expected, commitment)) throw new Error('another key or context');
	const padded = Buffer.from(
		sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
			null,
			frame.subarray(75),
			associated,
			nonce,
			subkey(1),
		),
	);
	return padded.subarray(4, 4 + padded.readUInt32BE(0));
}
