import { makeKey, type KeyStatus } from '../../src/sealing/key';
import { Keyset } from '../../src/sealing/keyset';

export interface FixedKey {
	id: string;
	status: KeyStatus;
	bytes: string | null;
}

/** A keyset of known keys, the first of which is primary. */
export function fixedKeyset(keys: readonly FixedKey[]): Keyset {
	const made = keys.map(({ id, status, bytes }) =>
		makeKey(id, status, bytes === null ? null : Uint8Array.from(Buffer.from(bytes, 'hex'))),
	);
	return new Keyset(keys[0].id, made);
}
