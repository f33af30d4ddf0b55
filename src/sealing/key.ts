import { frameKey, type FrameKey, type Purpose } from './frame';

export const KEY_ID_BYTES = 16;

/** Header of an envelope: version(1) | suite(1) | flags(1) | key id(16). */
export const ENVELOPE = { version: 1, suite: 1, flags: 1, headerBytes: 3 + KEY_ID_BYTES } as const;
export const KEY_ID_AT = 3;
const PURPOSE: Purpose = { name: 'sealbox/envelope/v1', kdfContext: 'sbx-seal' };

/**
 * What a key may do. `enabled` seals (when primary) and opens; `disabled` does nothing until enabled
 * again; `destroyed` has lost its bytes for ever, and only its id is remembered.
 */
export type KeyStatus = 'enabled' | 'disabled' | 'destroyed';

/** One key of a keyset, with its bytes. Never leaves this folder. */
export interface Key {
	/** 32 lower-case hex digits; public. */
	readonly id: string;
	readonly status: KeyStatus;
	/** 32 secret bytes; none when destroyed. */
	readonly bytes: Uint8Array | null;
	/** Present when enabled. */
	readonly frames: FrameKey | null;
}

/** A key whose subkeys are derived once, here, so that sealing with it does not derive them again. */
export function makeKey(id: string, status: KeyStatus, bytes: Uint8Array | null): Key {
	const kept = status === 'destroyed' ? null : bytes;
	const frames = status === 'enabled' && kept ? frameKey(PURPOSE, headerOf(id), kept) : null;
	return { id, status, bytes: kept, frames };
}

function headerOf(keyId: string): Uint8Array {
	const { version, suite, flags } = ENVELOPE;
	return Uint8Array.of(version, suite, flags, ...Buffer.from(keyId, 'hex'));
}
