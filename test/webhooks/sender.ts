import {
	createHash,
	createHmac,
	generateKeyPairSync,
	sign as signWith,
	type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * A sender for each scheme, made from the collected facts about providers and not from our catalogue: it
 * shows that the catalogue says what the facts say.
 */

export interface Fact {
	id: string;
	category: string;
	algorithm: string;
	encoding: string;
	signature_encoding?: string;
	headers: { signature?: string[]; timestamp?: string; id?: string } & Record<string, unknown>;
	signature_format: {
		style: string;
		prefix?: string;
		versions?: string[];
		list_separator?: string;
		version_separator?: string;
		item_separator?: string;
		timestamp_key?: string | null;
		signature_keys?: string[];
		field?: string;
	};
	signed_content: string;
	secret_decoding: { kind: string; strip_prefix?: string; encoding?: string };
	timestamp: {
		location: string;
		name: string;
		unit: string;
		tolerance_seconds: number | null;
	} | null;
}

export const facts = (
	JSON.parse(readFileSync(join(__dirname, 'vectors/webhook-schemes.json'), 'utf8')) as {
		schemes: Fact[];
	}
).schemes;

export const NOW_MS = 1_800_000_000_000;
export const URL_CALLED = 'https://hooks.example.com/in?x=1';

export interface Sent {
	request: {
		method: string;
		url: string;
		headers: Record<string, string | string[]>;
		rawBody: Buffer;
	};
	secret: string;
}

/** What the facts leave open: the public key of a certificate, an envelope, a token. */
export const isSimple = ({ category, id }: Fact): boolean =>
	category === 'signature' && !['paypal', 'aws-sns', 'rfc9421', 'adyen'].includes(id);

/** A request as the provider signs it. `atMs` is when. */
export function send(fact: Fact, { atMs = NOW_MS, fill = 'a' } = {}): Sent {
	const { secret, sign } = signerOf(fact);
	const stamp = timestampText(fact, atMs);
	const body = bodyOf(fact, stamp, fill);
	const url =
		fact.id === 'twilio-json'
			? `${URL_CALLED}&bodySHA256=${createHash('sha256').update(body).digest('hex')}`
			: URL_CALLED;
	const id = 'msg_1';
	const parsed = JSON.parse(body) as Record<string, unknown>;
	const lookUp = (path: string) =>
		String(
			path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], parsed),
		);
	const text = fact.signed_content.replace(/\{([^}]+)\}/g, (_all, token: string) => {
		if (token.startsWith('body.')) return lookUp(token.slice(5));
		return (
			{
				body: fact.id === 'twilio-form' ? '' : body,
				timestamp: stamp,
				id,
				url,
				method: 'POST',
				secret,
				form_sorted: 'a1b2',
				'crc32(body)': String(crc32(body)),
			}[token] ?? `{${token}}`
		);
	});
	const signature = encode(sign(Buffer.from(text)), fact.encoding);
	const headers: Record<string, string> = { 'content-type': 'application/json' };
	for (const [name, value] of Object.entries(FIXED[fact.id] ?? {})) headers[name] = value;
	if (fact.headers.timestamp) headers[fact.headers.timestamp] = stamp;
	if (fact.headers.id) headers[fact.headers.id] = id;
	const [name] = fact.headers.signature ?? [];
	if (name) headers[name] = formatted(fact, signature, stamp);
	const rawBody =
		fact.id === 'twilio-form'
			? Buffer.from('b=2&a=1')
			: Buffer.from(body.replace('SIGNATURE', signature));
	return { secret, request: { method: 'POST', url, headers, rawBody } };
}

const FIXED: Record<string, Record<string, string>> = {
	box: { 'box-signature-algorithm': 'HmacSHA256', 'box-signature-version': '1' },
	'hubspot-v1': { 'x-hubspot-signature-version': 'v1' },
	'hubspot-v2': { 'x-hubspot-signature-version': 'v2' },
};

const encode = (bytes: Buffer, encoding: string): string =>
	bytes.toString(encoding === 'base64' ? 'base64' : 'hex');

