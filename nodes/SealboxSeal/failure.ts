import { isSealboxError } from '../../src/sealing/error';

/** What may be told of an error. */
export interface Failure {
	readonly code: string;
	readonly message: string;
}

/** Only our own sentences are passed on: those of the host may quote an expression or its value. */
export const failureOf = (error: unknown): Failure =>
	isSealboxError(error)
		? { code: error.code, message: error.message }
		: {
				code: 'ERR_CREDENTIAL_INVALID',
				message:
					'The keys or parameters of this item could not be read. Select a Sealbox Sealing Keys credential, and check that expressions resolve.',
			};
