import { copyFrom, rawLibsodium, sodiumMemory, withScratch } from './sodium';

const KEY_BYTES = 32;
const CONTEXT_BYTES = 8;

/**
 * A subkey of a 32-byte secret key: keyed BLAKE2b, libsodium's crypto_kdf. Neither the key nor
 * another subkey can be told from it.
 *
 * @param context - 8 characters saying what the subkeys are for
 * @param bytes - 16 to 64
 */
export function deriveSubkey(
	key: Uint8Array,
	id: number,
	context: string,
	bytes: number,
): Uint8Array {
	return withScratch(KEY_BYTES + CONTEXT_BYTES + bytes, (at) => {
		const [contextAt, subkeyAt] = [at + KEY_BYTES, at + KEY_BYTES + CONTEXT_BYTES];
		sodiumMemory().set(key, at);
		sodiumMemory().write(context, contextAt, CONTEXT_BYTES, 'latin1');
		rawLibsodium()._crypto_kdf_derive_from_key(subkeyAt, bytes, id, 0, contextAt, at);
		return copyFrom(subkeyAt, bytes);
	});
}
