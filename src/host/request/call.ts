import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpResponse } from '../../http/message';
import type { Needle, OutgoingRequest } from '../../kinds';
import type { Credential } from './credential';
import { hostOptions, responseOf, signalOf, type WireRules } from './wire';

/** Everything that a call needs besides the request. */
export interface Caller {
	readonly context: IExecuteFunctions;
	readonly credential: Credential | null;
	readonly rules: WireRules;
	/** Is told what came into being by using the credential, such as a minted token. */
	readonly onSecret: (needles: readonly Needle[]) => void;
}

/** One call of the host's client. */
export async function call(caller: Caller, request: OutgoingRequest): Promise<HttpResponse> {
	const connection = new AbortController();
	const options = hostOptions(request, caller.rules, signalOf(connection, caller.rules));
	const { helpers } = caller.context;
	const raw = isGetWithBody(request)
		? await helpers.request(inOlderShape(options))
		: await helpers.httpRequest(options);
	return responseOf(raw, connection);
}

/** The host's client drops the body of a GET; its older form, which HTTP Request uses, sends it. */
const isGetWithBody = ({ method, body }: OutgoingRequest): boolean =>
	method === 'GET' && body !== undefined;

const inOlderShape = ({ url, skipSslCertificateValidation, ...options }: IHttpRequestOptions) => ({
	...options,
	uri: url,
	rejectUnauthorized: !skipSslCertificateValidation,
	followRedirect: false,
	resolveWithFullResponse: true,
	simple: false,
	useStream: true,
	json: false as const,
});

/** The host checks its allowed domains as well; two locks are better than one. */
export const withDomains = (credential: Credential, request: OutgoingRequest): OutgoingRequest =>
	credential.allowedDomains === undefined
		? request
		: { ...request, allowedDomains: credential.allowedDomains };
