import { Readable } from 'node:stream';
import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import type { HttpResponse } from '../../http/message';
import type { OutgoingRequest } from '../../kinds/kind';

/** What holds for every call of one item, whatever the hop. */
export interface WireRules {
	/** Longest wait for the head of the answer, in milliseconds. */
	readonly timeoutMs: number;
	readonly ignoreTls: boolean;
	readonly proxy?: string;
	/** Client certificate and own authorities, as Node's TLS options. */
	readonly tls?: Readonly<Record<string, string>>;
	/** Once it is aborted, no call starts any more. Joining it to each call's own signal costs too much. */
	readonly cancelled?: AbortSignal;
}

/** The host's options for one call: it follows nothing, judges nothing and streams the answer. */
export function hostOptions(
	request: OutgoingRequest,
	rules: WireRules,
	signal: AbortSignal,
): IHttpRequestOptions {
	return {
		...(request as unknown as IHttpRequestOptions),
		headers: request.headers as IDataObject,
		timeout: rules.timeoutMs,
		skipSslCertificateValidation: rules.ignoreTls,
		disableFollowRedirect: true,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		encoding: 'stream',
		...(rules.proxy !== undefined && {
			// The host reads a string as well, and with it a login in the address of the proxy.
			proxy: rules.proxy as unknown as IHttpRequestOptions['proxy'],
		}),
		...(rules.tls && { agentOptions: rules.tls }),
		abortSignal: signal,
	} as IHttpRequestOptions;
}

/** The host's full response. Axios's header object and its prototype stay behind. */
export function responseOf(raw: unknown, connection: AbortController): HttpResponse {
	const { statusCode, headers, body } = raw as {
		statusCode: number;
		headers: HttpResponse['headers'];
		body: unknown;
	};
	const lower = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
	return {
		status: statusCode,
		headers: Object.fromEntries(lower),
		body: bodyOf(body),
		abandon: () => connection.abort(),
	};
}

function bodyOf(body: unknown): Readable | Uint8Array {
	if (body instanceof Readable || body instanceof Uint8Array) return body;
	// Another stream class, for instance of a second copy of a library: it can be read all the same.
	if (typeof body === 'object' && body !== null && 'pipe' in body) return body as Readable;
	const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
	return Buffer.from(body === undefined || body === null ? '' : text);
}
