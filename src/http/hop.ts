import { SealboxError } from '../sealing/error';
import { headerOf, type HttpRequest, type HttpResponse } from './message';
import type { Carrier } from './ports';

/** A request, and whether the credential goes along. */
export interface Hop {
	readonly request: HttpRequest;
	readonly authenticated: boolean;
}

const FOLLOWED = new Set([301, 302, 303, 307, 308]);

/**
 * Headers that another origin may see. Everything else that the workflow sets may be a secret
 * of the first one, whatever its name.
 */
const PORTABLE =
	/^(accept(-.*)?|content-(type|language|encoding)|user-agent|range|if-.*|cache-control|prefer)$/i;

/** Whether a response sends the client elsewhere. */
export const isRedirect = (response: HttpResponse): boolean =>
	FOLLOWED.has(response.status) && headerOf(response, 'location') !== '';

/**
 * The request that a redirect leads to.
 *
 * 307 and 308 keep method and body. 303 turns everything but HEAD into GET; 301 and 302 do so
 * with POST, as every browser does.
 *
 * @see RFC 9110 sections 15.4.2 to 15.4.9
 * @throws {@link SealboxError} `ERR_REDIRECT_REFUSED`
 */
export function redirected(hop: Hop, response: HttpResponse, credential: Carrier | null): Hop {
	const { request } = hop;
	const location = headerOf(response, 'location');
	const url = URL.parse(location, request.url.href);
	if (url === null) throw refused(request, 'to an address that is no URL');
	return toServersChoice(
		{ ...hop, request: withMethodAfter(response.status, request) },
		url,
		credential,
	);
}

/**
 * The hop to an address that a server chose: by a redirect, or as the link to the next page.
 *
 * 1. Refuse what no server may ask for: another scheme, less protection, a login in the address.
 * 2. The same origin sees what the first one saw.
 * 3. Another origin gets the credential only if the credential itself names that host.
 *    It never gets an address that shows one of the secrets, nor headers that may hold one.
 *
 * @throws {@link SealboxError} `ERR_REDIRECT_REFUSED`, `ERR_DESTINATION_REFUSED`
 */
export function toServersChoice(hop: Hop, target: URL, credential: Carrier | null): Hop {
	const { request } = hop;
	const url = new URL(target);
	// 1
	if (!/^https?:$/.test(url.protocol))
		throw refused(request, 'to something other than http or https');
	if (request.url.protocol === 'https:' && url.protocol === 'http:') {
		throw refused(request, 'from https to http, where anyone on the way can read along');
	}
	if (url.username !== '' || url.password !== '') {
		throw refused(request, 'to an address with a login in it');
	}
	url.hash = '';
	// 2
	if (isSameOrigin(request.url, url)) return { ...hop, request: { ...request, url } };
	// 3
	if (credential?.showsIn(url.href)) {
		throw refused(request, `to ${url.host} with a secret of the credential in the address`);
	}
	credential?.assertReachable(url);
	const authenticated = hop.authenticated && credential !== null && credential.names(url);
	return { request: { ...request, url, headers: portable(request.headers) }, authenticated };
}

/** Equal origins, or the step from http to https of one host on the standard ports. */
function isSameOrigin(from: URL, to: URL): boolean {
	if (from.origin === to.origin) return true;
	const isUpgrade = from.protocol === 'http:' && to.protocol === 'https:';
	return isUpgrade && from.hostname === to.hostname && from.port === '' && to.port === '';
}

function withMethodAfter(status: number, request: HttpRequest): HttpRequest {
	const { method } = request;
	const becomesGet =
		(status === 303 && method !== 'HEAD') ||
		((status === 301 || status === 302) && method === 'POST');
	if (!becomesGet || method === 'GET') return request;
	const headers = Object.fromEntries(
		Object.entries(request.headers).filter(([name]) => !/^content-/i.test(name)),
	);
	return { method: 'GET', url: request.url, headers };
}

const portable = (headers: HttpRequest['headers']) =>
	Object.fromEntries(Object.entries(headers).filter(([name]) => PORTABLE.test(name)));

const refused = (request: HttpRequest, where: string) =>
	new SealboxError(
		'ERR_REDIRECT_REFUSED',
		`${request.url.host} sends this request ${where}. It was not followed.`,
	);
