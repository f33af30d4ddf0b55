import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isPlainObject } from '../kinds/body';
import { fits, isSame, isSignatureOf, type VerificationKey } from './algorithm';
import { checkedId, replayKey, type Context, type Verified } from './context';
import { decodeOrNull, textOrNull } from './encoding';
import { publicJwkOrNull, publicKeyOrNull, type NamedSecret } from './key';
import { demand } from './refusal';
import type { Incoming } from './request';
import { JWS_ALGORITHMS, type JwsAlgorithm, type JwsScheme } from './scheme';
import { chosen } from './signature';
import { demandFresh } from './timestamp';

/**
 * Verifies a JSON Web Signature in a header, whose claims hold a hash of the body.
 *
 * Its header chooses a key by id and an algorithm among those of the scheme; addresses of keys and keys
 * in it are not looked at.
 *
 * @see RFC 7515 section 5.2, RFC 8725
 */
export function verifyJws(
	incoming: Incoming,
	scheme: JwsScheme,
	secrets: readonly NamedSecret[],
	context: Context,
): Verified {
	const [head = '', body = '', tail = '', ...rest] = incoming.needHeader(scheme.header).split('.');
	demand(rest.length === 0, 'bad_signature');
	const header = objectIn(head);
	const signature = decodeOrNull(tail, 'base64url');
	demand(header !== null && signature !== null && !('crit' in header), 'bad_signature');
	demand(
		scheme.algorithms.some((name) => name === header.alg),
		'wrong_algorithm',
	);
	const algorithm = JWS_ALGORITHMS[header.alg as JwsAlgorithm];

	const signed = Buffer.from(`${head}.${body}`, 'ascii');
	const keys = secrets.map((secret) => keysOf(secret, header.kid));
	demand(
		keys.some((some) => some.length > 0),
		'unknown_key',
	);
	const matching = keys.map((some) =>
		some.some((key) => fits(algorithm, key) && isSignatureOf(algorithm, key, signed, signature)),
	);
	const secret = chosen(matching, secrets, context.nowMs);

	const claims = objectIn(body);
	demand(claims !== null, 'bad_claim');
	const timeMs = demandClaims(claims, scheme, context);
	demandBodyHash(incoming, claims, scheme);
	const id = idOf(incoming, scheme);
	return {
		ok: true,
		...(id === undefined ? {} : { id }),
		...(timeMs === undefined ? {} : { timestamp: Math.floor(timeMs / 1000) }),
		secret,
		replayKeys: [replayKey(scheme.id, 'content', signed)],
	};
}

function objectIn(text: string): Record<string, unknown> | null {
	const bytes = decodeOrNull(text, 'base64url');
	try {
		const value = JSON.parse((bytes && textOrNull(bytes)) ?? '') as unknown;
		return isPlainObject(value) ? value : null;
	} catch {
		return null;
	}
}

/** What a secret is, by its form: a JWK or a set of them, a public key in PEM, or a shared secret. */
function keysOf({ secret, name }: NamedSecret, kid: unknown): VerificationKey[] {
	const text = secret.trim();
	if (text.startsWith('{')) {
		const set = parseOrNull(text);
		const found = (isPlainObject(set) && Array.isArray(set.keys) ? set.keys : [set]).map(
			publicJwkOrNull,
		);
		demand(!found.includes(null), 'bad_secret');
		return found.flatMap((jwk) =>
			jwk !== null && (jwk.keyId === undefined || jwk.keyId === kid) ? [jwk.key] : [],
		);
	}
	if (name !== undefined && kid !== undefined && name !== kid) return [];
	if (!text.includes('-----BEGIN')) return [Buffer.from(secret, 'utf8')];
	const key = publicKeyOrNull(text, 'spki');
	demand(key !== null, 'bad_secret');
	return [key];
}

function parseOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

/** The time of the scheme's timestamp claim, in milliseconds. */
function demandClaims(
	claims: Record<string, unknown>,
	{ claims: wanted, timestamp }: JwsScheme,
	{ nowMs, tolerance }: Context,
): number | undefined {
	for (const [name, value] of Object.entries(wanted)) demand(claims[name] === value, 'bad_claim');
	const allowed = tolerance(timestamp?.toleranceSeconds ?? 300);
	const times = { exp: claims.exp, nbf: claims.nbf };
	for (const time of Object.values(times)) {
		demand(time === undefined || Number.isFinite(time), 'bad_timestamp');
	}
	if (times.exp !== undefined) demand(nowMs < (Number(times.exp) + allowed) * 1000, 'stale');
	if (times.nbf !== undefined) demand(nowMs >= (Number(times.nbf) - allowed) * 1000, 'future');
	if (timestamp === undefined) return undefined;
	const time = claims[timestamp.claim];
	demand(time !== undefined, 'missing_timestamp');
	demand(typeof time === 'number' && Number.isSafeInteger(time) && time >= 0, 'bad_timestamp');
	demandFresh(time * 1000, nowMs, allowed);
	return time * 1000;
}

function demandBodyHash(
	incoming: Incoming,
	claims: Record<string, unknown>,
	{ bodyHash }: JwsScheme,
): void {
	const claim = claims[bodyHash.claim];
	const hash = typeof claim === 'string' ? decodeOrNull(claim, bodyHash.encoding) : null;
	const actual = createHash('sha256').update(incoming.rawBody).digest();
	demand(hash !== null && isSame(hash, actual), 'bad_body_hash');
}

function idOf(incoming: Incoming, { deliveryId }: JwsScheme): string | undefined {
	if (deliveryId === undefined) return undefined;
	return checkedId(
		'body' in deliveryId
			? incoming.fieldOrUndefined(deliveryId.body)
			: incoming.header(deliveryId.header),
	);
}
