import { Readable } from 'node:stream';
import { collect } from '../../http/decode';
import { headerOf, type HttpRequest, type HttpResponse } from '../../http/message';
import { applyCredential, forgetObtained } from '../../kinds';
import { askThroughHost } from './ask';
import { finished } from './body';
import { call, type Caller } from './call';
import type { Credential } from './credential';
import { preparedToSign } from './digest';
import { startTimer } from './timer';

/**
 * Signs and sends. When the service says that temporary keys have expired before their time, they are
 * dropped and the request is signed once more with new ones: it has not been acted upon.
 */
export async function sendSigned(
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
): Promise<HttpResponse> {
	const { name } = credential.type;
	const first = await signAndCall(caller, credential, request);
	const response = await withRefusalRead(first.response);
	const isRefused = response !== first.response && saysExpired(response.body as Buffer);
	if (!isRefused || !forgetObtained(name, credential.data, first.request)) return response;
	return (await signAndCall(caller, credential, request)).response;
}

async function signAndCall(caller: Caller, credential: Credential, request: HttpRequest) {
	const { name } = credential.type;
	const { request: outgoing, digest } = await preparedToSign(request);
	const applied = await applyCredential(name, credential.data, outgoing, {
		now: Date.now,
		ask: askThroughHost(caller.context),
		...(digest && { digest }),
	}).catch((error: unknown) => {
		// A file that was opened to be sent would stay open.
		if (outgoing.body instanceof Readable) outgoing.body.destroy();
		throw error;
	});
	caller.onSecret(applied.used);
	const ready = finished(applied.request, request.content, digest?.length);
	return { request: applied.request, response: await call(caller, ready) };
}

const MAX_BYTES = 64 * 1024;

/** AWS tells of expired keys with 400 or 403 and a short text. */
async function withRefusalRead(response: HttpResponse): Promise<HttpResponse> {
	const length = Number(headerOf(response, 'content-length') || 0);
	if (![400, 403].includes(response.status) || length > MAX_BYTES) return response;
	const body = await collect(response, {
		maxBytes: 256 * 2 ** 20,
		timeoutMs: 60_000,
		after: startTimer,
	});
	return { ...response, body };
}

const saysExpired = (body: Buffer): boolean =>
	body.length <= MAX_BYTES &&
	/\b(ExpiredToken(Exception)?|TokenRefreshRequired)\b/.test(body.toString('latin1'));
