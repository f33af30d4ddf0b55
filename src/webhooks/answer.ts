import { validateHeaderName, validateHeaderValue } from 'node:http';
import { SealboxError } from '../sealing/error';

/** What a caller is answered. */
export interface Answer {
	readonly statusCode: number;
	/** Names in lower case. */
	readonly headers: Record<string, string>;
	readonly content: Content;
}

export type Content =
	| { readonly kind: 'json'; readonly value: unknown }
	| { readonly kind: 'text'; readonly text: string }
	| { readonly kind: 'bytes'; readonly bytes: Buffer }
	/** A file that the host keeps under this id. */
	| { readonly kind: 'stored'; readonly id: string };

/** The body as the host sends it. JSON goes as text: in an object a caller could name a stored file. */
export function answerBody(content: Content): string | Buffer | { binaryData: { id: string } } {
	switch (content.kind) {
		case 'json':
			return JSON.stringify(content.value);
		case 'text':
			return content.text;
		case 'bytes':
			return content.bytes;
		case 'stored':
			return { binaryData: { id: content.id } };
	}
}

export interface HeaderRow {
	readonly name: string;
	readonly value: string;
}

/** How long a message is and how it travels is for the server to say, and the host keeps the last three. */
const RESERVED = [
	'connection',
	'content-length',
	'keep-alive',
	'trailer',
	'transfer-encoding',
	'upgrade',
	'clear-site-data',
	'content-security-policy',
	'strict-transport-security',
];

/** The content type of text that somebody wrote: never one that a browser runs. */
export const textType = (text: string): string =>
	/^\s*[{[]/.test(text) && parsedOrUndefined(text) !== undefined
		? 'application/json; charset=utf-8'
		: 'text/plain; charset=utf-8';

/**
 * The headers of an answer.
 *
 * @throws SealboxError `ERR_RESPONSE_INVALID` for a name or value that is no header's, a name that is there
 *   twice, and one that is not the workflow's to set
 */
export function answerHeaders(rows: readonly HeaderRow[]): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const row of rows) {
		const name = row.name.trim().toLowerCase();
		if (!isName(name)) {
			throw invalid(
				'Headers: a name has a character that is not allowed, or is empty. Use letters, digits and hyphens.',
			);
		}
		if (RESERVED.includes(name)) {
			throw invalid(`Headers: ${name} is set by n8n and the server. Take it out.`);
		}
		if (name in headers) throw invalid(`Headers: ${name} is there twice. Take one out.`);
		if (!isValue(name, row.value)) {
			throw invalid(
				`Headers: the value of ${name} holds a line break or another character that is not allowed.`,
			);
		}
		headers[name] = row.value;
	}
	return headers;
}

const isName = (name: string): boolean => passes(() => validateHeaderName(name));
const isValue = (name: string, value: string): boolean =>
	passes(() => validateHeaderValue(name, value));

function passes(check: () => void): boolean {
	try {
		check();
		return true;
	} catch {
		return false;
	}
}

/** @throws SealboxError `ERR_RESPONSE_INVALID` unless it is a whole number from `least` to `most` */
export function answerStatus(status: unknown, least = 200, most = 599): number {
	if (Number.isInteger(status) && Number(status) >= least && Number(status) <= most) {
		return Number(status);
	}
	throw invalid(`Status has to be a whole number from ${least} to ${most}.`);
}

/**
 * Where a caller is sent: a full address over http or https, or a path on this server.
 *
 * @throws SealboxError `ERR_RESPONSE_INVALID` for anything else, among it an address with a login
 */
export function answerLocation(text: string): string {
	const given = text.trim();
	const isPath = /^\/(?![/\\])/.test(given);
	const url = URL.parse(given, isPath ? 'http://here' : undefined);
	if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '') {
		throw invalid(
			'Redirect URL has to be a full address that begins with http:// or https:// and holds no login, or a path that begins with /.',
		);
	}
	return isPath ? url.pathname + url.search + url.hash : url.href;
}

/** @throws SealboxError `ERR_RESPONSE_INVALID` for text that is no JSON */
export function answerJson(given: unknown): unknown {
	const value = typeof given === 'string' ? parsedOrUndefined(given) : given;
	if (value !== undefined) return value;
	throw invalid('Response Body is no JSON. Check its quotes, commas and braces.');
}

function parsedOrUndefined(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return undefined;
	}
}

const invalid = (sentence: string) => new SealboxError('ERR_RESPONSE_INVALID', sentence);
