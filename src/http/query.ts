/** How a list in the query is written: `a=1&a=2`, `a[]=1&a[]=2` or `a[0]=1&a[1]=2`. */
export type ArrayFormat = 'repeat' | 'brackets' | 'indices';

/** A query or form as pairs; nested objects become `a[b]=1`, as most services read it. */
export function pairsOf(
	value: unknown,
	format: ArrayFormat = 'brackets',
	prefix = '',
): [string, string][] {
	if (value === undefined) return [];
	if (Array.isArray(value)) {
		return value.flatMap((entry, index) => pairsOf(entry, format, prefix + listKey(format, index)));
	}
	if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
		return Object.entries(value).flatMap(([key, entry]) =>
			pairsOf(entry, format, prefix === '' ? key : `${prefix}[${key}]`),
		);
	}
	const text = value instanceof Date ? value.toISOString() : String(value ?? '');
	return [[prefix, text]];
}

const listKey = (format: ArrayFormat, index: number): string =>
	format === 'repeat' ? '' : format === 'brackets' ? '[]' : `[${index}]`;

/** The URL with pairs added to its query, which otherwise stays byte for byte as it was. */
export function withQuery(url: URL, pairs: readonly (readonly [string, string])[]): URL {
	if (pairs.length === 0) return url;
	const added = pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
	const next = new URL(url);
	next.search = next.search.length > 1 ? `${next.search}&${added}` : added;
	return next;
}

/** The URL with these query parameters replaced, wherever they stood. */
export function withQueryReplaced(url: URL, pairs: readonly (readonly [string, string])[]): URL {
	const names = new Set(pairs.map(([name]) => name));
	const kept = url.search
		.slice(1)
		.split('&')
		.filter((pair) => pair !== '' && !names.has(decode(pair.split('=', 1)[0] ?? '')));
	const next = new URL(url);
	next.search = kept.join('&');
	return withQuery(next, pairs);
}

/** RFC 3986: a space is %20, which a form-style reader understands as well. */
const encode = (text: string): string =>
	encodeURIComponent(text).replace(
		/[!'()*]/g,
		(c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
	);

function decode(text: string): string {
	try {
		return decodeURIComponent(text.replaceAll('+', ' '));
	} catch {
		// Not percent-encoded after all; such a name can only be compared as it stands.
		return text;
	}
}
