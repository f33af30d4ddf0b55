import { SealboxError } from '../../sealing/error';
import type { Applied, BodyDigest, Circumstances, OutgoingRequest } from '../kind';
import { headerOf, urlOf, withHeader, withoutHeaders, without, withUrl } from '../outgoing';
import { encoded, strictPath, wireBodyOf, wireQueryOf, type WireBody } from '../wire';
import { endpointOf } from './endpoint';
import type { AwsFields } from './fields';
import { signingKeys } from './keys';
import { ADDED, signatureHeaders, type Signable } from './sigv4';

/**
 * Signs a request for the service that its host stands for.
 *
 * 1. Settle the bytes: path, query and body in the form in which they will be sent.
 * 2. Remove an earlier signature, and what would be put in its place.
 * 3. Sign method, path, query, headers and body.
 * 4. Hand on the settled bytes with the signature.
 */
export async function authenticate(
	fields: AwsFields,
	request: OutgoingRequest,
	circumstances: Circumstances,
): Promise<Applied> {
	const url = urlOf(request) as URL;
	const target = targetOf(fields, url);
	const isS3 = target.service === 's3';
	const body = wireBodyOf(request); // 1
	const { digest } = circumstances;
	if (digest === undefined) assertSignable(body, isS3, url);
	const bare = joinedHeaders(withoutHeaders(without(request, 'auth'), [...ADDED, 'host'])); // 2
	const query = wireQueryOf(request, url);
	const settled = settle(bare, url, encoded(query), body);
	const { keys, used } = await signingKeys(fields, circumstances);
	const signable: Signable = {
		method: (request.method ?? 'GET').toUpperCase(),
		host: url.host,
		path: (urlOf(settled) as URL).pathname,
		query,
		headers: signedHeaders(settled, body, digest),
		body: body.content === 'stream' ? (digest ?? 'unsigned') : body.content,
	};
	const options = { ...target, atMs: circumstances.now(), escapesPath: !isS3, hashesBody: isS3 };
	const added = await signatureHeaders(signable, keys, options); // 3
	// 4. A signature holds for one URL, so there is nothing to follow a redirect with.
	return { request: Object.entries(added).reduce(addHeader, settled), used, isPinned: true };
}

const addHeader = (request: OutgoingRequest, [name, value]: [string, string]): OutgoingRequest =>
	withHeader(request, name === 'authorization' ? 'Authorization' : name, value);

/** Service and region: what the credential names, else what the host says. */
export function targetOf(fields: AwsFields, url: URL): { service: string; region: string } {
	const endpoint = endpointOf(url.hostname);
	const service = fields.service?.trim() || endpoint?.service;
	const region = endpoint?.region ?? fields.region.trim();
	if (service !== undefined) return { service, region };
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		'Sealbox AWS: the host of this request does not say which AWS service it is. Fill in Service in the credential, for instance s3.',
	);
}

/** Only S3 takes a body that is not covered, and only over a connection that protects it. */
function assertSignable({ content }: WireBody, isS3: boolean, url: URL): void {
	if (content !== 'stream' || (isS3 && url.protocol === 'https:')) return;
	throw new SealboxError(
		'ERR_BODY_UNSUITABLE',
		'A stream or multipart body cannot be signed here, because it is not known before it is sent. Use Sealbox Request, which reads files first, or send JSON, text or a form.',
	);
}

/** The request with its URL and body in the form in which the host passes them on unchanged. */
function settle(
	request: OutgoingRequest,
	url: URL,
	query: string,
	{ content, contentType }: WireBody,
): OutgoingRequest {
	const target = new URL(url);
	target.pathname = strictPath(url.pathname);
	target.search = query;
	target.hash = '';
	const aimed = withUrl(without(request, 'qs', 'qsStringifyOptions', 'useQuerystring'), target);
	if (content === 'stream') return aimed;
	const emptied = without(aimed, 'body', 'form');
	if (content === undefined) return emptied;
	const typed =
		contentType === undefined ? emptied : withHeader(emptied, 'Content-Type', contentType);
	return { ...typed, body: content };
}

/** A header with several values becomes one line, so that there is one way to read it. */
export function joinedHeaders(request: OutgoingRequest): OutgoingRequest {
	const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
		name,
		Array.isArray(value) ? value.join(', ') : value,
	]);
	return { ...request, headers: Object.fromEntries(headers) };
}

/** Headers that the client sets or changes after us; a signature must not cover them. */
const UNSETTLED = new Set(['content-length', 'accept-encoding', 'user-agent', 'host']);

function signedHeaders(
	request: OutgoingRequest,
	{ content }: WireBody,
	digest: BodyDigest | undefined,
): Record<string, string> {
	// A multipart body gets its content type when it is sent; without a body the type may be dropped.
	const isTypeSettled = content === 'stream' ? digest !== undefined : content !== undefined;
	return headersBut(request, (name) => name === 'content-type' && !isTypeSettled);
}

/** The headers that a signature can cover, in lower case, without some. */
export function headersBut(
	request: OutgoingRequest,
	isLeftOut: (name: string) => boolean,
): Record<string, string> {
	const names = Object.keys(request.headers ?? {})
		.map((name) => name.toLowerCase())
		.filter((name) => !UNSETTLED.has(name) && !isLeftOut(name));
	return Object.fromEntries(names.map((name) => [name, headerOf(request, name) ?? '']));
}
