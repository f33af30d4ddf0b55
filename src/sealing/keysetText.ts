import { SealboxError } from './error';
import { KEY_BYTES, frameKey, openFrame, sealFrame, type FrameKey, type Purpose } from './frame';
import { KEY_ID_BYTES, makeKey, type Key, type KeyStatus } from './key';
import { Keyset, keysIn } from './keyset';
import { COST, SALT_BYTES, isBearable, stretch, type Cost } from './passphrase';
import { freshNonce, randomBytes } from './random';

/** What wraps a keyset outside of Sealbox: a passphrase that a person keeps, or a 32-byte key. */
export type Wrapping = { readonly passphrase: string } | { readonly key: Uint8Array };

/** Every exported keyset begins with this; the rest is one frame in base64url. */
const PREFIX = 'sealbox-keyset.';
const PURPOSE: Purpose = { name: 'sealbox/keyset/v1', kdfContext: 'sbx-wrap' };

/*
 * Header: version(1) | suite(1) | wrapping(1), and for a passphrase also
 *         passes(4) | memory in KiB(4) | salt(16), numbers big-endian.
 * Value:  keys, each status(1) | id(16) | key(32), the primary first.
 */
const VERSION = 1;
const SUITE = 1;
const BY_PASSPHRASE = 1;
const BY_KEY = 2;
const START_BYTES = 3;
const SALT_AT = START_BYTES + 8;
const PASSPHRASE_HEADER_BYTES = SALT_AT + SALT_BYTES;
const ENTRY_BYTES = 1 + KEY_ID_BYTES + KEY_BYTES;
const STATUSES: readonly KeyStatus[] = ['enabled', 'disabled', 'destroyed'];

/**
 * Writes a keyset as text that only the passphrase or key opens, for safe keeping or another machine.
 *
 * @param wrapping - secret; a passphrase goes through Argon2id (64 MiB, 3 passes; blocks for about
 *   0.2 s), a key has 32 bytes
 * @throws {@link SealboxError} `ERR_KEY_INVALID` for an empty passphrase or a key of another length
 * @see docs/format.md, "Exported keyset"
 */
export function exportKeyset(keyset: Keyset, wrapping: Wrapping): string {
	return exportKeysetWith(keyset, wrapping, randomBytes(SALT_BYTES), freshNonce());
}

/** Exports with a salt and nonce of the caller's choice, for the frozen vectors; only tests may. */
export function exportKeysetWith(
	keyset: Keyset,
	wrapping: Wrapping,
	salt: Uint8Array,
	nonce: Uint8Array,
): string {
	const header = 'passphrase' in wrapping ? passphraseHeader(COST, salt) : keyHeader();
	const value = Buffer.concat([...keysIn(keyset).values()].map(entryOf));
	try {
		return PREFIX + sealFrame(wrappingKey(header, wrapping), [], value, nonce);
	} finally {
		value.fill(0);
	}
}

/**
 * Reads what {@link exportKeyset} wrote.
 *
 * @throws {@link SealboxError} `ERR_ENVELOPE_MALFORMED` when the text is no exported keyset or asks
 *   for absurd work, `ERR_ENVELOPE_VERSION` when it is of another version, `ERR_KEY_INVALID` when it
 *   needs the other kind of wrapping, `ERR_OPEN_FAILED` for a wrong passphrase or key and for
 *   altered bytes alike
 */
export function importKeyset(text: string, wrapping: Wrapping): Keyset {
	const frame = frameIn(text);
	const header = headerIn(frame);
	const key = wrappingKey(header, wrapping);
	const value = openFrame(frame, header.length, [], () => key);
	if (value === null) {
		throw new SealboxError(
			'ERR_OPEN_FAILED',
			'The keyset could not be opened: the passphrase or key is another one, or the text was altered since.',
		);
	}
	try {
		return keysetFrom(value);
	} finally {
		value.fill(0);
	}
}

function entryOf({ id, status, bytes }: Key): Buffer {
	const code = STATUSES.indexOf(status) + 1;
	return Buffer.concat([Buffer.of(code), Buffer.from(id, 'hex'), bytes ?? Buffer.alloc(KEY_BYTES)]);
}

