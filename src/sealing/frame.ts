import { deriveSubkey } from './derive';
import { SealboxError } from './error';
import { encodeFields, fieldsBytes, writeFields } from './fields';
import { LENGTH_BYTES, isPaddedSize, isWellPadded, paddedBytes, valueBytes } from './padding';
import { NONCE_BYTES } from './random';
import { copyFrom, rawLibsodium, sodiumMemory, withScratch } from './sodium';

/*
 * A frame is what envelopes and exported keysets have in common:
 *
 *   header(h) | commitment(32) | nonce(24) | ciphertext(n) | tag(16)
 *
 * The header says which key is meant and is bound as associated data. All lengths in bytes;
 * docs/format.md has every byte. Nothing here may change without a new format version.
 */
const COMMITMENT_BYTES = 32;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;
const ENCRYPTION_SUBKEY = 1;
const COMMITMENT_SUBKEY = 2;
/** What a frame adds to its header and its padded value. */
const AROUND_BYTES = COMMITMENT_BYTES + NONCE_BYTES + LENGTH_BYTES + TAG_BYTES;

/** A key made ready to seal frames of one purpose that begin with one header. */
export interface FrameKey {
	readonly header: Uint8Array;
	/** Purpose and header: the first fields of the associated data. */
	readonly bound: Uint8Array;
	/** encryption(32) | commitment(32) */
	readonly subkeys: Uint8Array;
}

/** What a frame is for: a name for the associated data, and 8 characters for the key derivation. */
export interface Purpose {
	readonly name: string;
	readonly kdfContext: string;
}

/** Makes a 32-byte secret key ready, so that sealing with it derives nothing. */
export function frameKey(purpose: Purpose, header: Uint8Array, key: Uint8Array): FrameKey {
	const subkeys = new Uint8Array(2 * KEY_BYTES);
	for (const [index, id] of [ENCRYPTION_SUBKEY, COMMITMENT_SUBKEY].entries()) {
		subkeys.set(deriveSubkey(key, id, purpose.kdfContext, KEY_BYTES), index * KEY_BYTES);
	}
	return { header, bound: encodeFields([purpose.name, header]), subkeys };
}

/**
 * Seals one value and returns the frame as base64url.
 *
 * 1. write header, nonce and padded value where the frame will be
 * 2. commit to key, nonce and associated data
 * 3. encrypt in place
 *
 * @param nonce - 24 bytes, never used with this key before; only test vectors choose it themselves
 */
export function sealFrame(
	key: FrameKey,
	context: readonly string[],
	value: string | Uint8Array,
	nonce: Uint8Array,
): string {
	const length = valueBytes(value);
	const size = paddedBytes(length);
	return withScratch(scratchBytes(key.header.length, size, context), (at) => {
		const memory = sodiumMemory();
		const place = placesFrom(at, key.header.length, size);
		memory.set(key.header, place.header);
		memory.set(nonce, place.nonce);
		memory.writeUInt32BE(length, place.body);
		writeValue(value, memory, place.body + LENGTH_BYTES);
		place.associatedEnd = writeAssociated(key, context, nonce, memory, place);
		commit(place, place.commitment);
		encrypt(place);
		return memory.toString('base64url', place.header, place.end);
	});
}

/**
 * Opens a frame, or answers `null`: wrong key, wrong context and altered bytes alike. The caller
 * must not be able to tell them apart, so every check runs every time.
 *
 * @param keyOf - finds the key for the header at an address of `memory`, or throws
 * @throws SealboxError `ERR_ENVELOPE_MALFORMED` when the text is no frame, before `keyOf` is asked
 */
export function openFrame(
	text: string,
	headerBytes: number,
	context: readonly string[],
	keyOf: (memory: Buffer, at: number) => FrameKey,
): Uint8Array | null {
	const size = Math.floor((text.length * 3) / 4) - headerBytes - AROUND_BYTES;
	if (!isPaddedSize(size)) throw malformed(text);
	return withScratch(scratchBytes(headerBytes, size, context), (at) => {
		const memory = sodiumMemory();
		const place = placesFrom(at, headerBytes, size);
		decodeStrictly(text, memory, place.header, place.end);
		const key = keyOf(memory, place.header);
		const nonce = memory.subarray(place.nonce, place.body);
		place.associatedEnd = writeAssociated(key, context, nonce, memory, place);
		commit(place, place.expected);
		const isCommitted = areEqual(place.expected, place.commitment);
		const isAuthentic = decrypt(place);
		return isCommitted && isAuthentic ? unpadded(memory, place.body, size) : null;
	});
}

