import { discard, type HttpRequest, type HttpResponse } from '../../http/message';
import { applyCredential } from '../../kinds';
import type { OutgoingRequest } from '../../kinds';
import { hostCircumstances } from '../tokens/hostTokens';
import { finished, prepared } from './body';
import { call, type Caller } from './call';
import type { Credential } from './credential';

/**
 * Sends with a token that Sealbox keeps. A service that refuses it gets the request once more with a new one:
 * it has not acted upon the first.
 */
export async function sendWithToken(
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
): Promise<HttpResponse> {
	const first = await apply(caller, credential, await prepared(request));
	const response = await call(caller, finished(first, request.content));
	if (response.status !== 401) return response;
	discard(response);
	// Seen again with its token on it, the request tells which one was refused.
	const outgoing = await prepared(request);
	const second = await apply(caller, credential, { ...outgoing, headers: first.headers });
	return await call(caller, finished(second, request.content));
}

async function apply(
	caller: Caller,
	{ type, data }: Credential,
	request: OutgoingRequest,
): Promise<OutgoingRequest> {
	const applied = await applyCredential(type.name, data, request, hostCircumstances());
	caller.onSecret(applied.used);
	return applied.request;
}
