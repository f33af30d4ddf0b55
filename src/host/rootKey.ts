import { readFileSync } from 'node:fs';
import { SealboxError } from '../sealing/error';
import type { State } from '../state/state';
import { deriveHostKey } from './derivedKey';
import { encryptionKeyOrNull, type Environment } from './installation';

/** What everything is sealed with that Sealbox itself keeps: tokens of services, first answers of webhooks. */
export interface RootKey {
	/** Public; tells one root key from another: 16 hexadecimal digits. */
	readonly id: string;
	readonly source: RootKeySource;
	/**
	 * A 32-byte secret key for one purpose. Await `ready` of `src/sealing/sodium` before.
	 *
	 * @param domain - public, for example `sealbox/token/v1`
	 */
	derive(domain: string): Uint8Array;
}

export type RootKeySource = 'SEALBOX_ROOT_KEY_FILE' | 'SEALBOX_ROOT_KEY' | "n8n's encryption key";

const SHORTEST = 32;
const ID_DOMAIN = 'sealbox/root-key-id/v1';
const ID_BYTES = 8;

/** The package may be loaded twice in one process, and the variable is there once. */
const TAKEN = Symbol.for('sealbox.rootKey.v1');
type Process = typeof globalThis & { [TAKEN]?: () => string };

/**
 * Takes `SEALBOX_ROOT_KEY` out of the environment of this process, so that neither an expression nor a
 * process that is started later finds it there.
 */
export function takeRootKey(env: Record<string, string | undefined>): void {
	const given = env.SEALBOX_ROOT_KEY;
	if (given === undefined) return;
	delete env.SEALBOX_ROOT_KEY;
	(globalThis as Process)[TAKEN] = () => given;
}

/**
 * The root key of this n8n: what `SEALBOX_ROOT_KEY_FILE` or `SEALBOX_ROOT_KEY` gives, at least 32 characters;
 * otherwise n8n's own encryption key, which every process has. Await `ready` of `src/sealing/sodium` before.
 *
 * @throws SealboxError `ERR_KEY_INVALID` when the one that is asked for cannot be read or is too short, and
 *   when there is none at all
 */
export function rootKeyOf(env: Environment): RootKey {
	const { source, text } = chosen(env);
	const derive = (domain: string) => deriveHostKey(text, domain);
	return { id: hex(derive(ID_DOMAIN).subarray(0, ID_BYTES)), source, derive };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function chosen(env: Environment): { source: RootKeySource; text: string } {
	const path = env.SEALBOX_ROOT_KEY_FILE;
	if (path) return checked('SEALBOX_ROOT_KEY_FILE', fileOrNull(path));
	const given = env.SEALBOX_ROOT_KEY ?? (globalThis as Process)[TAKEN]?.();
	if (given !== undefined) return checked('SEALBOX_ROOT_KEY', given);
	const text = encryptionKeyOrNull(env);
	if (text !== null) return { source: "n8n's encryption key", text };
	throw new SealboxError(
		'ERR_KEY_INVALID',
		"n8n's encryption key was not found, and what Sealbox keeps is sealed with it. Set N8N_ENCRYPTION_KEY, let this process read the settings file of n8n, or set SEALBOX_ROOT_KEY_FILE.",
	);
}

function checked(source: RootKeySource, given: string | null) {
	if (given === null) {
		const file = `${source} names a file that cannot be read. Let the user that runs n8n read it.`;
		throw new SealboxError('ERR_KEY_INVALID', file);
	}
	const text = given.trim();
	if (text.length >= SHORTEST) return { source, text };
	throw new SealboxError(
		'ERR_KEY_INVALID',
		`${source} has fewer than ${SHORTEST} characters. Make one with: openssl rand -base64 32`,
	);
}

/** `null` for a file that is not there or not for this user to read. */
function fileOrNull(path: string): string | null {
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}

/** The record in which the store says whose key seals what is in it. */
export const ROOT_KEY_RECORD = 'root-key';

/**
 * Notes the id of the root key in a store that has none yet.
 *
 * @throws SealboxError `ERR_KEY_UNKNOWN` when the store belongs to another root key: what is in it could not be
 *   opened, and other processes could not open what this one puts there
 */
export async function claimStore(state: State, { id, source }: RootKey): Promise<void> {
	const noted = await state.read(ROOT_KEY_RECORD);
	if (noted?.value === id) return;
	if (noted === null) {
		const written = await state.swap({ key: ROOT_KEY_RECORD, expected: 0, value: id });
		if (written !== null) return;
		if ((await state.read(ROOT_KEY_RECORD))?.value === id) return;
	}
	throw new SealboxError(
		'ERR_KEY_UNKNOWN',
		`What Sealbox keeps was sealed with another root key than the one of this process, which is ${source} (id ${id}; the store has ${noted?.value ?? 'another'}). Give every process of this n8n the same SEALBOX_ROOT_KEY_FILE or N8N_ENCRYPTION_KEY. Where the former key is lost: sealbox state forget`,
	);
}
