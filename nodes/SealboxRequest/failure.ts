import {
	NodeApiError,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { Fault } from '../../src/http/fault';
import { StatusError } from '../../src/http/status';
import { nameOf } from '../../src/http/target';
import { isSealboxError } from '../../src/sealing/error';

/** What may be told of an error: a code, a sentence, and the status if there was one. */
export interface Failure {
	readonly code: string;
	readonly message: string;
	readonly status?: number;
}

/** Host errors whose sentence is about a parameter of the node, written before anything was sent. */
const ABOUT_PARAMETERS = new Set(['ExpressionError', 'NodeOperationError', 'UserError']);

/** Drops what an error carries, and keeps what it says. */
export function failureOf(error: unknown, request?: { method: string; url: URL }): Failure {
	if (error instanceof StatusError) {
		return { code: error.code, message: error.message, status: error.status };
	}
	if (isSealboxError(error)) return { code: error.code, message: error.message };
	if (error instanceof Fault) {
		const subject = request === undefined ? 'The service' : nameOf(request.method, request.url);
		return { code: 'ERR_REQUEST_FAILED', message: `${subject} ${error.sentence}` };
	}
	const name = (error as Error | undefined)?.constructor?.name ?? '';
	const isOurs = ABOUT_PARAMETERS.has(name);
	return {
		code: 'ERR_REQUEST_FAILED',
		message: isOurs ? (error as Error).message : `The request could not be made (${name}).`,
	};
}

/** A failed item, for a node that continues on errors: nothing but what may be shown. */
export const failedItem = ({ code, message }: Failure, item: number): INodeExecutionData => ({
	json: { error: { code, message } },
	pairedItem: { item },
});

/** The error of a node that stops, made of text only. */
export function nodeError(context: IExecuteFunctions, failure: Failure, itemIndex: number): Error {
	const { code, message, status } = failure;
	const isAnswer = code === 'ERR_RESPONSE_STATUS' || code === 'ERR_REQUEST_FAILED';
	const options = { message, description: `Code: ${code}`, itemIndex };
	if (!isAnswer) return new NodeOperationError(context.getNode(), message, options);
	const httpCode = status === undefined ? {} : { httpCode: String(status) };
	return new NodeApiError(context.getNode(), {}, { ...options, ...httpCode });
}
