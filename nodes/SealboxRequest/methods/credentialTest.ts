import type {
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import { askThroughTest } from '../../askThroughTest';

/** The tests of the HTTP credential types; the host finds them through this node. */

type CredentialTest = (
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
) => Promise<INodeCredentialTestResult>;

const testOf = (credentialType: string): CredentialTest =>
	async function (credential) {
		const { probe } = await import('../../../src/kinds');
		const { hostCircumstances } = await import('../../../src/host/tokens/hostTokens');
		const { verdict, message } = await probe(
			credentialType,
			credential.data ?? {},
			askThroughTest(this.helpers),
			Date.now,
			hostCircumstances(credentialType),
		);
		return { status: verdict === 'accepted' ? 'OK' : 'Error', message };
	};

export const sealboxApiKeyTest = testOf('sealboxApiKeyApi');
export const sealboxBearerTest = testOf('sealboxBearerApi');
export const sealboxBasicAuthTest = testOf('sealboxBasicAuthApi');
export const sealboxJwtTest = testOf('sealboxJwtApi');
export const sealboxAwsTest = testOf('sealboxAwsApi');
export const sealboxTokenTest = testOf('sealboxTokenApi');
