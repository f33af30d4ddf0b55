import type {
	ICredentialDataDecryptedObject,
	IExecuteFunctions,
	INodeCredentialTestResult,
	INodeExecutionData,
} from 'n8n-workflow';
import { failedItem, sentenceOf, stopError } from './connectionFailure';

/** What the nodes share whose credential opens a connection: the test of every item and the Test button. */

type Test<Report> = (credential: ICredentialDataDecryptedObject) => Promise<Report>;

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
			if (!context.continueOnFail()) throw stopError(context, error, itemIndex);
			results.push(failedItem(error, itemIndex));
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
