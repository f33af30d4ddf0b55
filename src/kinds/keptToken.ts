import { SealboxError } from '../sealing/error';
import { isStripped, trimmed, withPrefix } from './fields';
import type { Applied, Circumstances, Fields, OutgoingRequest } from './kind';
import { headerOf, withHeader } from './outgoing';

/** The header that carries a token. */
export interface TokenHeader {
	readonly headerName: string;
	/** The word before the token. */
	readonly prefix: string;
}

/** Puts a token on a request that somebody keeps. One that is on it already has been refused. */
export async function withKeptToken(
	fields: Fields,
	{ headerName, prefix }: TokenHeader,
	request: OutgoingRequest,
	{ tokenOf }: Circumstances,
): Promise<Applied> {
	if (tokenOf === undefined) {
		throw new SealboxError(
			'ERR_TOKEN_UNAVAILABLE',
			'Tokens can only be had within n8n, which keeps them between requests.',
		);
	}
	const name = headerName.trim();
	const refused = carriedToken(prefix, headerOf(request, name));
	const value = trimmed(await tokenOf(fields, refused));
	return {
		request: withHeader(request, name, withPrefix(prefix, value)),
		used: [{ name: 'token', value }],
		isPinned: !isStripped(name),
	};
}

/** The token that a request carries from an earlier try, or `undefined`. */
function carriedToken(prefix: string, value: string | undefined): string | undefined {
	const start = withPrefix(prefix, 'x').slice(0, -1);
	return value?.startsWith(start) && value.length > start.length
		? value.slice(start.length)
		: undefined;
}
