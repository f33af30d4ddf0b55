import { SealboxError } from '../../sealing/error';
import type { Circumstances, OutgoingRequest, Presigned } from '../kind';
import { urlOf, withoutHeaders } from '../outgoing';
import { encoded, strictPath, wireQueryOf } from '../wire';
import type { AwsFields } from './fields';
import { signingKeys } from './keys';
import { headersBut, joinedHeaders, targetOf } from './sign';
import { ADDED, presignedQuery } from './sigv4';

/** AWS takes no URL that is good for longer than a week. */
export const LONGEST_SECONDS = 604_800;

/**
 * Hex digits of a signature that count as the secret: 64 bits, which nobody guesses at AWS before the
 * URL expires. A workflow may sign a thousand URLs, and each has to be looked for in all that follows.
 */
const SECRET_DIGITS = 16;

/** Parameters of a signature; an earlier one is replaced. */
const SIGNATURE =
	/^x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token)$/i;

/** The client of whoever uses the URL has its own opinion about these. */
const CLIENTS_OWN = new Set(['accept', 'accept-language', 'connection']);

/**
 * Signs a URL. With the keys of a role it ends when they end, if that is earlier.
 *
 * S3 leaves the body of the request open; every other service is promised an empty one.
 *
 * @throws {@link SealboxError} `ERR_REQUEST_INVALID` for a time that AWS does not take
 */
export async function presign(
	fields: AwsFields,
	request: OutgoingRequest,
	expiresInSeconds: number,
	circumstances: Circumstances,
): Promise<Presigned> {
	assertPossible(expiresInSeconds);
	const url = urlOf(request) as URL;
	const target = targetOf(fields, url);
	const isS3 = target.service === 's3';
	const { keys, used, expiresAtMs = Infinity } = await signingKeys(fields, circumstances);
	const atMs = circumstances.now();
	const leftSeconds = Math.floor((expiresAtMs - atMs) / 1_000);
	const lifeSeconds = Math.max(1, Math.min(expiresInSeconds, leftSeconds));
	const headers = headersBut(joinedHeaders(withoutHeaders(request, [...ADDED, 'host'])), (name) =>
		CLIENTS_OWN.has(name),
	);
	const signable = {
		method: (request.method ?? 'GET').toUpperCase(),
		host: url.host,
		path: strictPath(url.pathname),
		query: wireQueryOf(request, url).filter(([name]) => !SIGNATURE.test(name)),
		headers,
		body: isS3 ? ('unsigned' as const) : undefined,
	};
	const options = { ...target, atMs, escapesPath: !isS3, expiresInSeconds: lifeSeconds };
	const query = await presignedQuery(signable, keys, options);
	const signed = new URL(url);
	signed.pathname = signable.path;
	signed.search = encoded(query);
	signed.hash = '';
	const signature = query.find(([name]) => name === 'X-Amz-Signature')?.[1] ?? '';
	const secret = signature.slice(0, SECRET_DIGITS);
	return {
		url: signed.href,
		method: signable.method,
		headers: Object.fromEntries(
			Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-')),
		),
		expiresAtMs: atMs + lifeSeconds * 1_000,
		used: [...used, { name: 'presignedSignature', value: secret }],
	};
}

function assertPossible(expiresInSeconds: number): void {
	const isPossible =
		Number.isInteger(expiresInSeconds) &&
		expiresInSeconds >= 1 &&
		expiresInSeconds <= LONGEST_SECONDS;
	if (isPossible) return;
	throw new SealboxError(
		'ERR_REQUEST_INVALID',
		`Expires In has to be a number of seconds from 1 to ${LONGEST_SECONDS}, which is seven days.`,
	);
}
