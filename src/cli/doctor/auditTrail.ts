import { existsSync } from 'node:fs';
import { verifyTrail } from '../../audit/verify';
import {
	auditFolderIn,
	auditKeyFrom,
	encryptionKeyOrNull,
	n8nFolder,
	type Environment,
} from '../../host/installation';
import { ready } from '../../sealing/sodium';
import { fine, problem, type Finding } from './finding';

/** Whether the audit trail is sound. */
export async function* examineTrail(env: Environment): AsyncGenerator<Finding> {
	const key = encryptionKeyOrNull(env);
	const folder = auditFolderIn(n8nFolder(env));
	if (key === null || !existsSync(folder)) return;
	await ready;
	const reports = await verifyTrail(folder, auditKeyFrom(key));
	const events = reports.reduce((sum, report) => sum + report.events, 0);
	const unsound = reports.filter(({ finding }) => finding !== undefined);
	yield unsound.length === 0
		? fine(`The audit trail is sound (chains: ${reports.length}, events: ${events}).`)
		: problem(
				'The audit trail is not sound.',
				...unsound.map(({ process, finding }) => `${process}: ${finding?.sentence}`),
				'See: sealbox audit verify',
			);
}
