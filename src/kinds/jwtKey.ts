import { Buffer } from 'node:buffer';
import { createPrivateKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isPlainObject } from './body';
import { readPrivateKeyPem } from './privateKeyPem';

/**
 * From what people paste to a key that may sign, and a sentence for everything else.
 *
 * Nothing here repeats a key: a sentence names the algorithm, the expected kind of key and lengths.
 */

export const ALGORITHMS = [
	'HS256',
	'HS384',
	'HS512',
	'RS256',
	'RS384',
	'RS512',
	'PS256',
	'PS384',
	'PS512',
	'ES256',
	'ES384',
	'ES512',
	'EdDSA',
] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export const KEY_TYPES = ['secret', 'pem', 'jwk'] as const;

/** The part of a JWT credential's fields that makes its key. */
export interface KeyFields {
	algorithm: Algorithm;
	keyType: (typeof KEY_TYPES)[number];
	secret?: string | undefined;
	secretEncoding?: 'utf8' | 'base64' | undefined;
	privateKey?: string | undefined;
	jwk?: unknown;
}

/** A key that fits its algorithm, or which field is wrong and why. */
export type SigningKey =
	| { key: KeyObject; keyId?: string | undefined; parts: readonly string[] }
	| { field: string; message: string };

const problem = (field: string, message: string): SigningKey => ({ field, message });

/** Makes the key. `parts` are the secret members of a JWK, which are needles of their own. */
export function signingKey(fields: KeyFields): SigningKey {
	const isShared = fields.algorithm.startsWith('HS');
	if (isShared && fields.keyType === 'pem') {
		return problem(
			'keyType',
			`Key Type is PEM, but ${fields.algorithm} signs with a shared secret. Set Key Type to Secret, or choose an algorithm such as RS256 or ES256.`,
		);
	}
	if (!isShared && fields.keyType === 'secret') {
		return problem(
			'keyType',
			`Key Type is Secret, but ${fields.algorithm} signs with a private key. Set Key Type to PEM or JWK, or choose an algorithm such as HS256.`,
		);
	}
	if (fields.keyType === 'secret') return fromSecret(fields);
	return fields.keyType === 'pem' ? fromPem(fields) : fromJwk(fields);
}

function fromSecret({ algorithm, secret = '', secretEncoding }: KeyFields): SigningKey {
	if (secret === '') return problem('secret', 'Secret is empty. Paste the shared secret.');
	if (secretEncoding === 'base64' && !/^[\w+/-]+={0,2}$/.test(secret.trim())) {
		return problem(
			'secret',
			'Secret is not base64. Paste it again, or set Secret Encoding to Text.',
		);
	}
	const bytes = Buffer.from(secret, secretEncoding === 'base64' ? 'base64' : 'utf8');
	return sharedKey('secret', algorithm, bytes);
}

/** RFC 7518 section 3.2: the key is at least as long as the hash. */
function sharedKey(field: string, algorithm: Algorithm, bytes: Buffer): SigningKey {
	const needed = Number(algorithm.slice(2)) / 8;
	if (bytes.length >= needed) return { key: createSecretKey(bytes), parts: [] };
	return problem(
		field,
		`The secret has ${bytes.length} bytes; ${algorithm} needs at least ${needed} (RFC 7518 section 3.2). Ask the service for a longer one, or check the encoding of the secret.`,
	);
}

function fromPem({ algorithm, privateKey = '' }: KeyFields): SigningKey {
	if (privateKey.trim() === '') {
		return problem('privateKey', 'Private Key is empty. Paste the PEM text of the key.');
	}
	const pem = readPrivateKeyPem(privateKey);
	if ('message' in pem) return problem('privateKey', `Private Key ${pem.message}`);
	return fitting('privateKey', algorithm, pem.key);
}

