import type { Readable } from 'node:stream';
import {
	collect,
	decodeText,
	formatOf,
	parseJson,
	type CollectRules,
	type ResponseFormat,
} from './decode';
import type { Exchanged } from './exchange';
import { fileNameOf } from './fileName';
import { headerOf, type HttpResponse } from './message';

/** A response that has been read, apart from a file, which is a stream still. */
export interface Answer extends Exchanged {
	readonly format: 'json' | 'text' | 'file';
	/** Parsed JSON, text, or the bytes of a file. */
	readonly content: unknown;
	/** The text that JSON was parsed from. */
	readonly text?: string;
	/** What the server calls a file, its escapes undone: only so can a secret be found in it. */
	readonly fileName?: string;
}

/**
 * Reads the body where it has to be read anyway, so that a connection that breaks half-way counts as
 * a fault of the attempt. A file stays a stream.
 */
export const receive =
	(format: ResponseFormat, rules: CollectRules) =>
	async (response: HttpResponse): Promise<HttpResponse> =>
		chosen(format, response) === 'file'
			? response
			: { ...response, body: await collect(response, rules) };

/**
 * The content of a received response.
 *
 * @param lenient - takes what says it is JSON and is not as an empty object
 * @throws {@link SealboxError} `ERR_RESPONSE_INVALID`
 */
export function read(exchanged: Exchanged, format: ResponseFormat, lenient: boolean): Answer {
	const { response } = exchanged;
	const actual = chosen(format, response);
	if (actual === 'file') {
		const fileName = fileNameOf(response, exchanged.url);
		return { ...exchanged, format: actual, content: response.body, ...(fileName && { fileName }) };
	}
	const text = decodeText(response.body as Buffer, headerOf(response, 'content-type'));
	if (actual === 'text') return { ...exchanged, format: actual, content: text };
	return { ...exchanged, format: actual, content: parseJson(text, lenient), text };
}

const chosen = (format: ResponseFormat, response: HttpResponse) =>
	format === 'auto' ? formatOf(response) : format;

/** A file's bytes, whether they are here or still to come. */
export type FileBytes = Readable | Uint8Array;
