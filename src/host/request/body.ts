import { Readable } from 'node:stream';
import { collect } from '../../http/decode';
import { headerName, type Content, type HttpRequest } from '../../http/message';
import { MultipartBody } from '../../http/multipart';
import { isPlainObject } from '../../kinds/body';
import type { OutgoingRequest } from '../../kinds/kind';
import { headerOf, withHeader } from '../../kinds/outgoing';
import { startTimer } from './timer';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/**
 * The request in the host's shape, with a body that a credential may still add a field to: text, a
 * form, or the bytes of a file.
 *
 * @param inMemory - reads a file first, for code of the host that wants its bytes
 */
export async function prepared(request: HttpRequest, inMemory = false): Promise<OutgoingRequest> {
	const { method, url, content } = request;
	if (content === undefined) return { method, url: url.href, headers: { ...request.headers } };
	const { body, mediaType } = await openBody(content, inMemory);
	// A form with files has a boundary that only we know, so that its media type is always ours.
	const own = content.type === 'multipart' ? undefined : headerName(request, 'content-type');
	const others = Object.entries(request.headers).filter(
		([name]) => name === own || !/^content-(type|length)$/i.test(name),
	);
	const type = own === undefined && mediaType !== '' ? { 'content-type': mediaType } : {};
	return { method, url: url.href, headers: { ...Object.fromEntries(others), ...type }, body };
}

async function openBody(
	content: Content,
	inMemory: boolean,
): Promise<{ body: unknown; mediaType: string }> {
	switch (content.type) {
		case 'json':
			return {
				body: content.text ?? JSON.stringify(content.value),
				mediaType: JSON_TYPE,
			};
		case 'form':
			return { body: formOf(content.fields), mediaType: FORM };
		case 'text':
			return { body: content.text, mediaType: content.mediaType };
		case 'multipart': {
			const body = new MultipartBody(content.parts);
			return { body, mediaType: body.mediaType };
		}
		case 'file': {
			const bytes = await content.file.open();
			const body = inMemory ? await collectWhole(bytes) : bytes;
			return { body, mediaType: content.file.mediaType };
		}
	}
}

/** @throws {@link SealboxError} when it is larger than what is kept in memory */
export const collectWhole = async (body: Readable | Uint8Array): Promise<Buffer> =>
	await collect({ status: 200, headers: {}, body }, IN_MEMORY);

const formOf = (fields: readonly (readonly [string, string])[]): URLSearchParams =>
	new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]));

/** Only code of other types needs a whole file at once; 64 MB is more than an upload's part usually has. */
const IN_MEMORY = { maxBytes: 64 * 2 ** 20, timeoutMs: 60_000, after: startTimer };

/**
 * The request with its body as bytes or as a stream, so that the host's client sends it unchanged. It
 * would otherwise parse and rewrite text that says it is JSON. Of a form it wants the text.
 *
 * @param length - of a stream, in bytes, where it has been counted
 */
export function finished(
	request: OutgoingRequest,
	content: Content | undefined,
	length?: number,
): OutgoingRequest {
	const { body } = request;
	if (body instanceof MultipartBody) return withStream(request, body.open(), length ?? body.length);
	if (body instanceof Readable) {
		const stated = content?.type === 'file' ? content.file.length : undefined;
		return withStream(request, body, length ?? stated);
	}
	if (body === undefined || body === null) return request;
	const type = headerOf(request, 'content-type');
	const bytes = bytesOf(body);
	if (type === FORM) return { ...request, body: bytes.toString() };
	// A credential that puts its key into an empty body makes an object of it.
	const isObject = type === undefined && isPlainObject(body);
	return { ...(isObject ? withHeader(request, 'content-type', JSON_TYPE) : request), body: bytes };
}

function withStream(request: OutgoingRequest, body: Readable, length?: number): OutgoingRequest {
	const headers = {
		...request.headers,
		...(length !== undefined && { 'content-length': String(length) }),
	};
	return { ...request, headers, body };
}

function bytesOf(body: unknown): Buffer {
	if (body instanceof Uint8Array) {
		return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	}
	if (body instanceof URLSearchParams) return Buffer.from(body.toString());
	return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
