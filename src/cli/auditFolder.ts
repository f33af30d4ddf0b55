import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { auditFolderIn, n8nFolder } from '../host/installation';
import { Refusal, type Call, type Terminal } from './command';

/** The folder that was named, or the one in which the guard of this n8n writes. */
export function auditFolderOf({ positionals: [named] }: Call, { env }: Terminal): string {
	const folder = named === undefined ? auditFolderIn(n8nFolder(env)) : resolve(named);
	if (existsSync(folder)) return folder;
	throw new Refusal(
		`There is no folder ${folder}. Name the folder of the audit trail, or set N8N_USER_FOLDER as n8n has it.`,
	);
}
