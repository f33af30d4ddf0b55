import type { OutgoingRequest } from './kind';

/** Reading and replacing parts of a request of either shape, always on a copy. */

type Headers = Record<string, unknown>;

const isNamed = (name: string) => (other: string) => other.toLowerCase() === name.toLowerCase();

/** The request without some of its properties. */
export const without = (request: OutgoingRequest, ...keys: readonly string[]): OutgoingRequest =>
	Object.fromEntries(Object.entries(request).filter(([key]) => !keys.includes(key)));

/** A header's value whatever its case, lists joined as they are on the wire, or `undefined`. */
export function headerOf(request: OutgoingRequest, name: string): string | undefined {
	const headers = request.headers ?? {};
	const values = Object.keys(headers)
		.filter(isNamed(name))
		.flatMap((key) => headers[key] ?? [])
		.map(String);
	if (values.length === 0) return undefined;
	return values.join(name.toLowerCase() === 'cookie' ? '; ' : ', ');
}

/** The request without some headers, whatever their case. */
export function withoutHeaders(
	request: OutgoingRequest,
	names: readonly string[],
): OutgoingRequest {
	const headers: Headers = Object.fromEntries(
		Object.entries(request.headers ?? {}).filter(([key]) => !names.some((n) => isNamed(n)(key))),
	);
	return { ...request, headers };
}

/** The request with one header set; an earlier one of that name, in any case, is replaced. */
export function withHeader(request: OutgoingRequest, name: string, value: string): OutgoingRequest {
	const cleared = withoutHeaders(request, [name]);
	const headers = { ...cleared.headers, [name]: value };
	if (name.toLowerCase() !== 'authorization') return { ...cleared, headers };
	// The HTTP client would replace our header by what stands in `auth`.
	return { ...without(cleared, 'auth'), headers };
}

/** The request with one cookie set beside the others; RFC 6265 section 5.4. */
export function withCookie(request: OutgoingRequest, name: string, value: string): OutgoingRequest {
	const others = (headerOf(request, 'cookie') ?? '')
		.split(';')
		.map((pair) => pair.trim())
		.filter((pair) => pair !== '' && pair.split('=')[0]?.trim() !== name);
	return withHeader(request, 'Cookie', [...others, `${name}=${value}`].join('; '));
}

/** The request with one query parameter set; one of that name, in the URL too, is replaced. */
export function withQuery(request: OutgoingRequest, name: string, value: string): OutgoingRequest {
	const cleared = withoutUrlQuery(request, name);
	if (cleared.qs instanceof URLSearchParams) {
		const qs = new URLSearchParams(cleared.qs);
		qs.set(name, value);
		return { ...cleared, qs: qs as unknown as Record<string, unknown> };
	}
	return { ...cleared, qs: { ...cleared.qs, [name]: value } };
}

function withoutUrlQuery(request: OutgoingRequest, name: string): OutgoingRequest {
	const url = urlOf(request);
	if (url === null || !url.searchParams.has(name)) return request;
	url.searchParams.delete(name);
	return withUrl(request, url);
}

/** What a request names as its target, before it is parsed. The host prefers `url` to `uri`. */
export const targetOf = (request: OutgoingRequest): string => {
	const target = request.url ?? request.uri ?? '';
	const base = request.baseURL;
	if (base === undefined || base === '' || ABSOLUTE.test(String(target))) return String(target);
	return target === '' ? String(base) : joined(String(base), String(target));
};

/** As the host's client decides it: a scheme, or two slashes. */
const ABSOLUTE = /^([a-z][a-z\d+\-.]*:)?\/\//i;

/** `https://a.example/v1` and `/me` make `https://a.example/v1/me`, as the host's client joins them. */
export const joined = (base: string, path: string): string =>
	path === '' ? base : `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;

/** The absolute URL that a request of either shape goes to, or `null` when it has none. */
export function urlOf(request: OutgoingRequest): URL | null {
	const target = targetOf(request);
	return URL.canParse(target) ? new URL(target) : null;
}

/**
 * The request with an absolute URL in place of whatever named its target, so that no later reader
 * can understand the target differently from the one who checked it.
 */
export function withUrl(request: OutgoingRequest, url: URL): OutgoingRequest {
	const isLegacy = request.uri !== undefined;
	const rest = without(request, 'url', 'uri', 'baseURL');
	return { ...rest, [isLegacy ? 'uri' : 'url']: url.href };
}
