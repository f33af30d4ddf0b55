import type { ICredentialTestFunctions } from 'n8n-workflow';
import type { OutgoingRequest, Send } from '../src/kinds';

const TIMEOUT_MS = 10_000;

/** Asks within the test of a credential, for which the host has its older HTTP helper only. */
export const askThroughTest =
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
