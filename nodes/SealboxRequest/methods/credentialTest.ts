import type {
	ICredentialTestFunctions,
	ICredentialsDecrypted,
	INodeCredentialTestResult,
} from 'n8n-workflow';
import type { OutgoingRequest, Send } from '../../../src/kinds';

/** The tests of the HTTP credential types; the host finds them through this node. */

const TIMEOUT_MS = 10_000;

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
			sendThrough(this.helpers),
			Date.now,
			hostCircumstances(),
		);
		return { status: verdict === 'accepted' ? 'OK' : 'Error', message };
	};

/** The host offers tests its older HTTP helper only. */
const sendThrough =
	({ request }: ICredentialTestFunctions['helpers']): Send =>
	async (outgoing) => {
		const { statusCode, headers, body } = (await request(inLegacyShape(outgoing))) as {
			statusCode: number;
			headers: Record<string, unknown>;
			body: unknown;
		};
		return { status: statusCode, headers, body: typeof body === 'string' ? body : '' };
	};

const inLegacyShape = ({ url, ...rest }: OutgoingRequest): object => ({
	...rest,
	uri: url,
	json: false,
	simple: false,
	resolveWithFullResponse: true,
	followRedirect: false,
	followAllRedirects: false,
	timeout: TIMEOUT_MS,
});

export const sealboxApiKeyTest = testOf('sealboxApiKeyApi');
export const sealboxBearerTest = testOf('sealboxBearerApi');
export const sealboxBasicAuthTest = testOf('sealboxBasicAuthApi');
export const sealboxJwtTest = testOf('sealboxJwtApi');
export const sealboxAwsTest = testOf('sealboxAwsApi');
export const sealboxTokenTest = testOf('sealboxTokenApi');
