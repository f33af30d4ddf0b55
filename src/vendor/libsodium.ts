/** libsodium compiled to WebAssembly: XChaCha20-Poly1305, BLAKE2b, Argon2id, constant-time compare. */
import sodium from 'libsodium-wrappers-sumo';

/** The C functions under the wrappers. Pointers are indices of `HEAPU8`; 64-bit lengths come in halves. */
export interface RawSodium {
	/** All of libsodium's memory. Replaced by a longer array when it grows. */
	readonly HEAPU8: Uint8Array<ArrayBuffer>;
	_malloc(bytes: number): number;
	_free(pointer: number): void;
	/** c, cLength*, m, m length (low, high), ad, ad length (low, high), nsec, nonce, key. */
	_crypto_aead_xchacha20poly1305_ietf_encrypt(...args: number[]): number;
	/** m, mLength*, nsec, c, c length (low, high), ad, ad length (low, high), nonce, key. */
	_crypto_aead_xchacha20poly1305_ietf_decrypt(...args: number[]): number;
	/** out, out bytes, in, in length (low, high), key, key bytes. */
	_crypto_generichash(...args: number[]): number;
	/** subkey, subkey bytes, id (low, high), context, key. */
	_crypto_kdf_derive_from_key(...args: number[]): number;
	/** out, out bytes (low, high), password, its bytes (low, high), salt, passes (low, high), memory, algorithm. */
	_crypto_pwhash(...args: number[]): number;
	/** 0 when the 32 bytes at both pointers are equal; takes the same time either way. */
	_crypto_verify_32(a: number, b: number): number;
}

/** Defined once `sodium.ready` has resolved. */
export const rawSodium = (): RawSodium | undefined =>
	(sodium as unknown as { libsodium?: RawSodium }).libsodium;

export { sodium };
