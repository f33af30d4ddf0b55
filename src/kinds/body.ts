import { Buffer } from 'node:buffer';
import { SealboxError } from '../sealing/error';
import type { OutgoingRequest } from './kind';
import { headerOf } from './outgoing';

/** Puts a credential into a request body, wherever the request's shape keeps one. */

type Plain = Record<string, unknown>;

export const isPlainObject = (value: unknown): value is Plain =>
	typeof value === 'object' &&
	value !== null &&
	(Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

/** A multipart body that has been built already; it can be added to and never read. */
interface BuiltForm {
	append(name: string, value: string): void;
	getHeaders(): unknown;
}

const isBuiltForm = (value: unknown): value is BuiltForm =>
	typeof value === 'object' &&
	value !== null &&
	typeof (value as BuiltForm).append === 'function' &&
	typeof (value as BuiltForm).getHeaders === 'function';

/**
 * Returns the request with one more field in its body.
 *
 * @throws {@link SealboxError} `ERR_BODY_UNSUITABLE` when this body has no fields
 */
export function withBodyField(
	request: OutgoingRequest,
	name: string,
	value: string,
): OutgoingRequest {
	if (['GET', 'HEAD'].includes((request.method ?? 'GET').toUpperCase())) {
		throw unsuitable('a GET or HEAD request has no body. Use another method.');
	}
	if (request.formData !== undefined) {
		return { ...request, formData: withFormField(request.formData, name, value) };
	}
	if (request.form !== undefined && isEmpty(request.body)) {
		return { ...request, form: withFieldIn(request.form, name, value, true) };
	}
	const isForm = /^application\/x-www-form-urlencoded\b/i.test(
		headerOf(request, 'content-type') ?? '',
	);
	return { ...request, body: withFieldIn(request.body, name, value, isForm) };
}

const isEmpty = (body: unknown): boolean => body === undefined || body === null || body === '';

function withFormField(form: unknown, name: string, value: string): unknown {
	return isBuiltForm(form) ? appended(form, name, value) : withFieldIn(form, name, value, true);
}

function withFieldIn(body: unknown, name: string, value: string, isForm: boolean): unknown {
	if (isPlainObject(body)) return { ...body, [name]: value };
	if (body instanceof URLSearchParams) return withParameter(body, name, value);
	if (isBuiltForm(body)) return appended(body, name, value);
	if (isForm && (typeof body === 'string' || isEmpty(body))) {
		return withParameter(new URLSearchParams(body as string | undefined), name, value).toString();
	}
	if (isEmpty(body)) return { [name]: value };
	if (typeof body === 'string') return withJsonField(body, name, value);
	if (Buffer.isBuffer(body)) throw unsuitable('this body is binary.');
	throw unsuitable('this body is neither JSON with fields nor a form.');
}

function withParameter(form: URLSearchParams, name: string, value: string): URLSearchParams {
	const copy = new URLSearchParams(form);
	copy.set(name, value);
	return copy;
}

/** What has been appended to a built form. It stays with the form, since a form cannot be asked. */
const appendedTo = new WeakMap<BuiltForm, Map<string, string>>();

function appended(form: BuiltForm, name: string, value: string): BuiltForm {
	const earlier = appendedTo.get(form) ?? new Map<string, string>();
	if (earlier.has(name) && earlier.get(name) !== value) {
		throw unsuitable('this multipart body was built with an earlier key. Build it again.');
	}
	if (!earlier.has(name)) form.append(name, value);
	appendedTo.set(form, earlier.set(name, value));
	return form;
}

/**
 * Adds a field to JSON text without rewriting the rest: numbers with many digits, the order of fields
 * and the spacing stay as they were.
 */
function withJsonField(text: string, name: string, value: string): string {
	const body = parseOrNull(text);
	if (!isPlainObject(body)) throw unsuitable('this body is text, but not a JSON object.');
	const key = JSON.stringify(name);
	const ours = new RegExp(`^\\s*\\{${escaped(key)}:"(?:[^"\\\\]|\\\\.)*"(?=[,}])`);
	const field = `{${key}:${JSON.stringify(value)}`;
	if (ours.test(text)) return text.replace(ours, () => field);
	if (Object.hasOwn(body, name)) return JSON.stringify({ ...body, [name]: value });
	const rest = text.slice(text.indexOf('{') + 1);
	return Object.keys(body).length === 0 ? `${field}}` : `${field},${rest}`;
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** `null` for text that is not JSON; the caller says so. */
function parseOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

const unsuitable = (why: string): SealboxError =>
	new SealboxError(
		'ERR_BODY_UNSUITABLE',
		`The credential puts its key into the body, but ${why} Or choose another place for the key in the credential.`,
	);
