import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

/** Whether the keys of a credential seal and open, in a sentence. The host asks that a test never throws. */
export async function sealboxSealingKeysTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { keysetSummary } = await import('../src/kinds/keyset');
	const { isSealboxError } = await import('../src/sealing/error');
	try {
		return { status: 'OK', message: await keysetSummary(credential.data ?? {}) };
	} catch (error) {
		const message = isSealboxError(error) ? error.message : 'The keys could not be read.';
		return { status: 'Error', message };
	}
}
