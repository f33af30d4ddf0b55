import { Buffer } from 'node:buffer';
import { createPublicKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isPlainObject } from '../kinds/body';
import { repairPem } from '../kinds/pem';
import type { VerificationKey } from './algorithm';
import { decodeOrNull } from './encoding';
import { demand } from './refusal';
import type { SignatureScheme } from './scheme';

/** A secret, or the sender's public key, with what the receiver knows about it. */
export interface NamedSecret {
	/** Shown to people; where the sender names its key, this is the name it has to give. */
	readonly name?: string;
	readonly secret: string;
	/** Milliseconds since 1970; from then on the secret is refused. */
	readonly endsAtMs?: number;
}
export type SecretInput = string | NamedSecret;

export const namedSecret = (secret: SecretInput): NamedSecret =>
	typeof secret === 'object' && secret !== null ? secret : { secret };

/** The secrets, all of them there: none, an empty one or a blank one means that nothing is let in. */
export function secretsIn(secrets: readonly SecretInput[]): readonly NamedSecret[] {
	const named = secrets.map(namedSecret);
	demand(named.length > 0, 'no_secret');
	demand(
		named.every(({ secret }) => typeof secret === 'string' && secret.trim() !== ''),
		'no_secret',
	);
	return named;
}

/** The key of a scheme from what was pasted. */
export function keyOf(text: string, form: SignatureScheme['key'], nowMs: number): VerificationKey {
	if (form.kind === 'certificate') return certificateKey(text, nowMs);
	const rest = form.prefix && text.startsWith(form.prefix) ? text.slice(form.prefix.length) : text;
	demand(rest.trim() !== '', 'no_secret');
	if (form.kind === 'public') {
		const key = publicKeyOrNull(rest, form.encoding);
		demand(key !== null, 'bad_secret');
		return key;
	}
	const bytes = sharedOrNull(rest, form.encoding);
	demand(bytes !== null && bytes.length > 0, 'bad_secret');
	demand(bytes.length >= (form.minBytes ?? 1), 'bad_secret');
	demand(bytes.length <= (form.maxBytes ?? Infinity), 'bad_secret');
	return bytes;
}

/** Secrets in base64 are pasted with and without padding. */
function sharedOrNull(text: string, encoding: 'utf8' | 'hex' | 'base64'): Buffer | null {
	if (encoding === 'utf8') return Buffer.from(text, 'utf8');
	if (encoding === 'hex') return decodeOrNull(text.trim(), 'hex');
	const bare = text.trim().replace(/={1,2}$/, '');
	return decodeOrNull(bare.padEnd(Math.ceil(bare.length / 4) * 4, '='), 'base64');
}

/** RFC 8410 section 4: what stands before the 32 bytes of an Ed25519 key in its DER form. */
const ED25519_HEADER = Buffer.from('302a300506032b6570032100', 'hex');
const PUBLIC_PEM = /^-----BEGIN (?:RSA PUBLIC KEY|PUBLIC KEY|CERTIFICATE)-----/;

/** A public key in PEM, or in the given form; a private key is none. */
export function publicKeyOrNull(
	text: string,
	encoding: 'spki' | 'raw-hex' | 'raw-base64',
): KeyObject | null {
	try {
		if (text.includes('-----BEGIN')) return publicPemOrNull(text);
		const bytes = decodeOrNull(text.trim(), encoding === 'raw-hex' ? 'hex' : 'base64');
		if (bytes === null || (encoding !== 'spki' && bytes.length !== 32)) return null;
		const der = encoding === 'spki' ? bytes : Buffer.concat([ED25519_HEADER, bytes]);
		return createPublicKey({ key: der, format: 'der', type: 'spki' });
	} catch {
		return null;
	}
}

function publicPemOrNull(text: string): KeyObject | null {
	const pem = repairPem(text);
	return pem === null || !PUBLIC_PEM.test(pem) ? null : createPublicKey(pem);
}

/** A public JSON Web Key, or one of a set that holds no other; `null` for anything else. */
export function publicJwkOrNull(
	data: unknown,
): { key: KeyObject; keyId: string | undefined } | null {
	if (!isPlainObject(data) || data.kty === 'oct' || 'd' in data || data.use === 'enc') return null;
	try {
		const key = createPublicKey({ key: data as JsonWebKey, format: 'jwk' });
		return { key, keyId: typeof data.kid === 'string' ? data.kid : undefined };
	} catch {
		return null;
	}
}

function certificateKey(pem: string, nowMs: number): KeyObject {
	const certificate = certificateOrNull(pem);
	demand(certificate !== null, 'bad_certificate');
	demand(Date.parse(certificate.validFrom) <= nowMs, 'bad_certificate');
	demand(nowMs <= Date.parse(certificate.validTo), 'bad_certificate');
	return certificate.publicKey;
}

/** The first of a chain is the signer's own. */
function certificateOrNull(pem: string): X509Certificate | null {
	try {
		return new X509Certificate(repairPem(pem) ?? '');
	} catch {
		return null;
	}
}
