/** libsodium compiled to WebAssembly: XChaCha20-Poly1305, BLAKE2b, Argon2id, constant-time compare. */
import sodium from 'libsodium-wrappers-sumo';

export { sodium };
