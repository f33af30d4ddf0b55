import { isSealboxError } from '../../src/sealing/error';

/** The code and sentence of a refusal; fails when nothing, or something else, was thrown. */
export function refusal(act: () => unknown): { code: string; message: string } {
	try {
		act();
	} catch (error) {
		if (isSealboxError(error)) return { code: error.code, message: error.message };
		throw error;
	}
	throw new Error('expected a refusal, but nothing was thrown');
}

/** The code of a refusal. */
export const codeOf = (act: () => unknown): string => refusal(act).code;
