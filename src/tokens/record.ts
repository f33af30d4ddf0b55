import type { Oddity } from './issued';

/**
 * Where a grant stands. Stored.
 *
 * - `CREATED`: nothing was ever asked for
 * - `ACTIVE`: there is a token, or one can be had
 * - `REFRESHING`: someone asks for a new one; the earlier one is used meanwhile
 * - `UPDATED`: there is a new token that nobody has used successfully yet
 * - `EXPIRED`: there is no token that could be used
 * - `REVOKED`: for good
 */
export type TokenState = 'CREATED' | 'ACTIVE' | 'REFRESHING' | 'UPDATED' | 'EXPIRED' | 'REVOKED';

/** What is wrong with it, besides. `UNREADABLE` is never stored: nothing is written over what cannot be read. */
export type Health = 'OK' | 'DEGRADED' | 'NEEDS_REAUTH' | 'CONFIG_ERROR';

/** All that is kept of one grant. Sealed as a whole; times in milliseconds since 1970. */
export interface TokenRecord {
	readonly state: TokenState;
	readonly health: Health;
	/** Another one with each consent. */
	readonly lineage: string;
	/** Keyed hashes of the consents that were adopted, the latest last: an old one never comes back. */
	readonly consents: readonly string[];
	readonly label: string;
	/** Keyed hash of what the client proves itself with, as it was seen last. */
	readonly clientProof: string;

	/** Secret. */
	readonly accessToken?: string;
	readonly tokenType?: string;
	readonly obtainedAtMs: number;
	readonly expiresAtMs: number | null;
	readonly scope?: string;
	/** The life of the latest token whose end was known. */
	readonly lifeMs: number | null;
	/** Secret. Only the newest is ever kept. */
	readonly refreshToken?: string;
	readonly refreshExpiresAtMs?: number;
	readonly rotation: 'unknown' | 'always' | 'never';
	readonly oddities: readonly Oddity[];

	/** Someone has set out to renew; removed when the outcome is known. */
	readonly intent?: Intent;
	/** The attempt that brought the tokens, to tell after a lost answer of the store who has won. */
	readonly attempt?: string;
	/** The outcome of an attempt is not known, and the refresh token may be used up. */
	readonly isUncertain?: boolean;
	/** When the token at hand was got because the API refused the one before. */
	readonly renewedForRefusalAtMs?: number;
	/** When the API refused a token that had just been renewed for a refusal. */
	readonly refusedAtMs?: number;

	readonly trouble?: Trouble;
	/** Tokens that the service has yet to be told about, after a revocation. Secret. */
	readonly toRevoke?: readonly {
		readonly token: string;
		readonly hint: 'refresh_token' | 'access_token';
	}[];
}

export interface Intent {
	readonly attempt: string;
	readonly fence: number;
	readonly startedAtMs: number;
}

/** Renewals that failed since the last one that did not. */
export interface Trouble {
	readonly failures: number;
	readonly sinceMs: number;
	/** Nobody asks before. */
	readonly nextAttemptAtMs: number;
	/** Why, as a class and a code. */
	readonly reason: string;
	readonly code: string;
	/** Keyed hash of what the client proved itself with: once that is edited, the trouble may be over. */
	readonly proof: string;
	/** How often the service refused without saying why. */
	readonly opaque: number;
}

/** Nothing was ever asked for. */
export const newRecord = (
	lineage: string,
	{ label, clientProof }: Pick<TokenRecord, 'label' | 'clientProof'>,
	now: number,
): TokenRecord => ({
	state: 'CREATED',
	health: 'OK',
	lineage,
	consents: [],
	label,
	clientProof,
	obtainedAtMs: now,
	expiresAtMs: null,
	lifeMs: null,
	rotation: 'unknown',
	oddities: [],
});
