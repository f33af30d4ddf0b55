import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import { isSealboxError } from '../src/sealing/error';

/** How the nodes whose credential opens a connection tell what went wrong. */

const UNREADABLE =
	'The credential could not be read. Check that one is selected and that its expressions resolve.';

/** Only our own sentences are passed on: those of the host may quote an expression or its value. */
export const sentenceOf = (error: unknown): string =>
	isSealboxError(error) ? error.message : UNREADABLE;

const codeOf = (error: unknown): string =>
	isSealboxError(error) ? error.code : 'ERR_CREDENTIAL_INVALID';

/** Keys that the host recognises, so that the item takes the error output where there is one. */
export const failedItem = (error: unknown, item: number): INodeExecutionData => ({
	json: { error: sentenceOf(error), details: { code: codeOf(error) } } as IDataObject,
	pairedItem: { item },
});

/** The error of a node that stops, made of text only. */
export const stopError = (context: IExecuteFunctions, error: unknown, itemIndex: number): Error =>
	new NodeOperationError(context.getNode(), sentenceOf(error), {
		description: `Code: ${codeOf(error)}`,
		itemIndex,
	});
