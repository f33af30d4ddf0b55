import { sodium } from '../../src/vendor/libsodium';

/** What the frame of a token or a file is read with. */
export interface FrameReading {
	readonly key: Uint8Array;
	readonly kdfContext: string;
	readonly purpose: string;
	readonly context: readonly string[];
}

const HEADER_BYTES = 2;

/** Shares no code with src/: the frame as docs/format.md tells it, in libsodium's ordinary functions. */
export function openFrameAsDocumented(
	frame: Buffer,
	{ key, kdfContext, purpose, context }: FrameReading,
): Buffer {
	const header = frame.subarray(0, HEADER_BYTES);
	const [commitment, nonce] = [frame.subarray(2, 34), frame.subarray(34, 58)];
	const associated = listOf([purpose, header, ...context]);
	const subkey = (id: number) => sodium.crypto_kdf_derive_from_key(32, id, kdfContext, key);
	const expected = sodium.crypto_generichash(32, Buffer.concat([nonce, associated]), subkey(2));
	if (!sodium.memcmp(expected, commitment)) throw new Error('another key or context');
	const padded = Buffer.from(
		sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
			null,
			frame.subarray(58),
			associated,
			nonce,
			subkey(1),
		),
	);
	return padded.subarray(4, 4 + padded.readUInt32BE(0));
}

/** A list of fields, each behind its length in 4 bytes. */
export const listOf = (fields: readonly (string | Uint8Array)[]): Buffer =>
	Buffer.concat(
		fields.flatMap((field) => {
			const bytes = Buffer.from(field as string);
			const length = Buffer.alloc(4);
			length.writeUInt32BE(bytes.length);
			return [length, bytes];
		}),
	);
