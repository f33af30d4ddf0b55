import { isSealboxError, type SealboxErrorCode } from '../../src/sealing/error';

/** A value that must never appear in a message. */
export const CANARY = 'cAn4ry-7f3Q9zLw2XbV6nRt8KpYs5Md1';

/** Runs what must be refused and returns the sentence; fails when nothing is thrown. */
export async function refusal(run: () => unknown, code: SealboxErrorCode): Promise<string> {
	try {
		await run();
	} catch (error) {
		if (!isSealboxError(error)) throw error;
		expect(error.code).toBe(code);
		expect(error.message).not.toContain(CANARY);
		expect(error.cause).toBeUndefined();
		return error.message;
	}
	throw new Error(`expected ${code}, but nothing was thrown`);
}