function fromJwk({ algorithm, jwk }: KeyFields): SigningKey {
	const parsed = typeof jwk === 'string' ? parseOrNull(jwk) : jwk;
	if (!isPlainObject(parsed))
		return problem('jwk', 'JWK is not a JSON object. Paste the whole key.');
	const misfit = misfitOfJwk(algorithm, parsed);
	if (misfit !== null) return problem('jwk', misfit);
	const { kid, k, d } = parsed;
	const parts = [k, d].filter((part) => typeof part === 'string');
	const made =
		parsed.kty === 'oct'
			? sharedKey('jwk', algorithm, Buffer.from(String(k), 'base64url'))
			: fromPrivateJwk(algorithm, parsed);
	if ('message' in made) return made;
	return { ...made, keyId: typeof kid === 'string' ? kid : undefined, parts };
}

function misfitOfJwk(algorithm: Algorithm, jwk: Record<string, unknown>): string | null {
	const isShared = algorithm.startsWith('HS');
	if (Array.isArray(jwk.keys)) return 'JWK is a set of keys. Paste one key of the set.';
	if (typeof jwk.kty !== 'string') return 'JWK has no member kty, so it is not a key.';
	if (isShared !== (jwk.kty === 'oct')) {
		return `JWK is a key of type ${isShared ? 'RSA, EC or OKP' : 'oct'}, which ${algorithm} does not use. Choose another key or algorithm.`;
	}
	if (typeof (isShared ? jwk.k : jwk.d) !== 'string') {
		return isShared
			? 'JWK has no member k, which holds the secret.'
			: 'JWK is a public key: it has no member d. Paste the private key.';
	}
	if (jwk.use === 'enc')
		return 'JWK is meant for encryption (use is enc). Paste a key for signing.';
	if (typeof jwk.alg === 'string' && jwk.alg !== algorithm && !isEdwards(algorithm, jwk.alg)) {
		return `JWK names another algorithm in its member alg than ${algorithm}. Set Algorithm to that one.`;
	}
	return null;
}

/** RFC 9864 gives EdDSA over Ed25519 a name of its own. */
const isEdwards = (algorithm: Algorithm, alg: string): boolean =>
	algorithm === 'EdDSA' && alg === 'Ed25519';

function fromPrivateJwk(algorithm: Algorithm, jwk: Record<string, unknown>): SigningKey {
	const key = privateJwkOrNull(jwk as JsonWebKey);
	if (key !== null) return fitting('jwk', algorithm, key);
	return problem('jwk', 'JWK is incomplete or damaged. Copy it again from its source.');
}

/** `null` for members that are missing or do not make a key. */
function privateJwkOrNull(jwk: JsonWebKey): KeyObject | null {
	try {
		return createPrivateKey({ key: jwk, format: 'jwk' });
	} catch {
		return null;
	}
}

/** `null` for text that is not JSON. */
function parseOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

const CURVES: Partial<Record<Algorithm, { name: string; curve: string }>> = {
	ES256: { name: 'P-256', curve: 'prime256v1' },
	ES384: { name: 'P-384', curve: 'secp384r1' },
	ES512: { name: 'P-521', curve: 'secp521r1' },
};

/** Answers with the key if its kind and size are what the algorithm asks for (RFC 7518 section 3). */
function fitting(field: string, algorithm: Algorithm, key: KeyObject): SigningKey {
	const misfit = misfitOf(algorithm, key);
	return misfit === null ? { key, parts: [] } : problem(field, misfit);
}

function misfitOf(algorithm: Algorithm, key: KeyObject): string | null {
	const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = key;
	const wants = (what: string) =>
		`The key is of type ${nameOfType(type)}; ${algorithm} needs ${what}. Choose another key or algorithm.`;
	if (algorithm === 'EdDSA') return type === 'ed25519' ? null : wants('an Ed25519 key');
	const curve = CURVES[algorithm];
	if (curve !== undefined) {
		const fits = type === 'ec' && details?.namedCurve === curve.curve;
		return fits ? null : wants(`an EC key on the curve ${curve.name}`);
	}
	if (type !== 'rsa') return wants('an RSA key');
	const bits = details?.modulusLength ?? 0;
	if (bits >= 2048) return null;
	return `The RSA key has ${bits} bits; ${algorithm} needs at least 2048 (RFC 7518 section 3.3). Create a longer key.`;
}

const nameOfType = (type: string): string =>
	({ rsa: 'RSA', 'rsa-pss': 'RSA-PSS', ec: 'EC', ed25519: 'Ed25519' })[type] ?? type;
