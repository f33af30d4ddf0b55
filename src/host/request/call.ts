import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpResponse } from '../../http/message';
import type { Needle, OutgoingRequest } from '../../kinds';
import type { Credential } from './credential';
import { hostOptions, responseOf, type WireRules } from './wire';

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
	const options: IHttpRequestOptions = hostOptions(request, caller.rules);
	return responseOf(await caller.context.helpers.httpRequest(options));
}

/** The host checks its allowed domains as well; two locks are better than one. */
export const withDomains = (credential: Credential, request: OutgoingRequest): OutgoingRequest =>
	credential.allowedDomains === undefined
		? request
		: { ...request, allowedDomains: credential.allowedDomains };
