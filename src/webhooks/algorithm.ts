import { Buffer } from 'node:buffer';
import {
	constants,
	createHash,
	createHmac,
	timingSafeEqual,
	verify,
	type KeyObject,
} from 'node:crypto';
import { isUint8Array } from 'node:util/types';
import { isLowS, type EcdsaForm } from './ecdsa';

/** What an algorithm needs; hashes and curves by OpenSSL's names. */
interface Algorithm {
	readonly family: 'hmac' | 'concat' | 'ed25519' | 'ecdsa' | 'rsa' | 'rsa-pss';
	/** Empty for Ed25519, which has its own. */
	readonly hash: string;
	readonly curve?: 'prime256v1' | 'secp384r1' | 'secp521r1';
}

/** One row for each algorithm. `concat` is a bare hash of a content that holds the secret itself. */
export const ALGORITHMS = {
	'hmac-sha1': { family: 'hmac', hash: 'sha1' },
	'hmac-sha256': { family: 'hmac', hash: 'sha256' },
	'hmac-sha384': { family: 'hmac', hash: 'sha384' },
	'hmac-sha512': { family: 'hmac', hash: 'sha512' },
	'sha256-concat': { family: 'concat', hash: 'sha256' },
	ed25519: { family: 'ed25519', hash: '' },
	'ecdsa-p256-sha256': { family: 'ecdsa', hash: 'sha256', curve: 'prime256v1' },
	'ecdsa-p384-sha384': { family: 'ecdsa', hash: 'sha384', curve: 'secp384r1' },
	'ecdsa-p521-sha512': { family: 'ecdsa', hash: 'sha512', curve: 'secp521r1' },
	'rsa-sha1': { family: 'rsa', hash: 'sha1' },
	'rsa-sha256': { family: 'rsa', hash: 'sha256' },
	'rsa-sha384': { family: 'rsa', hash: 'sha384' },
	'rsa-sha512': { family: 'rsa', hash: 'sha512' },
	'rsa-pss-sha256': { family: 'rsa-pss', hash: 'sha256' },
	'rsa-pss-sha384': { family: 'rsa-pss', hash: 'sha384' },
	'rsa-pss-sha512': { family: 'rsa-pss', hash: 'sha512' },
} as const satisfies Record<string, Algorithm>;
export type AlgorithmName = keyof typeof ALGORITHMS;
export const ALGORITHM_NAMES = Object.keys(ALGORITHMS) as [AlgorithmName, ...AlgorithmName[]];

/** Bytes for the algorithms with a shared secret, a public key for the others. */
export type VerificationKey = Uint8Array | KeyObject;

const LEAST_RSA_BITS = 2048;

/** Whether a key may be used with an algorithm: never one of another family, curve, or a short one. */
export function fits(name: AlgorithmName, key: VerificationKey): boolean {
	const { family, curve }: Algorithm = ALGORITHMS[name];
	const isShared = family === 'hmac' || family === 'concat';
	if (isUint8Array(key)) return isShared && key.length > 0;
	if (isShared || key.type !== 'public') return false;
	const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
	if (family === 'ed25519') return key.asymmetricKeyType === 'ed25519';
	if (family === 'ecdsa') return key.asymmetricKeyType === 'ec' && namedCurve === curve;
	return key.asymmetricKeyType === 'rsa' && modulusLength >= LEAST_RSA_BITS;
}

/** How an ECDSA signature is written, and whether one of its two spellings is refused. */
export interface SignatureForm {
	readonly ecdsa: EcdsaForm;
	readonly lowS: boolean;
}
const JOSE_FORM: SignatureForm = { ecdsa: 'raw', lowS: false };

/** Whether the signature is that of the content; the key has to fit the algorithm. Constant in time for shared secrets. */
export function isSignatureOf(
	name: AlgorithmName,
	key: VerificationKey,
	content: Uint8Array,
	signature: Uint8Array,
	form: SignatureForm = JOSE_FORM,
): boolean {
	const algorithm: Algorithm = ALGORITHMS[name];
	const { family, hash } = algorithm;
	if (isUint8Array(key)) {
		const made = family === 'hmac' ? createHmac(hash, key) : createHash(hash);
		return isSame(made.update(content).digest(), signature);
	}
	if (family === 'ed25519') return verify(null, content, key, signature);
	if (family === 'ecdsa') {
		if (form.lowS && !isLowS(signature, form.ecdsa, algorithm.curve)) return false;
		const dsaEncoding = form.ecdsa === 'der' ? 'der' : 'ieee-p1363';
		return verify(hash, content, { key, dsaEncoding }, signature);
	}
	if (family === 'rsa') return verify(hash, content, key, signature);
	const padding = constants.RSA_PKCS1_PSS_PADDING;
	const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
	return verify(hash, content, { key, padding, saltLength }, signature);
}

/** Compares in a time that tells nothing about where two byte sequences differ. */
export const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
	a.length === b.length && timingSafeEqual(a, b);

/** Compares texts of any length in a time that tells neither where they differ nor how long ours is. */
export const isSameText = (a: string, b: string): boolean => {
	const digest = (text: string) => createHash('sha256').update(Buffer.from(text, 'utf8')).digest();
	return timingSafeEqual(digest(a), digest(b));
};
