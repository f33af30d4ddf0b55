import { tokenCredential } from '../../../sealing/sealedToken';
import type { Guard } from '../guard';
import { NOBODY } from '../tokens';
import { Family, newRun, type Run } from '../runs';
import { EVERYTHING } from '../runNeedles';
import type { FilePlace } from './places';
import { refusedFile, type SealedContent } from './sealedContent';

/**
 * Whether a file may be opened for someone who runs a workflow or answers for it: the conditions of
 * tokens. While a run goes on, its own files stay readable to it, whatever is deleted meanwhile.
 *
 * @throws OpeningRefused with the sentence that says why not
 */
export async function assertMayOpen(
	guard: Guard,
	{ workflowId, executionId }: FilePlace,
	{ header, index }: SealedContent,
): Promise<void> {
	const run = guard.runs.get(executionId) ?? newRun(workflowId, new Family(), executionId);
	if (header.workflow !== workflowId) throw refused(guard, run, 'foreign');
	await guard.parts.credentials.learn(new Set(header.secrets.map(([credential]) => credential)));
	for (const [i, [credential, field, via]] of header.secrets.entries()) {
		const isOwn = guard.runs.isActive(executionId) && run.family.credentials.has(credential);
		const reason = isOwn ? null : await guard.opener.whyClosed(run, credential, via);
		if (reason !== null) throw refused(guard, run, reason, credential, field);
		run.family.add([credential], via);
		if (field === EVERYTHING) run.family.tooMuch ??= credential;
		const value = index.values[i];
		if (typeof value === 'string') guard.needles.keep(run, { credential, field, value });
	}
}

function refused(
	guard: Guard,
	{ workflowId, executionId }: Run,
	reason: Parameters<typeof refusedFile>[0],
	credential?: string,
	field?: string,
) {
	const subject = { workflow: workflowId, execution: executionId, credential, reason };
	guard.parts.record('guard.refused', subject);
	return refusedFile(reason, credential ? tokenCredential(credential) : NOBODY, field);
}
