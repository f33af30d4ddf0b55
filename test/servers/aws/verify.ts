import { createHash, createHmac } from 'node:crypto';

/**
 * A verifier of AWS signatures, written from the documentation with node:crypto only: it shares no code
 * with the signer under test. It takes what arrived on a socket and says what is wrong with it.
 *
 * @see AWS IAM User Guide, "Create a signed AWS API request"
 */
export interface Arrived {
	method: string;
	/** The request target as it stood on the wire. */
	target: string;
	headers: readonly (readonly [name: string, value: string])[];
	body: Buffer;
	/** Of a body that was not kept. */
	bodySha256?: string;
}

export interface Key {
	secretAccessKey: string;
	/** Of temporary keys. */
	sessionToken?: string;
	expiresAtMs?: number;
}

export type Verdict =
	| { isGood: true; accessKeyId: string; service: string; region: string }
	/** `code` as AWS names it; `why` for whoever reads the failure of a test. */
	| { isGood: false; code: string; why: string };

/** What a signature says, wherever it stands. */
interface Claim {
	accessKeyId: string;
	day: string;
	region: string;
	service: string;
	signedHeaders: string[];
	signature: string;
	date: string;
	token: string;
	/** Of a signed URL. */
	expiresSeconds?: number;
}

const hmac = (key: string | Buffer, text: string) =>
	createHmac('sha256', key).update(text).digest();
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const escape = (text: string) =>
	encodeURIComponent(text).replace(
		/[!'()*]/g,
		(c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
	);

const refused = (code: string, why: string): Verdict => ({ isGood: false, code, why });

/** Longest difference between the two clocks, in milliseconds; AWS allows five minutes, S3 fifteen. */
const SKEW_MS = 300_000;

/** Judges a request by its header or its URL, whichever carries the signature. */
export function verdictOn(
	arrived: Arrived,
	keyOf: (accessKeyId: string) => Key | undefined,
	nowMs: number,
): Verdict {
	const claim = claimInHeader(arrived) ?? claimInQuery(arrived);
	if (claim === null) return refused('MissingAuthenticationToken', 'no signature');
	const key = keyOf(claim.accessKeyId);
	if (key === undefined) return refused('InvalidClientTokenId', 'unknown access key id');
	if (claim.token !== (key.sessionToken ?? '')) {
		return refused('InvalidClientTokenId', 'another session token');
	}
	const flaw = flawIn(arrived, claim, key);
	if (flaw !== null) return refused('SignatureDoesNotMatch', flaw);
	const signedAtMs = Date.parse(
		claim.date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
	);
	const lastMs = signedAtMs + (claim.expiresSeconds ?? SKEW_MS / 1_000) * 1_000;
	if (!(signedAtMs - SKEW_MS <= nowMs && nowMs <= lastMs)) {
		return refused('AccessDenied', 'signed for another time');
	}
	if (key.expiresAtMs !== undefined && key.expiresAtMs <= nowMs) {
		return refused('ExpiredToken', 'the temporary keys have expired');
	}
	const { accessKeyId, service, region } = claim;
	return { isGood: true, accessKeyId, service, region };
}

/** Null when the signature is right; else what differs. Time does not count. */
export function verify(arrived: Arrived, secretAccessKey: string): string | null {
	const claim = claimInHeader(arrived) ?? claimInQuery(arrived);
	return claim === null ? 'no signature' : flawIn(arrived, claim, { secretAccessKey });
}

const headerIn = ({ headers }: Arrived, name: string): string =>
	headers
		.filter(([other]) => other.toLowerCase() === name)
		.map(([, value]) => value.trim().replace(/ +/g, ' '))
		.join(',');

function claimInHeader(arrived: Arrived): Claim | null {
	const parts =
		/^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
			headerIn(arrived, 'authorization'),
		);
	if (parts === null) return null;
	const [, accessKeyId = '', day = '', region = '', service = '', signed = '', signature = ''] =
		parts;
	return {
		accessKeyId,
		day,
		region,
		service,
		signedHeaders: signed.split(';'),
		signature,
		date: headerIn(arrived, 'x-amz-date'),
		token: headerIn(arrived, 'x-amz-security-token'),
	};
}

function claimInQuery(arrived: Arrived): Claim | null {
	const query = new URLSearchParams(searchOf(arrived));
	const parts = /^([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request$/.exec(
		query.get('X-Amz-Credential') ?? '',
	);
	if (parts === null || query.get('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256') return null;
	const [, accessKeyId = '', day = '', region = '', service = ''] = parts;
	return {
		accessKeyId,
		day,
		region,
		service,
		signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
		signature: query.get('X-Amz-Signature') ?? '',
		date: query.get('X-Amz-Date') ?? '',
		token: query.get('X-Amz-Security-Token') ?? '',
		expiresSeconds: Number(query.get('X-Amz-Expires')),
	};
}

const searchOf = ({ target }: Arrived): string => target.split('?').slice(1).join('?');

function flawIn(arrived: Arrived, claim: Claim, { secretAccessKey }: Key): string | null {
	const { day, region, service, signedHeaders, date, expiresSeconds } = claim;
	const isUrl = expiresSeconds !== undefined;
	const must = arrived.headers
		.map(([name]) => name.toLowerCase())
		.filter((name) => name === 'host' || name.startsWith('x-amz-') || isTypeToSign(name, isUrl));
	const missing = must.find((name) => !signedHeaders.includes(name));
	if (missing !== undefined) return `${missing} is not signed`;
	if (!date.startsWith(day)) return 'the day is another one than the date';
	const payload = payloadOf(arrived, service, isUrl);
	if (payload === null) return 'the body hash differs';
	const canonical = [
		arrived.method,
		canonicalPath(arrived.target.split('?')[0] ?? '', service),
		canonicalQuery(searchOf(arrived)),
		...signedHeaders.map((name) => `${name}:${headerIn(arrived, name)}`),
		'',
		signedHeaders.join(';'),
		payload,
	].join('\n');
	const scope = `${day}/${region}/${service}/aws4_request`;
	const text = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
	const key = [region, service, 'aws4_request'].reduce<Buffer>(
		(before, part) => hmac(before, part),
		hmac(`AWS4${secretAccessKey}`, day),
	);
	return hmac(key, text).toString('hex') === claim.signature
		? null
		: `the signature differs:\n${canonical}`;
}

const UNSIGNED = 'UNSIGNED-PAYLOAD';

/** The content type has to be in a signed header; in a signed URL it may be left to the client. */
const isTypeToSign = (name: string, isUrl: boolean) => name === 'content-type' && !isUrl;

/** What stands for the body in the signature; null when that is not what arrived. */
function payloadOf(arrived: Arrived, service: string, isUrl: boolean): string | null {
	const actual = arrived.bodySha256 ?? sha256(arrived.body);
	const stated = headerIn(arrived, 'x-amz-content-sha256');
	// S3 lets a body pass that nobody vouches for; who wants to know looks at the header.
	if (service === 's3' && (isUrl || stated === UNSIGNED)) return UNSIGNED;
	if (service === 's3' && stated === '') return null;
	return stated === '' || stated === actual ? actual : null;
}

/** S3 decodes the path and encodes it its own way; the others tidy it and encode it once more. */
function canonicalPath(path: string, service: string): string {
	if (service === 's3')
		return path
			.split('/')
			.map((one) => escape(decodeURIComponent(one)))
			.join('/');
	const kept: string[] = [];
	for (const segment of path.split('/')) {
		if (segment === '..') kept.pop();
		else if (segment !== '' && segment !== '.') kept.push(escape(segment));
	}
	const isOpen = path.endsWith('/') && kept.length > 0;
	return `/${kept.join('/')}${isOpen ? '/' : ''}`;
}

const canonicalQuery = (search: string): string =>
	search
		.split('&')
		.filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
		.map((pair) => pair.split('=').map((part) => escape(decodeURIComponent(part))))
		.map(([name = '', value = '']) => [name, value] as const)
		.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
		.map(([name, value]) => `${name}=${value}`)
		.join('&');
