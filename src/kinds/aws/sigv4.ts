import type { Buffer } from 'node:buffer';
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';

/** AWS Signature Version 4 over a request that is final: nothing may change between here and the wire. */

export interface Signable {
	readonly method: string;
	/** Host with its port, if that is not the scheme's own. */
	readonly host: string;
	/** The path as it is sent, percent-encoded. */
	readonly path: string;
	/** Query parameters, decoded, in any order. */
	readonly query: readonly (readonly [name: string, value: string])[];
	/** Headers to sign, besides the host. */
	readonly headers: Readonly<Record<string, string>>;
	/** `unsigned` is for streams, where the service allows it; a hash, for streams that were read before. */
	readonly body: string | Buffer | 'unsigned' | BodyHash | undefined;
}

export interface BodyHash {
	/** SHA-256 of the bytes that will be sent, in lower-case hex. */
	readonly sha256: string;
}

export interface SigningKeys {
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
	readonly sessionToken?: string | undefined;
}

export interface SigningOptions {
	readonly service: string;
	readonly region: string;
	/** Milliseconds since the Unix epoch. */
	readonly atMs: number;
	/** Normalise the path and encode it once more: every service but S3. Default true. */
	readonly escapesPath?: boolean;
	/** Send the hash of the body in a header of its own: S3 asks for it. Default false. */
	readonly hashesBody?: boolean;
}

/**
 * Signs a request.
 *
 * @returns the headers to add, in lower case: `authorization`, `x-amz-date`, and where they apply
 *   `x-amz-security-token` and `x-amz-content-sha256`
 * @see AWS General Reference, "Create a signed AWS API request"
 */
export async function signatureHeaders(
	request: Signable,
	keys: SigningKeys,
	options: SigningOptions,
): Promise<Record<string, string>> {
	const signer = await signerFor(keys, options);
	const { body } = request;
	const known = body === 'unsigned' ? UNSIGNED : isHash(body) ? body.sha256 : undefined;
	const shape = inSmithyShape(request);
	const headers = { ...shape.headers, ...(known !== undefined && { [CONTENT_HASH]: known }) };
	const signed = await signer.sign({ ...shape, headers }, { signingDate: new Date(options.atMs) });
	return Object.fromEntries(ADDED.flatMap((name) => entryOf(signed.headers, name)));
}

/**
 * Signs a request in its query, for whoever holds the URL to send.
 *
 * @param expiresInSeconds - 1 to 604800, from `options.atMs` on
 * @returns the whole query, decoded, in no particular order; headers whose names begin with `x-amz-`
 *   are in it, the others have to be sent as they were given
 * @see AWS General Reference, "Authenticating requests: using query parameters"
 */
export async function presignedQuery(
	request: Signable,
	keys: SigningKeys,
	options: SigningOptions & { readonly expiresInSeconds: number },
): Promise<[name: string, value: string][]> {
	const signer = await signerFor(keys, options);
	const signed = await signer.presign(inSmithyShape(request), {
		signingDate: new Date(options.atMs),
		expiresIn: options.expiresInSeconds,
	});
	return Object.entries(signed.query ?? {}).flatMap(([name, values]) =>
		[values ?? []].flat().map((value): [string, string] => [name, value]),
	);
}

async function signerFor(keys: SigningKeys, options: SigningOptions) {
	const { SignatureV4 } = await import('../../vendor/signature-v4');
	return new SignatureV4({
		credentials: { ...keys, sessionToken: keys.sessionToken || undefined },
		region: options.region,
		service: options.service,
		sha256: Sha256,
		uriEscapePath: options.escapesPath ?? true,
		applyChecksum: options.hashesBody ?? false,
	});
}

/** The headers that a signature consists of; an earlier signature is removed by removing them. */
export const ADDED = [
	'authorization',
	'x-amz-date',
	'x-amz-security-token',
	'x-amz-content-sha256',
] as const;

const CONTENT_HASH = 'x-amz-content-sha256';
const UNSIGNED = 'UNSIGNED-PAYLOAD';

const isHash = (body: Signable['body']): body is BodyHash =>
	typeof body === 'object' && 'sha256' in body;

function entryOf(headers: Record<string, string>, name: string): [string, string][] {
	const found = Object.keys(headers).find((key) => key.toLowerCase() === name);
	return found === undefined ? [] : [[name, headers[found] as string]];
}

/** A body that is no text and no bytes is one that the signer leaves unsigned. */
const NOT_SIGNED = {};

function inSmithyShape({ method, host, path, query, headers, body }: Signable) {
	return {
		method,
		protocol: 'https:',
		hostname: host,
		path,
		query: listed(query),
		headers: { ...headers, host },
		body: body === 'unsigned' || isHash(body) ? NOT_SIGNED : body,
	};
}

/** A parameter that occurs several times has all its values under its name. */
function listed(query: Signable['query']): Record<string, string[]> {
	const lists = new Map<string, string[]>();
	for (const [name, value] of query) lists.set(name, [...(lists.get(name) ?? []), value]);
	return Object.fromEntries(lists);
}

/** SHA-256, keyed or not, in the shape that the signer asks for. */
class Sha256 {
	#hash: Hash | Hmac;

	constructor(readonly secret?: string | ArrayBuffer | ArrayBufferView) {
		this.#hash = Sha256.begin(secret);
	}

	private static begin(secret?: string | ArrayBuffer | ArrayBufferView): Hash | Hmac {
		return secret === undefined
			? createHash('sha256')
			: createHmac('sha256', secret as string | NodeJS.ArrayBufferView);
	}

	update(bytes: Uint8Array): void {
		this.#hash.update(bytes);
	}

	async digest(): Promise<Uint8Array> {
		return this.#hash.digest();
	}

	reset(): void {
		this.#hash = Sha256.begin(this.secret);
	}
}
