import { statSync } from 'node:fs';
import { join } from 'node:path';
import { encryptionKeyOrNull, n8nFolder, type Environment } from '../../host/installation';
import { fine, problem, type Finding } from './finding';

const OTHERS = 0o077;

/** Whether n8n's encryption key is there, and for its owner alone. */
export function* examineKey(env: Environment): Generator<Finding> {
	if (encryptionKeyOrNull(env) === null) {
		yield problem(
			"n8n's encryption key was not found.",
			'Run this as the user that runs n8n, with N8N_USER_FOLDER or N8N_ENCRYPTION_KEY as n8n has them.',
		);
		return;
	}
	yield fine("n8n's encryption key was found.");
	for (const path of [join(n8nFolder(env), 'config'), env.N8N_ENCRYPTION_KEY_FILE]) {
		const mode = path ? statSync(path, { throwIfNoEntry: false })?.mode : undefined;
		if (mode === undefined || process.platform === 'win32' || (mode & OTHERS) === 0) continue;
		yield problem(
			`${path} holds the encryption key and others on this machine may read it.`,
			`chmod 600 ${path}`,
		);
	}
}
