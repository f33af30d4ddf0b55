import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { SealboxError } from './error';

/*
 * Fernet, for values that come from elsewhere (github.com/fernet/spec, Spec.md):
 *
 *   version 0x80(1) | time in seconds, big-endian(8) | iv(16) | AES-128-CBC with PKCS#7(16 n) | HMAC-SHA256(32)
 *
 * key = signing(16) | encryption(16), base64url. Sealbox reads this format and never writes it:
 * it has no associated data, and its key is half as long as ours.
 */
const VERSION = 0x80;
const TIME_AT = 1;
const IV_AT = 9;
const CIPHERTEXT_AT = 25;
const MAC_BYTES = 32;
const BLOCK_BYTES = 16;
const LEAST_BYTES = CIPHERTEXT_AT + BLOCK_BYTES + MAC_BYTES;
const HALF_KEY_BYTES = 16;
/** Spec: how far the clock of the machine that made the token may be ahead. */
const MAX_SKEW_SECONDS = 60;

/** Limits in time. Without `now` a token is taken whatever its age, as an import wants it. */
export interface FernetOptions {
	/** Milliseconds since the Unix epoch; a token from more than 60 s after it is refused. */
	now?: () => number;
	/** Refuses a token older than this; needs `now`. */
	ttlSeconds?: number;
}

/**
 * Opens a Fernet token.
 *
 * @param token - base64url with padding, as the specification writes it
 * @param key - secret; 32 bytes in base64url
 * @returns the plaintext bytes, in memory that belongs to the caller
 * @throws {@link SealboxError} `ERR_KEY_INVALID` when the key is not 32 bytes of base64url;
 *   `ERR_OPEN_FAILED`, one text, for everything that is wrong with the token
 */
export function openFernet(token: string, key: string, options: FernetOptions = {}): Uint8Array {
	const keyBytes = strictBase64url(key);
	if (keyBytes?.length !== 2 * HALF_KEY_BYTES) {
		throw new SealboxError(
			'ERR_KEY_INVALID',
			`A Fernet key has 32 bytes in base64url (44 characters), got ${String(key).length} characters.`,
		);
	}
	if (options.ttlSeconds !== undefined && options.now === undefined) {
		throw new TypeError('options.now: expected a clock, because ttlSeconds is given');
	}
	const plaintext = openOrNull(token, keyBytes, options);
	if (plaintext !== null) return plaintext;
	throw new SealboxError(
		'ERR_OPEN_FAILED',
		'This is not a Fernet token of this key, or it was altered since, or its time has passed.',
	);
}

/** In this order: alphabet, length, version, signature, time, and only then decryption. */
function openOrNull(token: unknown, key: Buffer, options: FernetOptions): Uint8Array | null {
	const bytes = strictBase64url(token);
	if (bytes === null || bytes.length < LEAST_BYTES) return null;
	if ((bytes.length - LEAST_BYTES) % BLOCK_BYTES !== 0 || bytes[0] !== VERSION) return null;
	if (!isSigned(bytes, key.subarray(0, HALF_KEY_BYTES))) return null;
	if (!isTimely(Number(bytes.readBigUInt64BE(TIME_AT)), options)) return null;
	return decryptedOrNull(bytes, key.subarray(HALF_KEY_BYTES));
}

function isSigned(bytes: Buffer, signingKey: Buffer): boolean {
	const expected = createHmac('sha256', signingKey).update(bytes.subarray(0, -MAC_BYTES)).digest();
	return timingSafeEqual(expected, bytes.subarray(-MAC_BYTES));
}

function isTimely(madeAtSeconds: number, { now, ttlSeconds }: FernetOptions): boolean {
	if (now === undefined) return true;
	const ageSeconds = now() / 1000 - madeAtSeconds;
	if (Number.isNaN(ageSeconds) || ageSeconds < -MAX_SKEW_SECONDS) return false;
	return ttlSeconds === undefined || ageSeconds <= ttlSeconds;
}

/** `null` means wrong padding: signed with the right key all the same, so its maker made a mistake. */
function decryptedOrNull(bytes: Buffer, encryptionKey: Buffer): Uint8Array | null {
	const decipher = createDecipheriv(
		'aes-128-cbc',
		encryptionKey,
		bytes.subarray(IV_AT, CIPHERTEXT_AT),
	);
	const start = decipher.update(bytes.subarray(CIPHERTEXT_AT, -MAC_BYTES));
	try {
		return Uint8Array.from(Buffer.concat([start, decipher.final()]));
	} catch {
		return null;
	}
}

/** Node's decoder skips what it does not know; only text that it would write itself is taken. */
function strictBase64url(text: unknown): Buffer | null {
	if (typeof text !== 'string') return null;
	const bytes = Buffer.from(text, 'base64url');
	const canonical = bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
	return canonical === text ? bytes : null;
}
