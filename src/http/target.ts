import { SealboxError } from '../sealing/error';

/**
 * The URL of a request.
 *
 * @throws {@link SealboxError} `ERR_REQUEST_INVALID` unless it is absolute, http or https, and
 *   without a login in front of the host
 */
export function parseTarget(text: unknown): URL {
	const url = typeof text === 'string' ? URL.parse(text.trim()) : null;
	if (url === null || !/^https?:$/.test(url.protocol)) {
		throw invalid(
			'URL has to be a full address that begins with http:// or https://, e.g. https://api.example.com/v1/items.',
		);
	}
	if (url.username !== '' || url.password !== '') {
		throw invalid(
			'URL holds a login before the host name. Take it out, and put it into a Basic credential.',
		);
	}
	url.hash = '';
	return url;
}

/**
 * Refuses a Host header that names another host than the URL: a shared front would pass the
 * request, and the credential with it, to someone whom the credential does not allow.
 */
export function assertHostHeader(headers: Readonly<Record<string, string>>, url: URL): void {
	const named = Object.entries(headers).filter(([name]) => name.trim().toLowerCase() === 'host');
	if (named.every(([, host]) => host.trim().toLowerCase() === url.host)) return;
	throw invalid('The Host header names another host than the URL. Take the header out.');
}

/** Refuses header names and values that would not arrive as one header each. RFC 9110 section 5 */
export function assertHeaders(headers: Readonly<Record<string, string>>): void {
	for (const [name, value] of Object.entries(headers)) {
		if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
			throw invalid(
				'A header has a name with a character that is not allowed, such as a space or a colon.',
			);
		}
		if (/[\0\r\n]/.test(value)) {
			throw invalid(`The header ${name} holds a line break. Take it out.`);
		}
	}
}

/** What an error may show of a request: the method and the host, never path or query. */
export const nameOf = (method: string, url: URL): string => `${method} ${url.host}`;

const invalid = (sentence: string) => new SealboxError('ERR_REQUEST_INVALID', sentence);
