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
	const first = await apply(caller, credential, await prepared(request));
	const answer = await sendWith(first, caller, credential, request);
	if (!answer.isRefusal) return await asProven(first, answer.response);
	discard(answer.response);
	// Seen again with its token on it, the request tells which one was refused.
	const outgoing = await prepared(request);
	const { headers } = first.request;
	const second = await apply(caller, credential, { ...outgoing, headers });
	const last = await sendWith(second, caller, credential, request);
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

async function sendWith(
	applied: Applied,
	caller: Caller,
	{ data }: Credential,
	{ content }: HttpRequest,
): ReturnType<typeof judge> {
	const answer = await call(caller, finished(applied.request, content));
	const isFresh = async () => await (await hostTokens()).isFresh(tokenOn(applied));
	return await judge(answer, signsIn(data), isFresh);
}

async function asProven(applied: Applied, response: HttpResponse): Promise<HttpResponse> {
	if (response.status < 400) await (await hostTokens()).proven(tokenOn(applied));
	return response;
}

/** Secret. */
const tokenOn = ({ used }: Applied): string =>
	used.find(({ name }) => name === 'token')?.value ?? '';