/** Purpose and header as associated data are short; see {@link Purpose} and the two headers. */
const MAX_BOUND_BYTES = 128;
const BEFORE_FRAME_BYTES = 3 * KEY_BYTES;

const scratchBytes = (headerBytes: number, size: number, context: readonly string[]): number =>
	BEFORE_FRAME_BYTES +
	(headerBytes + AROUND_BYTES + size) +
	(NONCE_BYTES + MAX_BOUND_BYTES + fieldsBytes(context));

/** Addresses in the scratch block: two subkeys, the expected commitment, the frame, what it commits to. */
function placesFrom(at: number, headerBytes: number, size: number) {
	const header = at + BEFORE_FRAME_BYTES;
	const commitment = header + headerBytes;
	const nonce = commitment + COMMITMENT_BYTES;
	const body = nonce + NONCE_BYTES;
	const tag = body + LENGTH_BYTES + size;
	const end = tag + TAG_BYTES;
	return {
		encryptionKey: at,
		commitmentKey: at + KEY_BYTES,
		expected: at + 2 * KEY_BYTES,
		header,
		commitment,
		nonce,
		body,
		tag,
		end,
		/** A copy of the nonce, right before the associated data: together they are committed to. */
		committed: end,
		associated: end + NONCE_BYTES,
		associatedEnd: end + NONCE_BYTES,
	};
}

type Places = ReturnType<typeof placesFrom>;

/** Lays out the subkeys and nonce | purpose | header | context; returns the address after it. */
function writeAssociated(
	key: FrameKey,
	context: readonly string[],
	nonce: Uint8Array,
	memory: Buffer,
	place: Places,
): number {
	memory.set(key.subkeys, place.encryptionKey);
	memory.set(nonce, place.committed);
	memory.set(key.bound, place.associated);
	return writeFields(context, memory, place.associated + key.bound.length);
}

/**
 * Keyed BLAKE2b-256 over nonce and associated data. XChaCha20-Poly1305 alone commits to neither its
 * key nor its associated data: one ciphertext can be made to open under two keys.
 */
function commit(place: Places, at: number): void {
	const bytes = place.associatedEnd - place.committed;
	const raw = rawLibsodium();
	raw._crypto_generichash(
		...[at, COMMITMENT_BYTES, place.committed, bytes, 0, place.commitmentKey, KEY_BYTES],
	);
}

function encrypt(place: Places): void {
	const [message, messageBytes] = [place.body, place.tag - place.body];
	const associatedBytes = place.associatedEnd - place.associated;
	rawLibsodium()._crypto_aead_xchacha20poly1305_ietf_encrypt(
		place.body,
		0,
		message,
		messageBytes,
		0,
		place.associated,
		associatedBytes,
		0,
		0,
		place.nonce,
		place.encryptionKey,
	);
}

function decrypt(place: Places): boolean {
	const associatedBytes = place.associatedEnd - place.associated;
	const failed = rawLibsodium()._crypto_aead_xchacha20poly1305_ietf_decrypt(
		place.body,
		0,
		0,
		place.body,
		place.end - place.body,
		0,
		place.associated,
		associatedBytes,
		0,
		place.nonce,
		place.encryptionKey,
	);
	return failed === 0;
}

const areEqual = (a: number, b: number): boolean => rawLibsodium()._crypto_verify_32(a, b) === 0;

/** The value in memory of its own, or `null` when the padding is not what sealing writes. */
function unpadded(memory: Buffer, at: number, size: number): Uint8Array | null {
	const length = memory.readUInt32BE(at);
	if (!isWellPadded(memory, at, size, length)) return null;
	return copyFrom(at + LENGTH_BYTES, length);
}

function writeValue(value: string | Uint8Array, memory: Buffer, at: number): void {
	if (typeof value === 'string') memory.write(value, at, 'utf8');
	else memory.set(value, at);
}

/** Decoders accept several spellings of the same bytes; comparing with our own spelling allows one. */
function decodeStrictly(text: string, memory: Buffer, at: number, end: number): void {
	memory.write(text, at, end - at, 'base64url');
	if (memory.toString('base64url', at, end) !== text) throw malformed(text);
}

const malformed = (text: string): SealboxError =>
	new SealboxError(
		'ERR_ENVELOPE_MALFORMED',
		`This is not sealed text as a whole: ${text.length} characters that do not fit the format. ` +
			'Something may have been cut off or changed on the way.',
	);
