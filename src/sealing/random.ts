import { randomFillSync } from 'node:crypto';

export const NONCE_BYTES = 24;

/** Nonces are public, so some may wait in memory; asking the system for each costs as much as sealing. */
const pool = new Uint8Array(NONCE_BYTES * 128);
let next = pool.length;

/**
 * A random 24-byte nonce that no other call gets. Borrowed: valid until the caller returns to the
 * event loop, so copy it at once.
 */
export function freshNonce(): Uint8Array {
	if (next === pool.length) {
		randomFillSync(pool);
		next = 0;
	}
	const nonce = pool.subarray(next, next + NONCE_BYTES);
	next += NONCE_BYTES;
	return nonce;
}

/** Random bytes in memory of their own, fit for keys. */
export const randomBytes = (length: number): Uint8Array => randomFillSync(new Uint8Array(length));
