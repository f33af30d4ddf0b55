import { createHmac } from 'node:crypto';
import { encodeFields } from '../sealing/fields';

/**
 * A keyed hash of a list of texts, 32 hex digits: equal lists can be told to be equal without the key, and
 * nothing else can be told of them.
 *
 * @param key - secret, 32 bytes
 */
export const fingerprint = (key: Uint8Array, ...texts: readonly string[]): string =>
	createHmac('sha256', key).update(encodeFields(texts)).digest('hex').slice(0, 32);

/** A number from 0 to 1 that belongs to an id. */
export const drawOf = (id: string): number => parseInt(id.slice(0, 8), 16) / 0xffff_ffff;
