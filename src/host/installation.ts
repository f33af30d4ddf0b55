import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deriveHostKey } from './derivedKey';

/** The environment of n8n, or of a command that has to find what n8n finds. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where n8n keeps its settings, its database and its nodes. */
export function n8nFolder(env: Environment): string {
	const home = process.platform === 'win32' ? env.USERPROFILE : env.HOME;
	return join(env.N8N_USER_FOLDER ?? home ?? process.cwd(), '.n8n');
}

/** Where every process of an n8n on this machine keeps its part of the audit trail. */
export const auditFolderIn = (folder: string): string => join(folder, 'sealbox', 'audit');

/** The key of the audit trail, 32 secret bytes. @param encryptionKey - n8n's; secret */
export const auditKeyFrom = (encryptionKey: string): Uint8Array =>
	deriveHostKey(encryptionKey, 'sealbox/audit/v1');

/**
 * The encryption key that an n8n with this environment uses: `N8N_ENCRYPTION_KEY`, the file that
 * `N8N_ENCRYPTION_KEY_FILE` names, or n8n's settings file. `null` when there is none that can be read.
 */
export function encryptionKeyOrNull(env: Environment): string | null {
	const given = env.N8N_ENCRYPTION_KEY ?? textOrNull(env.N8N_ENCRYPTION_KEY_FILE);
	const key = given === null ? null : unquoted(given);
	return key || settingsKeyOrNull(n8nFolder(env));
}

/** n8n takes white space and a pair of quotes off what its environment says. */
const unquoted = (text: string): string => text.trim().replace(/^(['"])(.*)\1$/, '$2');

function settingsKeyOrNull(folder: string): string | null {
	const text = textOrNull(join(folder, 'config'));
	const settings = text === null ? null : objectOrNull(text);
	return typeof settings?.encryptionKey === 'string' ? settings.encryptionKey : null;
}

/** `null` for a file that is not there or not for this user to read. */
function textOrNull(path: string | undefined): string | null {
	if (!path) return null;
	try {
		return readFileSync(path, 'utf8');
	} catch {
		return null;
	}
}

/** `null` for what is no JSON: n8n refuses to start with it. */
function objectOrNull(text: string): { encryptionKey?: unknown } | null {
	try {
		return JSON.parse(text) as { encryptionKey?: unknown } | null;
	} catch {
		return null;
	}
}
