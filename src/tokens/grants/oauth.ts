import type { Consent, Source } from '../issued';
import { fingerprint } from '../fingerprint';
import { impossible, sourceOver, type OAuthClient } from './client';

const MINUTE_MS = 60_000;
/** RFC 7523 lets a service refuse what lives longer; clocks differ by less. */
const ASSERTION_SECONDS = 240;
const CLIENT_CREDENTIALS_LIFE_MS = 55 * MINUTE_MS;

/**
 * RFC 6749 section 6: what a person agreed to, renewed with a refresh token.
 *
 * @param account - public; the same for all consents of one person, so that a new one takes the place of
 *   the one before. Without it each consent stands for itself.
 */
export function refreshTokenGrant(
	client: OAuthClient,
	{ consent, scope, account }: { consent: Consent; scope?: string; account?: string },
	key: Uint8Array,
): Source {
	const parameters = async ({ refreshToken }: { refreshToken?: string }) => {
		if (refreshToken === undefined) throw impossible('no_refresh_token');
		return { grant_type: 'refresh_token', refresh_token: refreshToken };
	};
	const grant = {
		identity: ['refresh_token', scope ?? '', account ?? fingerprint(key, consentText(consent))],
		fallbackLifeMs: null,
		parameters,
	};
	return { ...sourceOver(client, grant, key), consent };
}

/** What tells one consent from another; an access token does where nothing can be renewed. Secret. */
export const consentText = ({ refreshToken, accessToken }: Consent): string =>
	refreshToken ?? accessToken ?? '';

/** RFC 6749 section 4.4. */
export function clientCredentialsGrant(
	client: OAuthClient,
	{ scope }: { scope?: string },
	key: Uint8Array,
): Source {
	const grant = {
		identity: ['client_credentials', scope ?? '', JSON.stringify(client.parameters ?? {})],
		fallbackLifeMs: CLIENT_CREDENTIALS_LIFE_MS,
		parameters: async () => ({ grant_type: 'client_credentials', scope }),
	};
	return sourceOver(client, grant, key);
}

export interface AssertionTimes {
	/** Seconds since 1970, by the service's clock as far as it is known. */
	readonly issuedAt: number;
	readonly expiresAt: number;
}

/**
 * RFC 7523: a signed statement in the place of a consent.
 *
 * @param identity - public: issuer, subject and audience
 * @param sign - makes a new JWT with these times and an id of its own
 */
export function jwtBearerGrant(
	client: OAuthClient,
	{
		scope,
		identity,
		sign,
	}: {
		scope?: string;
		identity: readonly string[];
		sign: (times: AssertionTimes) => Promise<string>;
	},
	key: Uint8Array,
): Source {
	const grant = {
		identity: ['jwt-bearer', scope ?? '', ...identity],
		fallbackLifeMs: CLIENT_CREDENTIALS_LIFE_MS,
		parameters: async (_: unknown, { now, skewMs }: { now: () => number; skewMs: number }) => {
			const issuedAt = Math.floor((now() + skewMs) / 1_000);
			const assertion = await sign({ issuedAt, expiresAt: issuedAt + ASSERTION_SECONDS });
			return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, scope };
		},
	};
	return sourceOver(client, grant, key);
}

/**
 * RFC 8693: a token for another one, which it never outlives.
 *
 * @param subject - gives the parent's token and its end; rejects when the parent is revoked
 * @param parent - the id of the source that `subject` asks, where it is one of ours
 * @param identity - public: what tells this exchange apart
 */
export function tokenExchangeGrant(
	client: OAuthClient,
	{
		scope,
		identity,
		subject,
		parent,
		subjectType = 'urn:ietf:params:oauth:token-type:access_token',
	}: {
		scope?: string;
		identity: readonly string[];
		subject: () => Promise<{ accessToken: string; expiresAtMs: number | null }>;
		parent?: string;
		subjectType?: string;
	},
	key: Uint8Array,
): Source {
	let subjectEndsAtMs: number | null = null;
	const grant = {
		identity: ['token-exchange', scope ?? '', subjectType, parent ?? '', ...identity],
		fallbackLifeMs: CLIENT_CREDENTIALS_LIFE_MS,
		parameters: async () => {
			const { accessToken, expiresAtMs } = await subject();
			subjectEndsAtMs = expiresAtMs;
			return {
				grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
				subject_token: accessToken,
				subject_token_type: subjectType,
				scope,
			};
		},
	};
	const source = sourceOver(client, grant, key);
	return {
		...source,
		...(parent === undefined ? {} : { parent }),
		async obtain(holding, circumstances) {
			const issued = await source.obtain(holding, circumstances);
			const ends = [issued.expiresAtMs, subjectEndsAtMs].filter((end) => end !== null);
			return { ...issued, expiresAtMs: ends.length > 0 ? Math.min(...ends) : null };
		},
	};
}
