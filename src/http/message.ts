import type { Readable } from 'node:stream';

/** One part of a `multipart/form-data` body. */
export interface Part {
	name: string;
	/** Text, or a file whose bytes can be opened again for a retry or a redirect. */
	value: string | FileSource;
}

/** Bytes that can be read more than once. */
export interface FileSource {
	fileName?: string;
	mediaType: string;
	/** Length in bytes, where it is known. */
	length?: number;
	open(): Promise<Readable | Uint8Array>;
}

/** What a request carries. JSON and forms stay structured, since authentication may add a field. */
export type Content =
	| { readonly type: 'json'; readonly value: unknown; readonly text?: string }
	| { readonly type: 'form'; readonly fields: readonly (readonly [string, string])[] }
	| { readonly type: 'multipart'; readonly parts: readonly Part[] }
	| { readonly type: 'text'; readonly text: string; readonly mediaType: string }
	| { readonly type: 'file'; readonly file: FileSource };

/** A request as the workflow describes it: no credential is in it. */
export interface HttpRequest {
	readonly method: string;
	readonly url: URL;
	readonly headers: Readonly<Record<string, string>>;
	readonly content?: Content;
}

export interface HttpResponse {
	readonly status: number;
	/** Names in lower case. */
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly body: Readable | Uint8Array;
	/** Closes the connection; what is left of the body will not come. */
	readonly abandon?: () => void;
}

/** The first value of a header, or an empty text. */
export function headerOf(response: HttpResponse, name: string): string {
	const value = response.headers[name];
	return typeof value === 'object' ? (value[0] ?? '') : (value ?? '');
}

/** The name under which a request holds a header, whatever its case. */
export const headerName = (request: HttpRequest, name: string): string | undefined =>
	Object.keys(request.headers).find((key) => key.toLowerCase() === name);

/** Lets go of a response that nobody will read, so that its connection is closed. */
export function discard({ body, abandon }: HttpResponse): void {
	if (!('destroy' in body)) return;
	// An error of a body that was given up has no one to tell.
	body.on('error', () => undefined);
	abandon?.();
	body.destroy();
}
