import { dirname, resolve, sep } from 'node:path';
import { encryptionKeyOrNull, n8nFolder, type Environment } from '../../host/installation';
import { rootKeyOf } from '../../host/rootKey';
import { ready } from '../../sealing/sodium';
import { isSealboxError } from '../../sealing/error';
import { fine, problem, type Finding } from './finding';

const MAKE = 'Keep it in a file elsewhere, and name that in SEALBOX_ROOT_KEY_FILE.';

/** What Sealbox seals its own records with, and whether key and records would be lost together. */
export async function* examineRootKey(env: Environment): AsyncGenerator<Finding> {
	await ready;
	const isAsked = Boolean(env.SEALBOX_ROOT_KEY_FILE ?? env.SEALBOX_ROOT_KEY);
	// That n8n's own key is missing was said already.
	if (!isAsked && encryptionKeyOrNull(env) === null) return;
	yield attempt(() => {
		const { source, id } = rootKeyOf(env);
		return source === 'SEALBOX_ROOT_KEY_FILE' && isIn(n8nFolder(env), env[source] ?? '')
			? problem('The root key lies in the folder of n8n, beside what it seals.', MAKE)
			: fine(`What Sealbox keeps is sealed with ${source} (id ${id}).`);
	});
}

function attempt(examine: () => Finding): Finding {
	try {
		return examine();
	} catch (error) {
		return problem(isSealboxError(error) ? error.message : 'The root key cannot be used.');
	}
}

const isIn = (folder: string, path: string): boolean =>
	`${dirname(resolve(path))}${sep}`.startsWith(`${resolve(folder)}${sep}`);
