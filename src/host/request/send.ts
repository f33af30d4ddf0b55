import { answerChallenge, challengeIn } from '../../http/digest';
import { discard, headerOf, type HttpRequest, type HttpResponse } from '../../http/message';
import type { Send } from '../../http/ports';
import { applyCredential, kindOfType } from '../../kinds';
import type { OAuth2Fields } from '../../kinds/oauth2';
import { withHeader } from '../../kinds/outgoing';
import { isKeptHere } from '../tokens/consent';
import { finished, prepared } from './body';
import { call, withDomains, type Caller } from './call';
import type { Credential, Way } from './credential';
import { translate } from './fault';
import { applyGeneric } from './generic';
import { sendThroughHost, sendWithOAuth } from './hostAuth';
import { sendSigned } from './signed';
import { sendWithToken } from './token';

type SendWith = (
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
) => Promise<HttpResponse>;

const WAYS: Record<Way, SendWith> = {
	kind: sendWithKind,
	generic: sendWithGeneric,
	digest: sendWithDigest,
	oAuth1: sendWithOAuth,
	oAuth2: sendWithOAuth,
	declared: sendThroughHost,
	declaredInBody: sendThroughHost,
	coded: sendThroughHost,
};

/** Sends through the host's client, with the credential where the hop may carry it. */
export function createSend(caller: Caller): Send {
	return async (request, { authenticated }) => {
		const { credential } = caller;
		const sending =
			credential === null || !authenticated
				? sendPlain(caller, request)
				: WAYS[credential.type.way](caller, credential, request);
		return await sending.catch((error: unknown) => {
			throw translate(error);
		});
	};
}

async function sendPlain(caller: Caller, request: HttpRequest): Promise<HttpResponse> {
	return await call(caller, finished(await prepared(request), request.content));
}

async function sendWithKind(caller: Caller, credential: Credential, request: HttpRequest) {
	const { data, type } = credential;
	const { name } = type;
	const auth = kindOfType(name)?.auth;
	if (auth === 'aws-sigv4') return await sendSigned(caller, credential, request);
	if (auth === 'token') return await sendWithToken(caller, credential, request);
	if (auth === 'oauth2') {
		const isOurs = isKeptHere(data as OAuth2Fields);
		return await (isOurs ? sendWithToken : sendWithOAuth)(caller, credential, request);
	}
	const applied = await applyCredential(name, data, await prepared(request));
	caller.onSecret(applied.used);
	return await call(caller, finished(applied.request, request.content));
}

async function sendWithGeneric(caller: Caller, credential: Credential, request: HttpRequest) {
	const applied = applyGeneric(credential.type.name, credential.data, await prepared(request));
	return await call(caller, withDomains(credential, finished(applied, request.content)));
}

/** RFC 7616: the first call finds out what the server wants to see; the second one shows it. */
async function sendWithDigest(caller: Caller, credential: Credential, request: HttpRequest) {
	const refused = await sendPlain(caller, request);
	const challenge =
		refused.status === 401 ? challengeIn(headerOf(refused, 'www-authenticate')) : null;
	if (challenge === null) return refused;
	discard(refused);
	const login = {
		user: String(credential.data.user ?? ''),
		password: String(credential.data.password ?? ''),
	};
	const answer = answerChallenge(challenge, login, request);
	// Whoever reads it can try passwords on it at leisure.
	caller.onSecret([{ name: 'response', value: /response="(\w+)"/.exec(answer)?.[1] ?? '' }]);
	const outgoing = withHeader(await prepared(request), 'authorization', answer);
	return await call(caller, withDomains(credential, finished(outgoing, request.content)));
}
