import { createHash, createHmac } from 'node:crypto';

/**
 * A verifier of AWS signatures, written from the documentation and independent of the signer: it takes
 * what arrived on a socket and says which signature it should have had.
 */
export interface Arrived {
	method: string;
	/** The request target as it stood on the wire. */
	target: string;
	headers: readonly (readonly [name: string, value: string])[];
	body: Buffer;
}

const hmac = (key: string | Buffer, text: string) =>
	createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const escape = (text: string) =>
	encodeURIComponent(text).replace(
		/[!'()*]/g,
		(c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
	);

/** Null when the signature is right; else what differs. */
export function verify(arrived: Arrived, secretAccessKey: string): string | null {
	const header = (name: string) =>
		arrived.headers
			.filter(([other]) => other.toLowerCase() === name)
			.map(([, value]) => value.trim().replace(/ +/g, ' '))
			.join(',');
	const authorization =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
			header('authorization'),
		);
	if (authorization === null) return 'no signature';
	const [, , day = '', region = '', service = '', signed = '', signature] = authorization;
	const must = arrived.headers
		.map(([name]) => name.toLowerCase())
		.filter((name) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'));
	for (const name of must) {
		if (!signed.split(';').includes(name)) return `${name} is not signed`;
	}
	const bodyHash = sha256(arrived.body);
	if (service === 's3' && header('x-amz-content-sha256') !== bodyHash)
		return 'the body hash differs';
	const [path = '', search = ''] = arrived.target.split('?');
	// S3 decodes the path and encodes it its own way; the others encode what they got once more.
	const segment = (text: string) => escape(service === 's3' ? decodeURIComponent(text) : text);
	const collapsed = service === 's3' ? path : path.replace(/\/{2,}/g, '/');
	const canonicalPath = collapsed.split('/').map(segment).join('/');
	const canonicalQuery = search
		.split('&')
		.filter((pair) => pair !== '')
		.map((pair) => pair.split('=').map((part) => escape(decodeURIComponent(part))))
		.map(([name = '', value = '']) => [name, value] as const)
		.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');
	const canonical = [
		arrived.method,
		canonicalPath,
		canonicalQuery,
		...signed.split(';').map((name) => `${name}:${header(name)}`),
		'',
		signed,
		bodyHash,
	].join('\n');
	const scope = `${day}/${region}/${service}/aws4_request`;
	const text = ['AWS4-HMAC-SHA256', header('x-amz-date'), scope, sha256(canonical)].join('\n');
	const key = [region, service, 'aws4_request'].reduce<Buffer>(
		(before, part) => hmac(before, part),
		hmac(`AWS4${secretAccessKey}`, day),
	);
	return hmac(key, text).toString('hex') === signature
		? null
		: `the signature differs:\n${canonical}`;
}
