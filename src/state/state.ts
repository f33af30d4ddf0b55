/**
 * What the processes of one n8n share: leases with fences, records changed by compare-and-swap, things
 * that are claimed once, limits, and an outbox of events.
 *
 * Keys are public text; values are whatever the caller wrote, sealed where they are secret. Every call
 * is atomic, and rejects with SealboxError `ERR_STATE_UNAVAILABLE` when the store cannot be reached in
 * time and `ERR_STATE_VERSION` when a newer Sealbox has written it.
 */
export interface State {
	/** `null` when there is no such record. */
	read(key: string): Promise<StoredRecord | null>;
	/** The keys that begin so, in order; at most `limit`. */
	keys(prefix: string, limit: number): Promise<string[]>;
	/** The record's new version, or `null` when nothing was changed because a condition did not hold. */
	swap(change: Change): Promise<number | null>;

	/**
	 * Grants a lease for `ttlMs` milliseconds unless someone holds it. Each grant has a higher fence.
	 * The clock is the store's, so that the clocks of machines do not matter.
	 */
	acquire(name: string, owner: string, ttlMs: number): Promise<Lease | null>;
	/** Whether the lease was still held and now is for another `ttlMs`. */
	renew(lease: Lease, ttlMs: number): Promise<boolean>;
	/** Gives the lease back, if it is still held. */
	release(lease: Lease): Promise<void>;

	/** True for the first who asks within `ttlMs`; false for everybody else until it has passed. */
	claim(key: string, ttlMs: number): Promise<boolean>;
	/**
	 * Takes a token out of a bucket that holds `burst` of them and is filled again, one by one, within
	 * `periodMs`. Milliseconds until there is one, or 0: it was taken.
	 */
	take(key: string, burst: number, periodMs: number): Promise<number>;

	/** Events after a position, oldest first. Positions follow the order in which events became visible. */
	events(after: number, limit: number): Promise<StoredEvent[]>;
	/** The position of the latest event that ever was; 0 before the first. */
	lastEvent(): Promise<number>;
	/** Forgets events older than `ageMs`, and all but the latest `keep`. */
	pruneEvents(ageMs: number, keep: number): Promise<void>;

	close(): Promise<void>;
}

export interface StoredRecord {
	readonly value: string;
	/** 1 for a new record, one more with each change. */
	readonly version: number;
}

export interface Change {
	readonly key: string;
	/** The version that must be there now; 0 for a record that must not exist. */
	readonly expected: number;
	/** The new value, or `null` to remove the record. */
	readonly value: string | null;
	/** Held at this moment, or nothing is changed. */
	readonly lease?: Lease;
	/** Gives the lease back in the same step. */
	readonly releases?: boolean;
	/** Other records that come in the same step, empty, unless they are there. */
	readonly adds?: readonly string[];
	/** Other records that go in the same step, whatever their version; none of those that come. */
	readonly removes?: readonly string[];
	/** Put into the outbox in the same step. */
	readonly events?: readonly NewEvent[];
	/**
	 * What the change outlives once it is made; a power cut unless it says otherwise. `crash`: that of a
	 * process; a power cut may take it away with all that came after it, and the caller can do without.
	 * `crash, then power cut`: as before, but the disk is asked at once and, where it is that of this
	 * machine, not waited for. Stores may do more.
	 */
	readonly outlives?: 'crash' | 'crash, then power cut' | 'power cut';
}

export interface Lease {
	readonly name: string;
	readonly owner: string;
	readonly fence: number;
}

export interface NewEvent {
	/** Unique; an event of an id that is there already is not put in again. */
	readonly id: string;
	readonly type: string;
	/** Public text. */
	readonly body: string;
}

export interface StoredEvent extends NewEvent {
	readonly position: number;
	/** Milliseconds since 1970, by the store's clock. */
	readonly atMs: number;
}