function timestampText({ timestamp }: Fact, atMs: number): string {
	if (timestamp?.unit.startsWith('iso')) return new Date(atMs).toISOString();
	return String(timestamp?.unit === 'ms' ? atMs : atMs / 1000);
}

function bodyOf({ id, timestamp }: Fact, stamp: string, fill: string): string {
	if (id === 'mailgun') {
		const signature = { timestamp: stamp, token: `token${fill}`, signature: 'SIGNATURE' };
		return JSON.stringify({ signature, fill });
	}
	const stamped = timestamp?.location === 'body' ? { [timestamp.name]: Number(stamp) } : {};
	return JSON.stringify({ ...stamped, fill });
}

function formatted({ signature_format: format }: Fact, signature: string, stamp: string): string {
	switch (format.style) {
		case 'prefixed':
			return `${format.prefix}${signature}`;
		case 'versioned-list':
			return `${format.versions?.[0]}${format.version_separator}${signature}`;
		case 'kv-list': {
			const time = format.timestamp_key ? [`${format.timestamp_key}=${stamp}`] : [];
			return [...time, `${format.signature_keys?.[0]}=${signature}`].join(format.item_separator);
		}
		default:
			return signature;
	}
}

const RAW = Buffer.from('a-secret-of-thirty-two-bytes-0123');

function signerOf(fact: Fact): { secret: string; sign: (content: Buffer) => Buffer } {
	const { kind, strip_prefix: prefix = '' } = fact.secret_decoding;
	const hash = fact.algorithm.split('-')[1] ?? 'sha256';
	if (fact.algorithm.startsWith('hmac')) {
		const secret =
			kind === 'utf8' ? RAW.toString() : prefix + RAW.toString(kind as 'hex' | 'base64');
		return { secret, sign: (content) => createHmac(hash, RAW).update(content).digest() };
	}
	if (fact.algorithm === 'sha256-concat') {
		const sign = (content: Buffer) => createHash('sha256').update(content).digest();
		return { secret: RAW.toString(), sign };
	}
	const { publicKey, privateKey } = keyPair(fact.algorithm);
	const der = publicKey.export({ format: 'der', type: 'spki' });
	const raw = fact.algorithm === 'ed25519' ? der.subarray(-32) : der;
	const secret = prefix + raw.toString(fact.secret_decoding.encoding === 'hex' ? 'hex' : 'base64');
	const digest = fact.algorithm === 'ed25519' ? null : hash === 'p256' ? 'sha256' : hash;
	return { secret, sign: (content) => signWith(digest, content, privateKey) };
}

const pairs = new Map<string, { publicKey: KeyObject; privateKey: KeyObject }>();
function keyPair(algorithm: string): { publicKey: KeyObject; privateKey: KeyObject } {
	const made =
		pairs.get(algorithm) ??
		(algorithm === 'ed25519'
			? generateKeyPairSync('ed25519')
			: algorithm.startsWith('ecdsa')
				? generateKeyPairSync('ec', { namedCurve: 'P-256' })
				: generateKeyPairSync('rsa', { modulusLength: 2048 }));
	pairs.set(algorithm, made);
	return made;
}

const spki = (key: { export(o: { format: 'der'; type: 'spki' }): Buffer }): string =>
	key.export({ format: 'der', type: 'spki' }).toString('base64');
const OTHER_KEYS = {
	'rsa-sha1': spki(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey),
	'ecdsa-p256-sha256': spki(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey),
};

/** Of the same form, for another pair of keys. */
export function otherSecret(fact: Fact, secret: string): string {
	const { kind, strip_prefix: prefix = '' } = fact.secret_decoding;
	if (kind.endsWith('public-key')) {
		return kind === 'ed25519-public-key'
			? prefix + Buffer.alloc(32, 1).toString(fact.secret_decoding.encoding as 'hex')
			: OTHER_KEYS[fact.algorithm as keyof typeof OTHER_KEYS];
	}
	if (kind === 'hex') return `5${secret.slice(1)}`;
	return kind === 'utf8' ? `${secret}x` : `${prefix}B${secret.slice(prefix.length + 1)}`;
}
