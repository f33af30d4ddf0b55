import { discard, type HttpRequest, type HttpResponse } from '../../http/message';
import { applyCredential, type Applied, type OutgoingRequest } from '../../kinds';
import { hostCircumstances, hostTokens } from '../tokens/hostTokens';
import { finished, prepared } from './body';
import { call, type Caller } from './call';
import type { Credential } from './credential';
import { judge, signsIn } from './refusal';

/**
 * Sends with a token that Sealbox keeps. A service that refuses it gets the request once more with a new one:
 * it has not acted upon the first.
 */
export async function sendWithToken(
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
): Promise<HttpResponse> {
	const signs = signsIn(credential.data);
	const first = await apply(caller, credential, await prepared(request));
	const answer = await judge(await call(caller, finished(first.request, request.content)), signs);
	if (!answer.isRefusal) return await asProven(first, answer.response);
	discard(answer.response);
	// Seen again with its token on it, the request tells which one was refused.
	const outgoing = await prepared(request);
	const { headers } = first.request;
	const second = await apply(caller, credential, { ...outgoing, headers });
	const last = await judge(await call(caller, finished(second.request, request.content)), signs);
	return last.isRefusal ? last.response : await asProven(second, last.response);
}

async function apply(
	caller: Caller,
	{ type, data }: Credential,
	request: OutgoingRequest,
): Promise<Applied> {
	const applied = await applyCredential(type.name, data, request, hostCircumstances(type.name));
	caller.onSecret(applied.used);
	return applied;
}

async function asProven({ used }: Applied, response: HttpResponse): Promise<HttpResponse> {
	const token = used.find(({ name }) => name === 'token');
	if (response.status < 400 && token !== undefined) await (await hostTokens()).proven(token.value);
	return response;
}
