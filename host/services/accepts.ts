import { constants, createHash, createHmac, timingSafeEqual, verify } from 'node:crypto';
import type { Received } from './service.ts';

/*
 * What a careful service checks, written from the standards with node:crypto only: an oracle that
 * shares no code with the credentials under test.
 */

type Check = (request: Received) => boolean;

/** What passes every one of several checks. */
export const acceptsEach =
	(...checks: Check[]): Check =>
	(request) =>
		checks.every((check) => check(request));

/** RFC 6750 section 2.1. */
export const acceptsBearer =
	(token: string): Check =>
	({ headers }) =>
		headers.authorization === `Bearer ${token}`;

/** RFC 7617, UTF-8. */
export const acceptsBasic =
	(user: string, password: string): Check =>
	({ headers }) =>
		headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A key in a header, a query parameter, a cookie, or a field of a JSON or form body. */
export const acceptsApiKey =
	(place: 'header' | 'query' | 'cookie' | 'body', name: string, value: string): Check =>
	(request) =>
		({
			header: () => request.headers[name.toLowerCase()],
			query: () => request.query[name],
			cookie: () => decoded(request.cookies[name]),
			body: () => fieldsOf(request)[name],
		})[place]() === value;

const decoded = (value: string | undefined) => value && decodeURIComponent(value);

function fieldsOf({ headers, body }: Received): Record<string, unknown> {
	const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
	return isForm ? Object.fromEntries(new URLSearchParams(body)) : parsed(body);
}

function parsed(body: string): Record<string, unknown> {
	try {
		return JSON.parse(body) as Record<string, unknown>;
	} catch {
		// Not JSON: it has no fields.
		return {};
	}
}

/** RFC 7515: a token signed with HS256 by a secret, or with RS256, PS256, ES256 or EdDSA by a key. */
export function acceptsJwt(key: string): Check {
	return ({ headers }) => {
		const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(headers.authorization ?? '');
		if (token === null) return false;
		const [, head, payload, signature] = token;
		const { alg } = decodedPart(head) as { alg: string };
		const { exp = 0 } = decodedPart(payload) as { exp?: number };
		const isSigned = SIGNED[alg]?.(`${head}.${payload}`, key, Buffer.from(signature, 'base64url'));
		return isSigned === true && exp > Date.now() / 1_000;
	};
}

const decodedPart = (part: string): unknown =>
	JSON.parse(Buffer.from(part, 'base64url').toString());

const SIGNED: Record<string, (signed: string, key: string, signature: Buffer) => boolean> = {
	HS256: (signed, key, signature) =>
		equal(createHmac('sha256', key).update(signed).digest(), signature),
	RS256: (signed, key, signature) => verify('sha256', Buffer.from(signed), key, signature),
	PS256: (signed, key, signature) =>
		verify(
			'sha256',
			Buffer.from(signed),
			{ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
			signature,
		),
	ES256: (signed, key, signature) =>
		verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature),
	EdDSA: (signed, key, signature) => verify(null, Buffer.from(signed), key, signature),
};

const equal = (one: Buffer, other: Buffer) =>
	one.length === other.length && timingSafeEqual(one, other);

/**
 * AWS Signature Version 4 of the request as it arrived.
 * @see AWS IAM User Guide, "Create a signed AWS API request"
 */
export function acceptsAws(secretAccessKey: string): Check {
	return (request) => {
		const parts =
			/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
				request.headers.authorization ?? '',
			);
		if (parts === null) return false;
		const [, , date, region, service, signedHeaders, signature] = parts;
		const scope = `${date}/${region}/${service}/aws4_request`;
		const canonical = sha256(canonicalRequest(request, signedHeaders.split(';'), service));
		const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'], scope, canonical].join('\n');
		const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(
			hmac,
			`AWS4${secretAccessKey}`,
		);
		return equal(hmac(key, toSign), Buffer.from(signature, 'hex'));
	};
}

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

const hmac = (key: Buffer | string, text: string) =>
	createHmac('sha256', key).update(text).digest();

const escaped = (text: string) =>
	encodeURIComponent(text).replace(
		/[!'()*]/g,
		(c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
	);

/** S3 signs the path as it is; every other service signs it encoded once more. */
function canonicalRequest(request: Received, signedHeaders: string[], service: string): string {
	const [path, query = ''] = request.target.split('?');
	const canonicalPath = service === 's3' ? path : path.split('/').map(escaped).join('/');
	const parameters = [...new URLSearchParams(query)]
		.map((pair) => pair.map(escaped).join('='))
		.sort();
	const headers = signedHeaders.map(
		(name) => `${name}:${request.headers[name]?.trim().replace(/ +/g, ' ')}\n`,
	);
	const payload = request.headers['x-amz-content-sha256'] ?? sha256(request.bytes);
	if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(request.bytes)) return 'altered body';
	return [
		request.method,
		canonicalPath,
		parameters.join('&'),
		headers.join(''),
		signedHeaders.join(';'),
		payload,
	].join('\n');
}
