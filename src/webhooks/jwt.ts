import { createSecretKey, type KeyObject } from 'node:crypto';
import type { JWTHeaderParameters } from '../vendor/jose';
import { isPlainObject } from '../kinds/body';
import { decodeOrNull } from './encoding';
import { publicJwkOrNull, publicKeyOrNull, secretsIn, type SecretInput } from './key';
import type { RemoteKeys } from './remoteKeys';
import { demand, Refusal, type Reason } from './refusal';
import { Incoming, type WebhookRequest } from './request';
import { JWS_ALGORITHMS, type JwsAlgorithm } from './scheme';

/** What a token must say, and whose signature it must have. Nothing of this may be left open. */
export interface JwtSettings {
	readonly algorithms: readonly JwsAlgorithm[];
	readonly issuer: string;
	/** The token names at least this audience. */
	readonly audience: string;
	/** Shared secrets for HS algorithms; public keys, as PEM or JWK, for the others; or a key set's address. */
	readonly keys: readonly SecretInput[] | RemoteKeys;
	/** How far clocks may be apart; 60 unless it is given. */
	readonly skewSeconds?: number;
	/** Older tokens are refused, even where they have not expired. */
	readonly maxAgeSeconds?: number;
	/** Milliseconds since 1970. */
	readonly now?: () => number;
}

export type JwtVerification =
	| {
			readonly ok: true;
			readonly claims: Readonly<Record<string, unknown>>;
			readonly id?: string;
			readonly subject?: string;
			readonly keyId?: string;
	  }
	| { readonly ok: false; readonly reason: Reason };

const LONGEST_TOKEN = 16_384;
const LARGEST_SKEW_SECONDS = 300;
const SKEW_SECONDS = 60;

/**
 * Verifies the bearer token of a request: signature, issuer, audience, expiry, not-before.
 *
 * The algorithm has to be one of the settings', and of the key's own family. Keys and addresses of keys in
 * the token are not looked at. Never throws; the reason is for the operator.
 *
 * @see RFC 8725, RFC 6750 section 2.1
 */
export async function verifyJwt(
	request: WebhookRequest,
	settings: JwtSettings,
): Promise<JwtVerification> {
	try {
		const token = bearerIn(new Incoming(request));
		return await verifyToken(token, settings);
	} catch (error) {
		return { ok: false, reason: error instanceof Refusal ? error.reason : 'internal_error' };
	}
}

function bearerIn(incoming: Incoming): string {
	const [, token] =
		/^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(incoming.needHeader('authorization')) ?? [];
	demand(token !== undefined && token.length <= LONGEST_TOKEN, 'bad_token');
	// Another spelling of the same bytes would be another token to whoever remembers tokens.
	const isPlain = token.split('.').every((part) => decodeOrNull(part, 'base64url') !== null);
	demand(isPlain, 'bad_token');
	return token;
}

async function verifyToken(token: string, settings: JwtSettings): Promise<JwtVerification> {
	const { algorithms, issuer, audience, skewSeconds = SKEW_SECONDS, now = Date.now } = settings;
	demand(algorithms.length > 0, 'bad_options');
	demand(
		algorithms.every((name) => Object.hasOwn(JWS_ALGORITHMS, name)),
		'bad_options',
	);
	demand(issuer.trim() !== '' && audience.trim() !== '', 'bad_options');
	demand(skewSeconds >= 0 && skewSeconds <= LARGEST_SKEW_SECONDS, 'bad_options');
	const options = {
		issuer,
		audience,
		algorithms: [...algorithms],
		clockTolerance: skewSeconds,
		currentDate: new Date(now()),
		requiredClaims: ['exp'],
		...(settings.maxAgeSeconds === undefined ? {} : { maxTokenAge: settings.maxAgeSeconds }),
	};
	const { jwtVerify } = await import('../vendor/jose');
	const keys = isRemote(settings.keys) ? [settings.keys] : givenKeys(settings.keys);
	let refused: Reason = 'unknown_key';
	for (const key of keys) {
		try {
			const { payload, protectedHeader } = await jwtVerify(token, keyFinder(key), options);
			const isFromFuture = (payload.iat ?? 0) * 1000 > now() + skewSeconds * 1000;
			if (isFromFuture) return { ok: false, reason: 'future' };
			return {
				ok: true,
				claims: payload,
				...(payload.jti === undefined ? {} : { id: payload.jti }),
				...(payload.sub === undefined ? {} : { subject: payload.sub }),
				...(protectedHeader.kid === undefined ? {} : { keyId: protectedHeader.kid }),
			};
		} catch (error) {
			const reason = reasonOf(error);
			if (reason !== 'unknown_key') refused = reason;
			if (!MAY_BE_ANOTHER.includes(reason)) break;
		}
	}
	return { ok: false, reason: refused };
}

