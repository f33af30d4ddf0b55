import { SealboxError } from './error';
import { assertText } from './fields';
import { KEY_BYTES } from './frame';
import { copyFrom, rawLibsodium, sodiumMemory, withScratch } from './sodium';

/** What stretching a passphrase takes: passes over this much memory, in one lane. */
export interface Cost {
	readonly passes: number;
	readonly memoryKib: number;
}

/** The second recommendation of RFC 9106 section 4, but for its lanes; about 0.2 s. */
export const COST: Cost = { passes: 3, memoryKib: 65_536 };

export const SALT_BYTES = 16;
/** libsodium's number for Argon2id version 1.3. */
const ARGON2ID_13 = 2;

/** A text from a stranger must not be able to take the machine's memory, nor hold it for long. */
const LEAST_MEMORY_KIB = 8192;
const MOST_MEMORY_KIB = 262_144;
/** Passes times memory; about 3 s. */
const MOST_WORK_KIB = 1_048_576;

export const isBearable = ({ passes, memoryKib }: Cost): boolean =>
	passes >= 1 &&
	memoryKib >= LEAST_MEMORY_KIB &&
	memoryKib <= MOST_MEMORY_KIB &&
	passes * memoryKib <= MOST_WORK_KIB;

/**
 * Makes a 32-byte key of a passphrase with Argon2id (RFC 9106).
 *
 * @param passphrase - secret; not empty; normalised to NFC, because keyboards compose accents
 *   differently
 * @param salt - 16 bytes, public
 * @throws SealboxError `ERR_KEY_INVALID` for an empty passphrase, or when memory is short
 */
export function stretch(passphrase: unknown, salt: Uint8Array, cost: Cost): Uint8Array {
	if (typeof passphrase !== 'string' || passphrase === '') {
		throw new SealboxError('ERR_KEY_INVALID', 'The passphrase of the keyset is empty.');
	}
	assertText(passphrase, 'The passphrase');
	const key = argon2id(Buffer.from(passphrase.normalize('NFC')), salt, cost);
	if (key !== null) return key;
	throw new SealboxError(
		'ERR_KEY_INVALID',
		`Stretching the passphrase takes ${cost.memoryKib / 1024} MiB of memory, which is not free now.`,
	);
}

/** `null` means a lack of memory: with sound parameters libsodium has no other way to fail. */
function argon2id(passphrase: Buffer, salt: Uint8Array, { passes, memoryKib }: Cost) {
	return withScratch(KEY_BYTES + SALT_BYTES + passphrase.length, (at) => {
		const [saltAt, passphraseAt] = [at + KEY_BYTES, at + KEY_BYTES + SALT_BYTES];
		sodiumMemory().set(salt, saltAt);
		sodiumMemory().set(passphrase, passphraseAt);
		passphrase.fill(0);
		const password = [passphraseAt, passphrase.length, 0];
		const work = [passes, 0, memoryKib * 1024, ARGON2ID_13];
		const failed = rawLibsodium()._crypto_pwhash(
			...[at, KEY_BYTES, 0],
			...password,
			saltAt,
			...work,
		);
		return failed === 0 ? copyFrom(at, KEY_BYTES) : null;
	});
}
