import { SealboxError } from './error';
import { assertContext } from './fields';
import { openFrame, sealFrame } from './frame';
import { ENVELOPE, KEY_ID_AT, KEY_ID_BYTES } from './key';
import { openingKey, primaryKey, type Keyset } from './keyset';
import { freshNonce } from './random';

/** Every envelope begins with this; the rest is one frame in base64url. */
const PREFIX = 'sealbox.';
/** Version, suite and flags are three bytes, so four characters of their own. */
const VERSION_1 = Buffer.of(ENVELOPE.version, ENVELOPE.suite, ENVELOPE.flags).toString('base64url');

/**
 * Seals a value with the primary key and returns an envelope of plain characters `[A-Za-z0-9._-]`.
 *
 * The same value gives another envelope each time, and values up to 256 bytes give envelopes of the
 * same length.
 *
 * @param plaintext - secret; at most 16 MiB; text is sealed as UTF-8
 * @param context - public; what the value belongs to, for instance record and field. Opening needs
 *   the same list. At most 64 fields and 16,384 characters.
 * @throws {@link SealboxError} `ERR_VALUE_INVALID` when the value is too long or not valid Unicode
 * @see docs/format.md
 */
export function seal(
	plaintext: string | Uint8Array,
	keyset: Keyset,
	context: readonly string[],
): string {
	return sealWithNonce(plaintext, keyset, context, freshNonce());
}

/**
 * Seals with a nonce of the caller's choice, for the frozen vectors. Two values sealed with one
 * nonce and key give each other away: nothing but tests may call this.
 */
export function sealWithNonce(
	plaintext: string | Uint8Array,
	keyset: Keyset,
	context: readonly string[],
	nonce: Uint8Array,
): string {
	assertContext(context);
	return PREFIX + sealFrame(primaryKey(keyset), context, plaintext, nonce);
}

/**
 * Opens an envelope with the key that it names; no other key is tried.
 *
 * @returns the sealed bytes, in memory that belongs to the caller
 * @throws {@link SealboxError} `ERR_ENVELOPE_MALFORMED` when the text is no envelope,
 *   `ERR_ENVELOPE_VERSION` when it is one of another version of the format, `ERR_KEY_UNKNOWN` when
 *   the keyset does not have its key or must not use it, `ERR_OPEN_FAILED` for a wrong key, a wrong
 *   context and altered bytes alike
 */
export function open(envelope: string, keyset: Keyset, context: readonly string[]): Uint8Array {
	assertContext(context);
	const frame = frameIn(envelope);
	const plaintext = openFrame(frame, ENVELOPE.headerBytes, context, (memory, at) => {
		const idAt = at + KEY_ID_AT;
		return openingKey(keyset, memory.toString('hex', idAt, idAt + KEY_ID_BYTES));
	});
	if (plaintext !== null) return plaintext;
	throw new SealboxError(
		'ERR_OPEN_FAILED',
		'This value could not be opened: it was not sealed by this key for this context, or it was altered since.',
	);
}

/**
 * Opens with whichever key the envelope names and seals again with the primary, for the same context.
 * @throws {@link SealboxError} as {@link open}
 */
export function reseal(envelope: string, keyset: Keyset, context: readonly string[]): string {
	const plaintext = open(envelope, keyset, context);
	try {
		return seal(plaintext, keyset, context);
	} finally {
		plaintext.fill(0);
	}
}

/** Whether a text looks like an envelope, of any version. Says nothing about whether it opens. */
export const isEnvelope = (text: unknown): text is string =>
	typeof text === 'string' && /^sealbox\.[A-Za-z0-9_-]+$/.test(text);

/** The envelope without its prefix, once its version is known to be ours. */
function frameIn(envelope: unknown): string {
	if (typeof envelope !== 'string' || !envelope.startsWith(PREFIX)) {
		throw new SealboxError(
			'ERR_ENVELOPE_MALFORMED',
			`This is not a sealed value: expected text that begins with "${PREFIX}".`,
		);
	}
	const frame = envelope.slice(PREFIX.length);
	if (frame.startsWith(VERSION_1)) return frame;
	throw unreadable(frame);
}

function unreadable(frame: string): SealboxError {
	const [version, suite, flags] = Buffer.from(frame.slice(0, VERSION_1.length), 'base64url');
	if (flags === undefined) {
		return new SealboxError(
			'ERR_ENVELOPE_MALFORMED',
			`The sealed value was cut off after ${frame.length} characters.`,
		);
	}
	return new SealboxError(
		'ERR_ENVELOPE_VERSION',
		`The value is sealed in format ${version}, suite ${suite}, flags ${flags}; this release reads ` +
			`format ${ENVELOPE.version}, suite ${ENVELOPE.suite}, flags ${ENVELOPE.flags}. ` +
			'Update Sealbox, or check that the text was not changed on the way.',
	);
}
