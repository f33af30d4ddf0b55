import { deriveSubkey } from './derive';
import { KEY_ID_BYTES, makeKey } from './key';
import { Keyset } from './keyset';

const CONTEXT = 'sbx-kset';
const KEY_BYTES = 32;

/**
 * The keyset of one key that is made of a 32-byte secret, the same wherever the secret is known. What it
 * seals outlives the process, so nothing here may change.
 */
export function keysetOfKey(secret: Uint8Array): Keyset {
	const id = Buffer.from(deriveSubkey(secret, 1, CONTEXT, KEY_ID_BYTES)).toString('hex');
	return new Keyset(id, [makeKey(id, 'enabled', deriveSubkey(secret, 2, CONTEXT, KEY_BYTES))]);
}