/** Authenticated already, so anything odd was written by a faulty program that had the key. */
function keysetFrom(value: Uint8Array): Keyset {
	const count = value.length / ENTRY_BYTES;
	if (!Number.isInteger(count) || count === 0) throw unknownKeys();
	const keys = Array.from({ length: count }, (_, index) =>
		keyFrom(value.subarray(index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES)),
	);
	return new Keyset(keys[0].id, keys);
}

function keyFrom(entry: Uint8Array): Key {
	const status = STATUSES[entry[0] - 1];
	if (status === undefined) throw unknownKeys();
	const id = Buffer.from(entry.subarray(1, 1 + KEY_ID_BYTES)).toString('hex');
	return makeKey(id, status, entry.slice(1 + KEY_ID_BYTES));
}

const unknownKeys = (): SealboxError =>
	new SealboxError(
		'ERR_KEY_INVALID',
		'The keyset holds something that this release does not know.',
	);

function passphraseHeader({ passes, memoryKib }: Cost, salt: Uint8Array): Uint8Array {
	const header = new Uint8Array(PASSPHRASE_HEADER_BYTES);
	header.set([VERSION, SUITE, BY_PASSPHRASE]);
	const numbers = new DataView(header.buffer);
	numbers.setUint32(START_BYTES, passes);
	numbers.setUint32(START_BYTES + 4, memoryKib);
	header.set(salt, SALT_AT);
	return header;
}

const keyHeader = (): Uint8Array => Uint8Array.of(VERSION, SUITE, BY_KEY);

function frameIn(text: unknown): string {
	const trimmed = typeof text === 'string' ? text.trim() : '';
	if (trimmed.startsWith(PREFIX)) return trimmed.slice(PREFIX.length);
	throw malformed(`expected text that begins with "${PREFIX}"`);
}

function headerIn(frame: string): Uint8Array {
	const start = Buffer.from(frame.slice(0, 4 * PASSPHRASE_HEADER_BYTES), 'base64url');
	const [version, suite, wrapping] = start;
	if (wrapping === undefined) throw malformed('it was cut off');
	if (version !== VERSION || suite !== SUITE || ![BY_PASSPHRASE, BY_KEY].includes(wrapping)) {
		throw new SealboxError(
			'ERR_ENVELOPE_VERSION',
			`The keyset is in format ${version}, suite ${suite}, wrapping ${wrapping}, which this release does not read.`,
		);
	}
	return Uint8Array.from(
		start.subarray(0, wrapping === BY_KEY ? START_BYTES : PASSPHRASE_HEADER_BYTES),
	);
}

function wrappingKey(header: Uint8Array, wrapping: Wrapping): FrameKey {
	if (header[2] === BY_KEY) return frameKey(PURPOSE, header, givenKey(wrapping));
	const passphrase = givenPassphrase(wrapping);
	const bytes = stretch(passphrase, header.subarray(SALT_AT), costIn(header));
	try {
		return frameKey(PURPOSE, header, bytes);
	} finally {
		bytes.fill(0);
	}
}

function givenKey(wrapping: Wrapping): Uint8Array {
	const key = 'key' in wrapping ? wrapping.key : undefined;
	if (!(key instanceof Uint8Array)) {
		throw new SealboxError(
			'ERR_KEY_INVALID',
			'This keyset is wrapped by a key, not by a passphrase.',
		);
	}
	if (key.length === KEY_BYTES) return key;
	throw new SealboxError(
		'ERR_KEY_INVALID',
		`The wrapping key has to have ${KEY_BYTES} bytes, got ${key.length}.`,
	);
}

function givenPassphrase(wrapping: Wrapping): string {
	if ('passphrase' in wrapping) return wrapping.passphrase;
	throw new SealboxError(
		'ERR_KEY_INVALID',
		'This keyset is wrapped by a passphrase, not by a key.',
	);
}

function costIn(header: Uint8Array): Cost {
	const numbers = new DataView(header.buffer, header.byteOffset);
	const cost = {
		passes: numbers.getUint32(START_BYTES),
		memoryKib: numbers.getUint32(START_BYTES + 4),
	};
	if (isBearable(cost)) return cost;
	throw malformed(
		`it asks for ${cost.passes} passes over ${cost.memoryKib} KiB, which no release writes`,
	);
}

const malformed = (why: string): SealboxError =>
	new SealboxError('ERR_ENVELOPE_MALFORMED', `This is not an exported keyset: ${why}.`);
