/** What a token endpoint gave out. */
export interface Issued {
	/** Secret. What a request carries; for temporary credentials of several parts, their JSON. */
	readonly accessToken: string;
	/** How the token is presented; `Bearer` unless the service says otherwise. */
	readonly tokenType: string;
	/** Secret. Absent when the answer had none: the earlier one is kept (RFC 6749 section 6). */
	readonly refreshToken?: string;
	/** When it was asked for. Milliseconds since 1970, as all times. */
	readonly obtainedAtMs: number;
	/** Counted from when it was asked for; `null` when nobody knows. */
	readonly expiresAtMs: number | null;
	/** When the refresh token ends for good, where the service says so. */
	readonly refreshExpiresAtMs?: number;
	readonly scope?: string;
	/** What is odd about the answer, for the record. */
	readonly oddities: readonly Oddity[];
}

export type Oddity =
	| 'life unknown'
	| 'life shortened to a day'
	| 'refresh token empty'
	| 'scope reduced';

/** What is held of a grant when new tokens are asked for. */
export interface Holding {
	/** Secret. */
	readonly refreshToken?: string;
	/** How long the latest access token lived, in milliseconds. */
	readonly lifeMs: number | null;
	readonly scope?: string;
}

export interface Circumstances {
	/** Milliseconds since 1970. */
	readonly now: () => number;
	/** Aborts when the time for asking is over. */
	readonly signal: AbortSignal;
	/** What the service's clock is ahead of this machine's, in milliseconds. */
	readonly skewMs: number;
}

/**
 * A way to get tokens: what belongs to one credential, and how to ask its service. Nothing of it is
 * stored, so that an edited credential counts from the next request on.
 */
export interface Source {
	/** Public: a keyed hash of what makes the credential this one. The record in the store has this name. */
	readonly id: string;
	/** Public: a keyed hash of service and client, which share their circuit. */
	readonly client: string;
	/** Public: a keyed hash of what the client proves itself with; another one after an edit. */
	readonly clientProof: string;
	/** For people and the record, for instance the host name of the service. */
	readonly label: string;
	/**
	 * What a person agreed to; empty where the store alone holds it by now. Without one the service gives
	 * tokens to whoever proves to be the client.
	 */
	readonly consent?: Consent;
	/** The source whose token is exchanged for this one's: revoked, it takes this one with it. */
	readonly parent?: string;
	/** How long after its use a rotated refresh token is still good for, in milliseconds. */
	readonly reuseGraceMs?: number;
	/** @throws {@link TokenFailure} */
	obtain(holding: Holding, circumstances: Circumstances): Promise<Issued>;
	/** RFC 7009; absent where the service has no such endpoint. @throws {@link TokenFailure} */
	revoke?(token: string, hint: TokenHint, circumstances: Circumstances): Promise<void>;
}

export type TokenHint = 'refresh_token' | 'access_token';

/** The tokens that a consent gave, as the credential holds them. Secret. */
export interface Consent {
	readonly refreshToken?: string;
	readonly accessToken?: string;
	readonly expiresAtMs?: number | null;
}
