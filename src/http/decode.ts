import { TextDecoder } from 'node:util';
import { SealboxError } from '../sealing/error';
import { Fault } from './fault';
import { discard, headerOf, type HttpResponse } from './message';

/** How a response is to be handed on. `auto` decides by its media type. */
export type ResponseFormat = 'auto' | 'json' | 'text' | 'file';

/** Media types that are files by nature; the list n8n's own HTTP Request goes by. */
const FILES =
	/^(image|audio|video)\/|^application\/(octet-stream|gzip|zip|vnd\.rar|epub\+zip|x-bzip2?|x-cdf|vnd\.amazon\.ebook|msword|vnd\.openxmlformats-officedocument\.|vnd\.ms-fontobject|pdf|x-tar|vnd\.visio|vnd\.ms-excel|x-7z-compressed)/;

export const mediaTypeOf = (response: HttpResponse): string =>
	(headerOf(response, 'content-type').split(';')[0] ?? '').trim().toLowerCase();

/** What `auto` comes to for a response: JSON and `+json`, files, and text for all the rest. */
export function formatOf(response: HttpResponse): 'json' | 'text' | 'file' {
	const type = mediaTypeOf(response);
	if (type === 'application/json' || type.endsWith('+json')) return 'json';
	return FILES.test(type) ? 'file' : 'text';
}

/** Text in the charset that the response names; UTF-8 when it names none or an unknown one. */
export function decodeText(bytes: Uint8Array, contentType: string): string {
	const named = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
	const decoder = named === undefined ? UTF8 : decoderFor(named);
	return decoder.decode(bytes);
}

/** Without a stream option a decoder keeps nothing from one text to the next. */
const UTF8 = new TextDecoder();

function decoderFor(charset: string): TextDecoder {
	try {
		return new TextDecoder(charset);
	} catch {
		// A charset that no one knows: UTF-8 shows at least the ASCII part as it was meant.
		return UTF8;
	}
}

/**
 * A JSON text as a value; an empty one gives an empty object, as in n8n's HTTP Request.
 *
 * @param lenient - gives an empty object for what is not JSON, too
 * @throws {@link SealboxError} `ERR_RESPONSE_INVALID`
 */
export function parseJson(text: string, lenient = false): unknown {
	const trimmed = text.trim();
	if (trimmed === '') return {};
	const parsed = parsedOrNull(trimmed);
	if (parsed !== null) return parsed.value;
	if (lenient) return {};
	throw new SealboxError(
		'ERR_RESPONSE_INVALID',
		'The response is not valid JSON. Set Response Format to Text to see what it is.',
	);
}

/** `null` stands for every kind of malformed JSON; the parser's own message would quote the text. */
function parsedOrNull(text: string): { value: unknown } | null {
	try {
		return { value: JSON.parse(text) };
	} catch {
		return null;
	}
}

export interface CollectRules {
	/** Largest body in bytes. */
	readonly maxBytes: number;
	/** Longest time in milliseconds for the whole body. */
	readonly timeoutMs: number;
	/** Runs a callback after so many milliseconds; returns how to call that off. */
	readonly after: (ms: number, callback: () => void) => () => void;
}

/**
 * The whole body in memory.
 *
 * @throws {@link SealboxError} `ERR_RESPONSE_INVALID` when it is larger than allowed, also after
 *   decompression; {@link Fault} when the connection breaks or is too slow
 */
export async function collect(response: HttpResponse, rules: CollectRules): Promise<Buffer> {
	const { body } = response;
	if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	const chunks: Buffer[] = [];
	let length = 0;
	let callOff = () => {};
	return await new Promise<Buffer>((resolve, reject) => {
		const giveUp = (error: Error) => {
			reject(error);
			discard(response);
		};
		callOff = rules.after(rules.timeoutMs, () => giveUp(new Fault('ETIMEDOUT')));
		body.on('data', (chunk: Buffer) => {
			chunks.push(chunk);
			length += chunk.length;
			if (length > rules.maxBytes) giveUp(tooLarge(rules.maxBytes));
		});
		body.on('end', () =>
			resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
		);
		body.on('error', (error: Error & { code?: string }) => reject(bodyFault(error)));
		body.on('close', () => {
			if (!body.readableEnded) reject(new Fault('ECONNRESET'));
		});
	}).finally(() => callOff());
}

function bodyFault(error: Error & { code?: string }): Error {
	if (error instanceof Fault || error instanceof SealboxError) return error;
	return new Fault(error.code ?? 'ECONNRESET');
}

const tooLarge = (maxBytes: number) =>
	new SealboxError(
		'ERR_RESPONSE_INVALID',
		`The response is larger than ${Math.floor(maxBytes / 2 ** 20)} MB. Set Response Format to File to store it without reading it.`,
	);
