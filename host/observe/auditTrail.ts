import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The lines of the audit trail of an n8n, as far as they are written.
 *
 * @param userFolder - the folder in which n8n has its `.n8n`
 * @param chains - how the names of the chains begin that are read; all without it
 */
export function auditLines(userFolder: string, chains = ''): string[] {
	const folder = join(userFolder, '.n8n', 'sealbox', 'audit');
	// Files of turns come and go beside it.
	const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
	return names
		.filter((name) => name.startsWith(chains))
		.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
}