/** With these, another key may still be the right one. */
const MAY_BE_ANOTHER: readonly Reason[] = ['bad_signature', 'unknown_key', 'wrong_algorithm'];

/** jose's codes, and Claim by claim. Whatever is not known is no good token. */
function reasonOf(error: unknown): Reason {
	if (error instanceof Refusal) return error.reason;
	const { code, claim, reason } = error as { code?: string; claim?: string; reason?: string };
	switch (code) {
		case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
			return 'bad_signature';
		case 'ERR_JOSE_ALG_NOT_ALLOWED':
			return 'wrong_algorithm';
		case 'ERR_JWKS_NO_MATCHING_KEY':
		case 'ERR_JWKS_MULTIPLE_MATCHING_KEYS':
			return 'unknown_key';
		case 'ERR_JWT_EXPIRED':
			return 'stale';
		case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
			if (claim === 'nbf' || claim === 'iat')
				return reason === 'check_failed' ? 'future' : 'bad_claim';
			return claim === 'iss' ? 'bad_issuer' : claim === 'aud' ? 'bad_audience' : 'bad_claim';
		default:
			return 'bad_token';
	}
}

interface GivenKey {
	readonly key: KeyObject;
	readonly name: string | undefined;
}

const isRemote = (keys: JwtSettings['keys']): keys is RemoteKeys => !Array.isArray(keys);

/** The key for a token's header, if the algorithm is of its family and the id, where both have one, is its own. */
const keyFinder = (source: RemoteKeys | GivenKey) => async (header: JWTHeaderParameters) => {
	if ('find' in source) return await source.find(header);
	demand(header.alg.startsWith('HS') === (source.key.type === 'secret'), 'wrong_algorithm');
	demand(
		source.name === undefined || header.kid === undefined || source.name === header.kid,
		'unknown_key',
	);
	if (source.key.type === 'secret') {
		// RFC 7518 section 3.2: the key is at least as long as the hash.
		demand((source.key.symmetricKeySize ?? 0) >= Number(header.alg.slice(2)) / 8, 'bad_secret');
	}
	return source.key;
};

function givenKeys(secrets: readonly SecretInput[]): GivenKey[] {
	return secretsIn(secrets).map(({ secret, name }) => {
		const text = secret.trim();
		if (text.startsWith('{')) {
			const jwk = jwkOrNull(parseOrNull(text));
			demand(jwk !== null, 'bad_secret');
			return { key: jwk.key, name: name ?? jwk.keyId };
		}
		if (!text.includes('-----BEGIN')) return { key: createSecretKey(secret, 'utf8'), name };
		const key = publicKeyOrNull(text, 'spki');
		demand(key !== null, 'bad_secret');
		return { key, name };
	});
}

function jwkOrNull(jwk: Record<string, unknown> | null) {
	if (jwk?.kty !== 'oct') return publicJwkOrNull(jwk);
	const bytes = decodeOrNull(String(jwk.k), 'base64url');
	if (bytes === null) return null;
	const keyId = typeof jwk.kid === 'string' ? jwk.kid : undefined;
	return { key: createSecretKey(bytes), keyId };
}

function parseOrNull(text: string): Record<string, unknown> | null {
	try {
		const value = JSON.parse(text) as unknown;
		return isPlainObject(value) ? value : null;
	} catch {
		return null;
	}
}
