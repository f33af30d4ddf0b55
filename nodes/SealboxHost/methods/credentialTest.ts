import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { HostApi } from '../../../src/hostApi/client';
import { tellHost } from '../../../src/hostApi/trial';
import { isSealboxError } from '../../../src/sealing/error';
import { askThroughTest } from '../../askThroughTest';

/** Asks the n8n of a credential for the least that there is, and says what came of it. Never throws. */
export async function testHost(
	{ helpers }: ICredentialTestFunctions,
	fields: ICredentialDataDecryptedObject,
): Promise<INodeCredentialTestResult> {
	try {
		return { status: 'OK', message: await tellHost(new HostApi(fields, askThroughTest(helpers))) };
	} catch (error) {
		const message = isSealboxError(error) ? error.message : 'The test could not be made.';
		return { status: 'Error', message };
	}
}
