import { createHash } from 'node:crypto';
import type { State } from '../state/state';

/** How many requests are let in: a burst at once, and as many again each period. */
export interface Rate {
	readonly burst: number;
	/** In which an empty bucket is filled again. */
	readonly periodMs: number;
}

/** How long to wait, or 0: the request is let in. */
export type WaitMs = number;

interface Bucket {
	tokens: number;
	atMs: number;
}

/**
 * Token buckets of one process, a bounded number of them.
 *
 * A bucket that is full again is forgotten. When all places are taken by callers that are not, further
 * callers share one bucket: a flood of new names neither grows the memory nor empties another's bucket.
 */
export class TokenBuckets {
	readonly #buckets = new Map<string, Bucket>();
	readonly #overflow: Bucket;

	/** @param now - milliseconds; only differences count */
	constructor(
		private readonly rate: Rate,
		private readonly now: () => number,
		private readonly most = 10_000,
	) {
		this.#overflow = { tokens: rate.burst, atMs: now() };
	}

	/** Takes one token of a caller. */
	take(caller: string): WaitMs {
		const bucket = this.#bucketOf(caller);
		this.#fill(bucket);
		if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) * this.#msPerToken);
		bucket.tokens -= 1;
		return 0;
	}

	get size(): number {
		return this.#buckets.size;
	}

	get #msPerToken(): number {
		return this.rate.periodMs / this.rate.burst;
	}

	#bucketOf(caller: string): Bucket {
		const known = this.#buckets.get(caller);
		if (known !== undefined) return known;
		if (this.#buckets.size >= this.most) this.#forgetFull();
		if (this.#buckets.size >= this.most) return this.#overflow;
		const bucket = { tokens: this.rate.burst, atMs: this.now() };
		this.#buckets.set(caller, bucket);
		return bucket;
	}

	#fill(bucket: Bucket): void {
		const now = this.now();
		const gained = Math.max(0, now - bucket.atMs) / this.#msPerToken;
		bucket.tokens = Math.min(this.rate.burst, bucket.tokens + gained);
		bucket.atMs = now;
	}

	/** Looks at the oldest few: whoever was let in first is the first to be full again. */
	#forgetFull(): void {
		let looked = 0;
		for (const [caller, bucket] of this.#buckets) {
			if (looked++ === 16) return;
			this.#fill(bucket);
			if (bucket.tokens >= this.rate.burst) this.#buckets.delete(caller);
			else this.#toBack(caller, bucket);
		}
	}

	#toBack(caller: string, bucket: Bucket): void {
		this.#buckets.delete(caller);
		this.#buckets.set(caller, bucket);
	}
}

/**
 * The same limit for all processes together: their bucket is in the shared store, one statement a request.
 *
 * The process's own bucket is asked first, so that a flood does not reach the store. Rejects with
 * `ERR_STATE_UNAVAILABLE` where the store cannot be had: whoever asks then lets nobody in.
 */
export class SharedLimit {
	readonly #own: TokenBuckets;

	constructor(
		private readonly state: Pick<State, 'take'>,
		/** What is limited, such as one trigger's callers. */
		private readonly name: string,
		private readonly rate: Rate,
		now: () => number,
	) {
		this.#own = new TokenBuckets(rate, now);
	}

	async take(caller: string): Promise<WaitMs> {
		const wait = this.#own.take(caller);
		if (wait > 0) return wait;
		// Callers are addresses and names of people: the store knows their hashes.
		const key = createHash('sha256').update(`${this.name}\n${caller}`).digest('hex');
		return await this.state.take(`webhook/limit/${key}`, this.rate.burst, this.rate.periodMs);
	}
}

/** The value of `Retry-After`, in whole seconds. @see RFC 9110 section 10.2.3 */
export const retryAfter = (waitMs: WaitMs): string => String(Math.max(1, Math.ceil(waitMs / 1000)));
