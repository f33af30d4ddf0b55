import { SealboxError } from './error';
import { KEY_BYTES, type FrameKey } from './frame';
import { KEY_ID_BYTES, makeKey, type Key, type KeyStatus } from './key';
import { randomBytes } from './random';

/** What may be shown about a key. */
export interface KeyDescription {
	readonly id: string;
	readonly status: KeyStatus;
	readonly isPrimary: boolean;
}

const MAX_KEYS = 1000;
const KEY_ID = /^[0-9a-f]{32}$/;

let keysOf: (keyset: Keyset) => ReadonlyMap<string, Key>;

/**
 * Keys that may open, and the one among them that seals. Immutable: rotating, disabling and the
 * rest return another keyset. Its key material is in private fields, so that JSON, inspection,
 * spreading and cloning show ids and statuses at most.
 */
export class Keyset {
	readonly #keys: ReadonlyMap<string, Key>;

	/** The id of the key that seals. */
	readonly primaryId: string;

	static {
		keysOf = (keyset) => keyset.#keys;
	}

	/** @throws SealboxError `ERR_KEY_INVALID` unless ids are unique and the primary is enabled */
	constructor(primaryId: string, keys: readonly Key[]) {
		this.#keys = new Map(keys.map((key) => [key.id, key]));
		this.primaryId = primaryId;
		assertSound(primaryId, keys, this.#keys);
		Object.freeze(this);
	}

	/** Ids and statuses, the primary first, then from the newest to the oldest. */
	get keys(): readonly KeyDescription[] {
		return [...this.#keys.values()].map(({ id, status }) => ({
			id,
			status,
			isPrimary: id === this.primaryId,
		}));
	}

	toJSON(): { primaryId: string; keys: readonly KeyDescription[] } {
		return { primaryId: this.primaryId, keys: this.keys };
	}

	toString(): string {
		return `[keyset ${this.primaryId}]`;
	}

	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return this.toString();
	}
}

/** A keyset of one new random key. */
export function generateKeyset(): Keyset {
	const key = generateKey();
	return new Keyset(key.id, [key]);
}

/** Adds a new random primary. Earlier keys still open until they are disabled. */
export function rotateKeyset(keyset: Keyset): Keyset {
	const key = generateKey();
	return new Keyset(key.id, [key, ...keysIn(keyset).values()]);
}

/**
 * Stops a key from opening, until {@link enableKey}. Reseal what it sealed first.
 * @throws SealboxError `ERR_KEY_INVALID` for the primary: rotate first; `ERR_KEY_UNKNOWN`
 */
export const disableKey = (keyset: Keyset, keyId: string): Keyset =>
	withStatus(keyset, keyId, 'disabled');

/** Lets a disabled key open again. @throws SealboxError `ERR_KEY_UNKNOWN`, `ERR_KEY_INVALID` */
export const enableKey = (keyset: Keyset, keyId: string): Keyset =>
	withStatus(keyset, keyId, 'enabled');

/**
 * Forgets the bytes of a disabled key; what it sealed can never be opened again with this keyset.
 * Earlier exports still hold them.
 * @throws SealboxError `ERR_KEY_INVALID` unless the key is disabled; `ERR_KEY_UNKNOWN`
 */
export const destroyKey = (keyset: Keyset, keyId: string): Keyset =>
	withStatus(keyset, keyId, 'destroyed');

/** The keys with their bytes, the primary first. Not part of the public surface. */
export function keysIn(keyset: Keyset): ReadonlyMap<string, Key> {
	if (keyset instanceof Keyset) return keysOf(keyset);
	throw new TypeError('keyset: expected a keyset made by generateKeyset or importKeyset');
}

/** The key that seals. */
export const primaryKey = (keyset: Keyset): FrameKey => openingKey(keyset, keyset.primaryId);

/** The key of that id. @throws SealboxError `ERR_KEY_UNKNOWN` unless it is here and enabled */
export function openingKey(keyset: Keyset, keyId: string): FrameKey {
	const key = keysIn(keyset).get(keyId);
	if (key?.frames) return key.frames;
	const why = key === undefined ? 'is not in this keyset' : `is ${key.status}`;
	throw new SealboxError(
		'ERR_KEY_UNKNOWN',
		`The value was sealed with key ${keyId}, which ${why}.`,
	);
}

const generateKey = (): Key =>
	makeKey(
		Buffer.from(randomBytes(KEY_ID_BYTES)).toString('hex'),
		'enabled',
		randomBytes(KEY_BYTES),
	);

function withStatus(keyset: Keyset, keyId: string, status: KeyStatus): Keyset {
	const keys = keysIn(keyset);
	const key = keys.get(keyId);
	if (key === undefined) {
		throw new SealboxError('ERR_KEY_UNKNOWN', 'The keyset has no key of that id.');
	}
	assertMayBecome(status, key);
	const changed = makeKey(key.id, status, key.bytes);
	return new Keyset(
		keyset.primaryId,
		[...keys.values()].map((other) => (other === key ? changed : other)),
	);
}

function assertMayBecome(status: KeyStatus, key: Key): void {
	if (key.status === 'destroyed' && status !== 'destroyed') {
		throw invalid(`Key ${key.id} is destroyed; it cannot become ${status}.`);
	}
	if (key.status === 'enabled' && status === 'destroyed') {
		throw invalid(
			`Key ${key.id} is enabled. Disable it first, and destroy it when nothing is missed.`,
		);
	}
}

function assertSound(
	primaryId: string,
	list: readonly Key[],
	keys: ReadonlyMap<string, Key>,
): void {
	if (list.length > MAX_KEYS) throw invalid(`A keyset holds ${MAX_KEYS} keys at most.`);
	if (keys.size !== list.length) throw invalid('The keyset has two keys of the same id.');
	for (const key of list) assertKey(key);
	if (keys.get(primaryId)?.status !== 'enabled') {
		throw invalid('The primary key has to be enabled. Rotate first, then disable the earlier key.');
	}
}

function assertKey({ id, status, bytes }: Key): void {
	if (!KEY_ID.test(id)) throw invalid('A key id has to be 32 hex digits.');
	if (status === 'destroyed' ? bytes === null : bytes?.length === KEY_BYTES) return;
	throw invalid(`Key ${id} has to have ${KEY_BYTES} bytes, got ${bytes?.length ?? 0}.`);
}

const invalid = (sentence: string): SealboxError => new SealboxError('ERR_KEY_INVALID', sentence);
