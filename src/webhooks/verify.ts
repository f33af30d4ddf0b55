import { schemeNamed } from './catalogue';
import { pinnedAddress } from './certificate';
import { contextOf, type Context, type Verified, type VerifyOptions } from './context';
import { secretsIn, type NamedSecret, type SecretInput } from './key';
import { verifyJws } from './jws';
import { verifyMessage } from './messageSignature/verify';
import { Refusal, type Reason } from './refusal';
import { Incoming, type WebhookRequest } from './request';
import { readScheme } from './readScheme';
import type { Scheme, WebhookScheme } from './scheme';
import { verifySecret } from './sharedSecret';
import { verifySignature } from './signature';

export type Verification = Verified | { readonly ok: false; readonly reason: Reason };

/**
 * Whether a request comes from whoever holds one of the secrets.
 *
 * Never throws. Without a secret, with one that is not usable, or with a scheme that is not, nothing is
 * let in. The reason of a refusal is for the operator: it holds no value, and the caller must not see it.
 *
 * @param request - as it arrived; `rawBody` before anybody parsed it, `url` as the sender knows it
 * @param scheme - the id of a preset, or a scheme of one's own with the same fields
 * @param secrets - all that are accepted now: several while they are being rotated; secret
 * @param options - the clock in milliseconds, a tolerance in seconds, and settings that a scheme asks for
 */
export function verifyWebhook(
	request: WebhookRequest,
	scheme: string | WebhookScheme,
	secrets: readonly SecretInput[],
	options: VerifyOptions = {},
): Verification {
	return attempt(() => {
		const incoming = new Incoming(request);
		const resolved = resolveScheme(scheme);
		// Before the secrets: for another address there is no certificate.
		pinnedAddress(incoming, resolved);
		return verifyBy(resolved, incoming, secretsIn(secrets), contextOf(options));
	});
}

/** Whatever was not foreseen refuses as well. */
export function attempt<T>(verifies: () => T): T | { readonly ok: false; readonly reason: Reason } {
	try {
		return verifies();
	} catch (error) {
		return { ok: false, reason: error instanceof Refusal ? error.reason : 'internal_error' };
	}
}

export function verifyBy(
	scheme: Scheme,
	incoming: Incoming,
	secrets: readonly NamedSecret[],
	context: Context,
): Verified {
	switch (scheme.type) {
		case 'signature':
			return verifySignature(incoming, scheme, secrets, context);
		case 'secret':
			return verifySecret(incoming, scheme, secrets, context);
		case 'jws':
			return verifyJws(incoming, scheme, secrets, context);
		case 'message-signature':
			return verifyMessage(incoming, scheme, secrets, context);
		case 'jwt':
			throw new Refusal('needs_jwt');
	}
}

const read = new WeakMap<object, Scheme>();

/** A scheme of one's own is read once; what is changed in it afterwards has no effect. */
export function resolveScheme(scheme: string | WebhookScheme): Scheme {
	if (typeof scheme === 'string') {
		const preset = schemeNamed(scheme);
		if (preset === undefined) throw new Refusal('unknown_scheme');
		return preset;
	}
	const known = read.get(scheme);
	if (known !== undefined) return known;
	const result = readScheme(scheme);
	if ('problems' in result) throw new Refusal('bad_scheme');
	read.set(scheme, result.scheme);
	return result.scheme;
}
