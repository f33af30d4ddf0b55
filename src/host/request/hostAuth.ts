import type {
	IAllExecuteFunctions,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	IRequestOptions,
} from 'n8n-workflow';
import type { HttpRequest, HttpResponse } from '../../http/message';
import type { Needle, OutgoingRequest } from '../../kinds';
import { SealboxError } from '../../sealing/error';
import { finished, prepared } from './body';
import { needlesOf, type Credential } from './credential';
import { translate } from './fault';
import { call, openConnection, withDomains, type Caller } from './call';
import { hostOptions, responseOf } from './wire';

type Send = (options: OutgoingRequest) => Promise<unknown>;

/**
 * A view of the execution in which a credential type stands for one credential that is open already,
 * and in which what the host sends goes through us.
 *
 * The host's helpers take the execution as `this` and ask it for everything; so they work on the
 * values of this item, where they would take those of the first one, and need not decrypt again.
 */
function viewOf(
	context: IExecuteFunctions,
	credential: Credential,
	changes: { request?: Send; signal?: AbortSignal } = {},
): IExecuteFunctions {
	const { request, signal } = changes;
	const helpers = Object.create(context.helpers, request ? { request: { value: request } } : {});
	return Object.create(context, {
		helpers: { value: helpers },
		...(signal && { getExecutionCancelSignal: { value: () => signal } }),
		getCredentials: {
			value: async (name: string, itemIndex: number) =>
				name === credential.type.name
					? credential.data
					: await context.getCredentials(name, itemIndex),
		},
	});
}

/**
 * OAuth: the host signs, and renews a token that the service no longer takes; it sends through us, so
 * that the bytes, the headers and the limits are ours.
 */
export async function sendWithOAuth(
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
): Promise<HttpResponse> {
	const outgoing = await prepared(request);
	const sendSigned = async (signed: OutgoingRequest) =>
		await sendSignedByHost(caller, credential, request, signed);
	const view = viewOf(caller.context, credential, {
		request: sendSigned,
	}) as unknown as IAllExecuteFunctions;
	const { name, way, oAuth2 } = credential.type;
	const options = { ...outgoing, ...bodyToSign(outgoing), ...AS_RESPONSE } as IRequestOptions;
	const answer =
		way === 'oAuth1'
			? await view.helpers.requestOAuth1.call(view, name, options)
			: await view.helpers.requestOAuth2.call(view, name, options, oAuth2).catch(notRenewed);
	return (answer as { response: HttpResponse }).response;
}

/** Makes the host look at the status of an answer instead of waiting for an error. */
const AS_RESPONSE = { resolveWithFullResponse: true, simple: false };

/** OAuth 1 signs the fields of a form, and never another body. RFC 5849 section 3.4.1.3.1 */
const bodyToSign = ({ body }: OutgoingRequest) => ({
	body: undefined,
	...(body instanceof URLSearchParams && { form: Object.fromEntries(body) }),
});

async function sendSignedByHost(
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
	signed: OutgoingRequest,
) {
	const outgoing = await prepared(request);
	// OAuth 1 hands back its own header alone, so that the others are put beside it again.
	const headers = { ...outgoing.headers, ...signed.headers };
	const value = Object.entries(headers).find(([key]) => key.toLowerCase() === 'authorization')?.[1];
	caller.onSecret([
		{ name: 'Authorization', value: String(value ?? '').replace(/^\S+ /, '') },
		// A token of another type than Bearer is not in that header.
		...needlesOf(caller.context, credential.type.name, credential.data),
	]);
	const url = String(signed.url ?? signed.uri ?? outgoing.url);
	const aimed = { ...outgoing, url, headers, ...(signed.qs && { qs: signed.qs }) };
	const response = await call(caller, withDomains(credential, finished(aimed, request.content)));
	// The host reads `statusCode`, and throws or returns the object itself.
	return { statusCode: response.status, response };
}

/** A refused answer comes back as the object that was thrown; the rest is a token that is no more. */
function notRenewed(error: unknown): { response: HttpResponse } {
	if (typeof error === 'object' && error !== null && 'response' in error && 'statusCode' in error) {
		return error as unknown as { response: HttpResponse };
	}
	const fault = translate(error);
	if (fault.message !== 'ERR_UNKNOWN') throw fault;
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		'The OAuth token of this credential is missing or can no longer be renewed. Open the credential and connect it again.',
	);
}

/**
 * A type of n8n or of its packages: only the host can run its code. The host logs in first where the
 * type asks for it, and again after a 401.
 */
export async function sendThroughHost(
	caller: Caller,
	credential: Credential,
	request: HttpRequest,
): Promise<HttpResponse> {
	const { name, way, session } = credential.type;
	const connection = openConnection(caller.rules);
	const { signal } = connection;
	const view = viewOf(caller.context, credential, { signal });
	const outgoing = await prepared(request, way === 'coded');
	const open =
		way === 'declared' ? finished(outgoing, request.content) : asObject(outgoing, request);
	const options = hostOptions(withDomains(credential, open), caller.rules, signal);
	const judged = session
		? { ...options, ignoreHttpStatusErrors: { ignore: true, except: [401] } }
		: options;
	const decrypted = { credentialsDecrypted: { id: '', name, type: name, data: credential.data } };
	const before = { ...judged.headers };
	const raw = await view.helpers.httpRequestWithAuthentication
		.call(view, name, judged as IHttpRequestOptions, decrypted)
		.catch(refusedSession);
	caller.onSecret(madeByHost(caller, credential, before, judged.headers));
	return responseOf(raw, connection);
}

/**
 * What the host fetched or minted on the way: the token of a session, which it writes into the
 * fields, and headers that the code of a type made up.
 */
function madeByHost(
	{ context }: Caller,
	{ type, data }: Credential,
	before: IDataObject,
	after: IDataObject = {},
): Needle[] {
	const added = Object.entries(after).filter(
		([name, value]) => value !== before[name] && MAY_BE_SECRET.test(name),
	);
	return [
		...needlesOf(context, type.name, data),
		...added.map(([name, value]) => ({ name, value: String(value) })),
	];
}

/** The others say what version or format is meant, and such values stand in answers as well. */
const MAY_BE_SECRET =
	/^cookie$|(auth|authorization|token|key|secret|session|session-?id|signature)$/i;

/**
 * The code of a type expects JSON as an object. Some types tell HTTP Request from other nodes by the
 * older name of the URL, and go by it.
 */
function asObject(request: OutgoingRequest, { content, url }: HttpRequest): OutgoingRequest {
	const named = { ...request, uri: url.href };
	const isObject =
		content?.type === 'json' && typeof content.value === 'object' && content.value !== null;
	return isObject ? { ...named, body: content.value } : finished(named, content);
}

/** A login that the service refused twice: the host keeps the status and drops the rest. */
function refusedSession(error: unknown): unknown {
	const { httpCode } = error as { httpCode?: unknown };
	if (String(httpCode) === '401') return { statusCode: 401, headers: {}, body: '' };
	throw error;
}
