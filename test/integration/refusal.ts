import { inspect } from 'node:util';
import { isSealboxError, type SealboxError } from '../../src/sealing/error';

/**
 * The error that a connection must end with. It has to be ours, and no form of it may hold one of
 * the secrets.
 */
export async function refusal(work: Promise<unknown>, secrets: string[]): Promise<SealboxError> {
	const error = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (!isSealboxError(error)) throw new Error(`expected a refusal, got ${inspect(error)}`);
	const shown = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)} ${error.stack}`;
	for (const secret of secrets) expect(shown).not.toContain(secret);
	expect(error.cause).toBeUndefined();
	return error;
}
