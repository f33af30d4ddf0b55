import {
	NodeOperationError,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type IExecuteFunctions,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodeProperties,
} from 'n8n-workflow';
import { isSealboxError } from '../src/sealing/error';

/** What the nodes share whose credential opens a connection: the operation and the Test button. */

type Test<Report> = (credential: ICredentialDataDecryptedObject) => Promise<Report>;

export const testConnectionOperation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Test Connection',
			value: 'testConnection',
			description: 'Log in and out again, and report what answered and how the way is protected',
			action: 'Test the connection',
		},
	],
	default: 'testConnection',
};

/**
 * Tests the credential of every item. Equal credentials are tried once: a wrong password repeated
 * for each item would lock the account.
 */
export async function testEachItem(
	context: IExecuteFunctions,
	credentialType: string,
	test: Test<object>,
): Promise<INodeExecutionData[][]> {
	const tried = new Map<string, Promise<object>>();
	const results: INodeExecutionData[] = [];
	for (const itemIndex of context.getInputData().keys()) {
		const pairedItem = { item: itemIndex };
		try {
			const credential = await context.getCredentials(credentialType, itemIndex);
			const key = JSON.stringify(credential);
			const outcome = tried.get(key) ?? test(credential);
			tried.set(key, outcome);
			results.push({ json: { ...(await outcome) }, pairedItem });
		} catch (error) {
			if (!context.continueOnFail()) {
				throw new NodeOperationError(context.getNode(), sentenceOf(error), { itemIndex });
			}
			results.push({ json: failureOf(error), pairedItem });
		}
	}
	return [results];
}

/** What the host shows when someone presses Test in a credential. Never throws, as the host asks. */
export async function answerTest<Report>(
	credential: ICredentialDataDecryptedObject | undefined,
	test: Test<Report>,
	summary: (report: Report) => string,
): Promise<INodeCredentialTestResult> {
	try {
		return { status: 'OK', message: summary(await test(credential ?? {})) };
	} catch (error) {
		return { status: 'Error', message: sentenceOf(error) };
	}
}

/** Keys that the host recognises, so that the item takes the error output where there is one. */
const failureOf = (error: unknown): IDataObject => ({
	error: sentenceOf(error),
	details: { code: isSealboxError(error) ? error.code : 'ERR_CREDENTIAL_INVALID' },
});

/** Only our own sentences are passed on: those of the host may quote an expression or its value. */
const sentenceOf = (error: unknown): string =>
	isSealboxError(error)
		? error.message
		: 'The credential could not be read. Check that one is selected and that its expressions resolve.';
