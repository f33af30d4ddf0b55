import type { OutgoingRequest } from './kind';

/** The request with one header set; an earlier one of that name, in any case, is replaced. */
export function withHeader(request: OutgoingRequest, name: string, value: string): OutgoingRequest {
	const others = Object.entries(request.headers ?? {}).filter(
		([other]) => other.toLowerCase() !== name.toLowerCase(),
	);
	return { ...request, headers: { ...Object.fromEntries(others), [name]: value } };
}

/** The absolute URL that a request of either shape goes to, or `null` when it has none. */
export function urlOf(request: OutgoingRequest): URL | null {
	const target = request.url ?? request.uri ?? '';
	return URL.canParse(target, request.baseURL) ? new URL(target, request.baseURL) : null;
}
