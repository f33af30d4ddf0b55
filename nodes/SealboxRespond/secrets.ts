import type { IExecuteFunctions } from 'n8n-workflow';
import { runSecretsOrUndefined, type RunSecrets } from '../../src/host/runSecrets';
import { triggers } from '../../src/host/webhooks';
import { SealboxError } from '../../src/sealing/error';
import type { Answer, Content } from '../../src/webhooks/answer';

/** Larger files are not looked through in memory. */
const LONGEST_FILE_BYTES = 16 * 1024 * 1024;

const TAKEN_OUT =
	'The answer held a secret of this run, which was taken out. If the caller is to have it, set Let Secrets Out.';

/**
 * The answer as the caller may have it. Text and JSON lose the secrets of the run; a file that holds one is
 * not sent, because a file without some of its bytes is another file.
 *
 * @throws SealboxError `ERR_REVEAL_REFUSED` for such a file, and where the run cannot be searched
 */
export async function withoutSecrets(
	context: IExecuteFunctions,
	answer: Answer,
	isLetOut: boolean,
): Promise<Answer> {
	const secrets = runSecretsOrUndefined();
	if (secrets === undefined) return answer;
	if (!isLetOut) return await searched(context, answer, secrets);
	if (await holdsSome(context, answer, secrets)) record(context);
	return answer;
}

async function searched(
	context: IExecuteFunctions,
	answer: Answer,
	secrets: RunSecrets,
): Promise<Answer> {
	if (await isInFile(context, answer.content, secrets)) {
		throw new SealboxError(
			'ERR_REVEAL_REFUSED',
			'The file holds a secret of this run, or is too large to be searched for one. If the caller is to have it, set Let Secrets Out.',
		);
	}
	const text = textOf(answer);
	const hidden = secrets.hide(context.getExecutionId(), text);
	if (hidden === null) {
		throw new SealboxError(
			'ERR_REVEAL_REFUSED',
			'The secrets of this run cannot be searched for, so that its answer could hold one. If the caller is to have what it holds, set Let Secrets Out.',
		);
	}
	if (hidden === text) return answer;
	context.addExecutionHints({ message: TAKEN_OUT, type: 'warning', location: 'outputPane' });
	return { ...answer, ...hidden };
}

async function holdsSome(
	context: IExecuteFunctions,
	answer: Answer,
	secrets: RunSecrets,
): Promise<boolean> {
	const text = textOf(answer);
	return (
		secrets.hide(context.getExecutionId(), text) !== text ||
		(await isInFile(context, answer.content, secrets))
	);
}

/** Headers, and content that is no file. */
const textOf = ({ headers, content }: Answer): Partial<Answer> =>
	content.kind === 'json' || content.kind === 'text' ? { headers, content } : { headers };

async function isInFile(
	context: IExecuteFunctions,
	content: Content,
	secrets: RunSecrets,
): Promise<boolean> {
	if (content.kind === 'json' || content.kind === 'text') return false;
	const bytes = content.kind === 'bytes' ? content.bytes : await bytesOrNull(context, content.id);
	return bytes === null || secrets.isIn(context.getExecutionId(), bytes);
}

async function bytesOrNull({ helpers }: IExecuteFunctions, id: string): Promise<Buffer | null> {
	const { fileSize } = await helpers.getBinaryMetadata(id);
	if (fileSize > LONGEST_FILE_BYTES) return null;
	return await helpers.binaryToBuffer(await helpers.getBinaryStream(id));
}

/** Names and ids alone. */
function record(context: IExecuteFunctions): void {
	const subject = {
		workflow: context.getWorkflow().id,
		node: context.getNode().id,
		execution: context.getExecutionId(),
	};
	triggers().record({ type: 'webhook.secretAnswered', subject });
}
