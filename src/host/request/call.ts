import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpResponse } from '../../http/message';
import type { Needle, OutgoingRequest } from '../../kinds';
import type { Credential } from './credential';
import { Fault } from '../../http/fault';
import { hostOptions, responseOf, type WireRules } from './wire';

/** Everything that a call needs besides the request. */
export interface Caller {
	readonly context: IExecuteFunctions;
	readonly credential: Credential | null;
	readonly rules: WireRules;
	/** Is told what came into being by using the credential, such as a minted token. */
	readonly onSecret: (needles: readonly Needle[]) => void;
}

/** What closes the connection of a call. @throws {@link Fault} when the run is cancelled */
export function openConnection({ cancelled }: WireRules): AbortController {
	if (cancelled?.aborted) throw new Fault('ERR_CANCELED');
	return new AbortController();
}

/** One call of the host's client. */
export async function call(caller: Caller, request: OutgoingRequest): Promise<HttpResponse> {
	const connection = openConnection(caller.rules);
	const options = hostOptions(request, caller.rules, connection.signal);
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
