import { SealboxError } from '../sealing/error';
import { setAt } from './jsonPath';
import { headerName, type Content, type HttpRequest } from './message';
import { withQueryReplaced } from './query';
import { assertHeaders } from './target';

/** Where a cursor goes. */
export type CursorPlace = 'query' | 'body' | 'header';

/**
 * The request for the page that a cursor stands for: the first one with the cursor in it.
 *
 * In a JSON body a cursor may be anything, such as the last key of DynamoDB; elsewhere it is text.
 *
 * @throws {@link SealboxError} `ERR_PAGINATION_REFUSED` when it does not fit there
 */
export function withCursor(
	request: HttpRequest,
	cursor: unknown,
	{ into, name }: { readonly into: CursorPlace; readonly name: string },
): HttpRequest {
	if (into === 'body') return { ...request, content: inBody(request.content, name, cursor) };
	const text = textOf(cursor);
	if (into === 'query') {
		return { ...request, url: withQueryReplaced(request.url, [[name, text]]) };
	}
	const earlier = headerName(request, name.toLowerCase()) ?? name;
	const headers = { ...request.headers, [earlier]: text };
	assertHeaders(headers);
	return { ...request, headers };
}

function inBody(content: Content | undefined, name: string, cursor: unknown): Content {
	if (content?.type === 'form') {
		const others = content.fields.filter(([field]) => field !== name);
		return { type: 'form', fields: [...others, [name, textOf(cursor)]] };
	}
	if (content?.type === 'json' && isObject(content.value)) {
		const value = structuredClone(content.value);
		setAt(value, name, cursor);
		return { type: 'json', value };
	}
	throw refused(
		'The cursor cannot go into this body: it is neither a JSON object nor a form. Send JSON or a form, or put the cursor elsewhere.',
	);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

function textOf(cursor: unknown): string {
	if (typeof cursor === 'string' || typeof cursor === 'number') return String(cursor);
	throw refused(
		'The cursor in the response is not a text or number, so that it fits into a JSON body only. Check Cursor Field.',
	);
}

const refused = (sentence: string) => new SealboxError('ERR_PAGINATION_REFUSED', sentence);
