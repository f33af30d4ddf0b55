import { SealboxError } from '../../sealing/error';
import { isPlainObject, withBodyField } from '../../kinds/body';
import { withHeader } from '../../kinds/outgoing';
import type { Fields, OutgoingRequest } from '../../kinds/kind';

/** Applies one of n8n's generic credential types as n8n's HTTP Request does. */
type Apply = (fields: Fields, request: OutgoingRequest) => OutgoingRequest;

interface Parts {
	headers?: Record<string, unknown>;
	body?: Record<string, unknown>;
	qs?: Record<string, unknown>;
}

const text = (value: unknown): string => String(value ?? '');

const GENERIC: Record<string, Apply> = {
	httpBasicAuth: (fields, request) => withHeader(request, 'authorization', basic(fields)),
	httpBearerAuth: (fields, request) =>
		withHeader(request, 'authorization', `Bearer ${text(fields.token)}`),
	httpHeaderAuth: (fields, request) => withHeader(request, text(fields.name), text(fields.value)),
	httpQueryAuth: (fields, request) =>
		withParts(request, { qs: { [text(fields.name)]: text(fields.value) } }),
	httpCustomAuth: (fields, request) => withParts(request, jsonOf(fields.json, 'JSON')),
	httpTemplatedCustomAuth: (fields, request) => withParts(request, filledTemplate(fields)),
};

/** Types that need an exchange with the server or the host first, and are handled there. */
export const isAppliedHere = (type: string): boolean => Object.hasOwn(GENERIC, type);

/**
 * The request with a generic credential applied.
 *
 * @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID` when a JSON field of it cannot be used
 */
export function applyGeneric(
	type: string,
	fields: Fields,
	request: OutgoingRequest,
): OutgoingRequest {
	const apply = GENERIC[type];
	if (apply === undefined) throw new TypeError(`${type} is not applied here`);
	return apply(fields, request);
}

/** UTF-8, as RFC 7617 section 2.1 lets a server ask for. */
const basic = (fields: Fields): string =>
	`Basic ${Buffer.from(`${text(fields.user)}:${text(fields.password)}`, 'utf8').toString('base64')}`;

function withParts(request: OutgoingRequest, { headers = {}, qs, body }: Parts): OutgoingRequest {
	const withHeaders = Object.entries(headers).reduce(
		(next, [name, value]) => withHeader(next, name, text(value)),
		request,
	);
	const withQuery = qs ? { ...withHeaders, qs: { ...request.qs, ...qs } } : withHeaders;
	return body ? withBodyFields(withQuery, body) : withQuery;
}

/** Fields of any type can be added to JSON; to a form, as text. */
function withBodyFields(request: OutgoingRequest, fields: Fields): OutgoingRequest {
	const { body } = request;
	const json = typeof body === 'string' ? parsedOrNull(body) : null;
	if (body === undefined) return { ...request, body: fields };
	if (isPlainObject(json)) return { ...request, body: JSON.stringify({ ...json, ...fields }) };
	return Object.entries(fields).reduce(
		(next, [name, value]) => withBodyField(next, name, text(value)),
		request,
	);
}

function jsonOf(value: unknown, field: string): Parts {
	const parsed = parsedOrNull(value);
	if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
	throw invalid(
		`${field} has to be a JSON object with headers, body or qs. Correct it in the credential.`,
	);
}

/** `null` stands for text that is no JSON; the parser's message would quote it. */
function parsedOrNull(value: unknown): object | null {
	if (typeof value !== 'string') return value as object | null;
	try {
		return JSON.parse(value === '' ? '{}' : value);
	} catch {
		return null;
	}
}

/**
 * The template of a "Simplified Custom Auth" with its `{{markers}}` filled. Markers are replaced
 * leaf by leaf, so that no value can change the structure. An entry whose marker is optional and
 * empty is left out; an empty marker that is required is refused.
 */
function filledTemplate(fields: Fields): Parts {
	const values = jsonOf(fields.placeholderValues, 'Placeholder Values') as Fields;
	const optional = optionalMarkers(fields.placeholderDefs);
	const fill = (part: unknown): unknown => {
		if (typeof part === 'string') return filled(part, values, optional);
		if (Array.isArray(part)) return part.map(fill).filter((entry) => entry !== undefined);
		if (typeof part !== 'object' || part === null) return part;
		const entries = Object.entries(part).map(([key, entry]) => [key, fill(entry)] as const);
		return Object.fromEntries(entries.filter(([, entry]) => entry !== undefined));
	};
	return fill(jsonOf(fields.template, 'Template')) as Parts;
}

const MARKER = /\{\{\s*([\w.-]+)\s*\}\}/g;

function filled(part: string, values: Fields, optional: ReadonlySet<string>): string | undefined {
	const isEmpty = (name: string) => text(Object.hasOwn(values, name) ? values[name] : '') === '';
	const names = [...part.matchAll(MARKER)].map(([, name = '']) => name);
	const missing = names.filter(isEmpty);
	if (missing.some((name) => optional.has(name))) return undefined;
	if (missing.length > 0) {
		throw invalid(`The placeholder ${missing[0]} has no value. Fill it in in the credential.`);
	}
	return part.replace(MARKER, (_, name: string) => text(values[name]));
}

function optionalMarkers(definitions: unknown): ReadonlySet<string> {
	const list = parsedOrNull(definitions);
	if (!Array.isArray(list)) return new Set();
	return new Set(list.filter((entry) => entry?.optional === true).map((entry) => entry.name));
}

const invalid = (sentence: string) => new SealboxError('ERR_CREDENTIAL_INVALID', sentence);
