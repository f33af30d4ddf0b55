import { Buffer } from 'node:buffer';
import { SealboxError } from '../sealing/error';
import { isPlainObject } from './body';
import type { OutgoingRequest } from './kind';
import { headerOf } from './outgoing';

/**
 * The bytes that the host's HTTP client will send, settled before it gets the request.
 *
 * A signature covers bytes, and the host serialises bodies and query strings after `authenticate`. So
 * the serialising is done here, by the host's rules, and the host is given text and bytes that it
 * passes on as they are. How it treats each of its two request shapes was read in its client.
 */

export type Pair = readonly [name: string, value: string];

export interface WireBody {
	/**
	 * What to hand to the host so that it arrives unchanged; `stream` stands for what cannot be read
	 * before it is sent.
	 */
	readonly content: string | Buffer | undefined | 'stream';
	readonly contentType: string | undefined;
}

type ArrayFormat = 'indices' | 'brackets' | 'repeat' | 'comma';

const FORM = 'application/x-www-form-urlencoded';

/** Body and content type of a request of either shape, as they will be sent. */
export function wireBodyOf(request: OutgoingRequest): WireBody {
	const declared = headerOf(request, 'content-type');
	// The client of the older shape builds a multipart body anew, whatever it is given.
	const isBuilt = Buffer.isBuffer(request.body) && request.uri === undefined;
	const isMultipart = /multipart\/form-data/i.test(declared ?? '') && !isBuilt;
	if (request.formData !== undefined || isMultipart || isStream(request.body)) {
		return { content: 'stream', contentType: declared };
	}
	// The client of the newer shape drops the body of a GET request.
	const text =
		isGet(request) && request.uri === undefined ? undefined : contentOf(request, declared);
	if (text === undefined) return { content: undefined, contentType: declared };
	const contentType = declared ?? text.contentType;
	return { content: unchanged(text.content, contentType), contentType };
}

/**
 * The host's client trims or quotes text under a JSON type, and takes bytes under a form type for an
 * object; it lets the other one of the two pass.
 */
function unchanged(content: string | Buffer, contentType: string): string | Buffer {
	if (isFormType(contentType)) return content.toString();
	return typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
}

const isFormType = (contentType: string | undefined): boolean =>
	/^application\/x-www-form-urlencoded\b/i.test(contentType ?? '');

const isGet = ({ method }: OutgoingRequest): boolean => (method ?? 'GET').toUpperCase() === 'GET';

const isStream = (body: unknown): boolean =>
	typeof body === 'object' &&
	body !== null &&
	(typeof (body as { pipe?: unknown }).pipe === 'function' ||
		typeof (body as { getReader?: unknown }).getReader === 'function' ||
		typeof (body as { getHeaders?: unknown }).getHeaders === 'function');

interface Content {
	content: string | Buffer;
	contentType: string;
}

/** `undefined` when there is nothing to send. */
function contentOf(request: OutgoingRequest, declared: string | undefined): Content | undefined {
	const { body, form } = request;
	const isForm = isFormType(declared);
	if (form !== undefined && (body === undefined || isForm)) {
		return { content: formText(request, form, body), contentType: FORM };
	}
	if (body === undefined || body === null || body === '') return undefined;
	if (Buffer.isBuffer(body)) return { content: body, contentType: 'application/octet-stream' };
	if (body instanceof Uint8Array) {
		return { content: Buffer.from(body), contentType: 'application/octet-stream' };
	}
	if (body instanceof URLSearchParams) return { content: body.toString(), contentType: FORM };
	if (typeof body === 'string') return { content: body, contentType: `${FORM}; charset=utf-8` };
	if (isForm && isPlainObject(body)) return { content: formText(request, body), contentType: FORM };
	if (typeof body === 'object') return objectContent(body, request);
	throw new SealboxError(
		'ERR_BODY_UNSUITABLE',
		'The body must be JSON, a form, text or binary data, so that it can be signed.',
	);
}

/** An empty object counts as no body in the newer shape of requests. */
function objectContent(body: object, request: OutgoingRequest): Content | undefined {
	if (request.uri === undefined && isPlainObject(body) && Object.keys(body).length === 0) {
		return undefined;
	}
	const fields = isPlainObject(body) && isPlainObject(request.form) ? request.form : {};
	const whole = isPlainObject(body) ? { ...body, ...fields } : body;
	return { content: JSON.stringify(whole), contentType: 'application/json' };
}

function formText(request: OutgoingRequest, form: unknown, body?: unknown): string {
	if (typeof body === 'string') return body;
	if (typeof form === 'string') return form;
	if (form instanceof URLSearchParams) return form.toString();
	const format = request.useQuerystring === true ? 'repeat' : 'indices';
	return encoded(pairsOf({ ...(body as object | undefined), ...(form as object) }, format));
}

/** The query parameters of URL and `qs` together, decoded, in the order in which they will stand. */
export const wireQueryOf = (request: OutgoingRequest, url: URL): Pair[] => [
	...url.searchParams,
	...(request.qs instanceof URLSearchParams
		? request.qs
		: pairsOf(request.qs ?? {}, arrayFormatOf(request))),
];

function arrayFormatOf(request: OutgoingRequest): ArrayFormat {
	const nested = (request.qsStringifyOptions as { arrayFormat?: unknown } | undefined)?.arrayFormat;
	const asked = request.useQuerystring === true ? 'repeat' : (nested ?? request.arrayFormat);
	return FORMATS.find((format) => format === asked) ?? 'indices';
}

const FORMATS: readonly ArrayFormat[] = ['indices', 'brackets', 'repeat', 'comma'];

/** Flattens nested values to pairs: `{a: [1], b: {c: 2}}` gives `a[0]=1` and `b[c]=2`. */
export function pairsOf(values: unknown, format: ArrayFormat): Pair[] {
	return Object.entries(values as object).flatMap(([name, value]) => flat(name, value, format));
}

function flat(name: string, value: unknown, format: ArrayFormat): Pair[] {
	if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return [];
	if (value === null) return [[name, '']];
	if (value instanceof Date) return [[name, value.toISOString()]];
	if (typeof value !== 'object' || Buffer.isBuffer(value)) return [[name, String(value)]];
	if (!Array.isArray(value)) {
		return Object.entries(value).flatMap(([key, inner]) => flat(`${name}[${key}]`, inner, format));
	}
	if (format === 'comma') return value.length === 0 ? [] : [[name, value.join(',')]];
	const nameAt = {
		indices: (i: number) => `${name}[${i}]`,
		brackets: () => `${name}[]`,
		repeat: () => name,
	};
	return value.flatMap((inner, index) => flat(nameAt[format](index), inner, format));
}

/** RFC 3986 section 2.3: everything but the unreserved characters is escaped. */
export const strictEscape = (text: string): string =>
	encodeURIComponent(text).replace(
		/[!'()*]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
	);

export const encoded = (pairs: readonly Pair[]): string =>
	pairs.map(([name, value]) => `${strictEscape(name)}=${strictEscape(value)}`).join('&');

/** A path in one spelling, whatever mixture of escaped and plain characters it came in. */
export const strictPath = (pathname: string): string =>
	pathname
		.split('/')
		.map((segment) => strictEscape(segment.replace(/(?:%[0-9a-f]{2})+/gi, decodedOrSame)))
		.join('/');

/** Escapes that are not UTF-8 are left to stand as text. */
function decodedOrSame(escapes: string): string {
	try {
		return decodeURIComponent(escapes);
	} catch {
		return escapes;
	}
}
