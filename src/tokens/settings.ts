import type { Keyset } from '../sealing/keyset';
import type { State } from '../state/state';

/** What the lifecycle of tokens works with. */
export interface TokenSettings {
	readonly state: State;
	/** Secret: seals what is stored. */
	readonly keyset: Keyset;
	/** Secret, 32 bytes: for keyed hashes of tokens. */
	readonly fingerprintKey: Uint8Array;
	/** Where answers go that the store cannot take; made when it is needed. */
	readonly folder: string;
	/** Milliseconds since 1970. */
	readonly clock: () => number;
	/** From 0 up to 1. */
	readonly random: () => number;
	readonly times?: Partial<Times>;
}

/** Milliseconds. Whoever holds the lease is done before it ends: the budget is smaller. */
export interface Times {
	readonly leaseMs: number;
	readonly budgetMs: number;
	/** How long somebody waits for whoever holds the lease. */
	readonly waitMs: number;
	/** How long somebody with a good token waits for the next one. */
	readonly patienceMs: number;
	/** Between two attempts to tell a service of a revocation. */
	readonly revocationMs: number;
}

export const DEFAULT_TIMES: Times = {
	leaseMs: 30_000,
	budgetMs: 20_000,
	waitMs: 35_000,
	patienceMs: 1_000,
	revocationMs: 60_000,
};
