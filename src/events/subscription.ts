import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lease, State, StoredEvent } from '../state/state';

/** Whom the events of a subscription go to. */
export interface Receiver {
	wants(event: StoredEvent): boolean;
	/**
	 * Resolves once the event is accepted for good, and rejects where it is not or nobody knows: then it comes
	 * again with the same key, by which whoever has accepted it knows the copy.
	 */
	accept(event: StoredEvent, key: string): Promise<void>;
}

/** Milliseconds. */
export interface Pace {
	readonly leaseMs: number;
	readonly renewMs: number;
	readonly retryMs: number;
}

const PACE: Pace = { leaseMs: 30_000, renewMs: 10_000, retryMs: 5_000 };
const LONGEST_RETRY_MS = 5 * 60_000;
const READ = 100;
/** Accepted events are marked one by one; more than these are not under way at once. */
const MOST_UNDER_WAY = 50;
const MOST_MARKED = 1_000;

/** How far a subscription has come. Stored. */
interface Cursor {
	/** All events up to this position are done. */
	readonly after: number;
	/** Those beyond it that are done as well. */
	readonly done: readonly number[];
	/** When it was written last; milliseconds since 1970. */
	readonly atMs: number;
}

const CURSORS = 'events-cursor/';

/**
 * Gives every event of the outbox to a receiver, once.
 *
 * 1. Of all processes one holds the lease, and reads on from the cursor.
 * 2. It gives the events out in their order, without waiting for one before the next.
 * 3. An event is marked in the cursor when it was accepted, whoever holds the lease by then.
 *
 * A process that dies between 2 and 3 leaves the event unmarked. The next holder gives it out again with the
 * same key, and the receiver knows it.
 */
export class Subscription {
	readonly #owner = randomUUID();
	readonly #pace: Pace;
	#receiver: Receiver | null = null;
	#lease: Lease | null = null;
	#renewedAtMs = 0;
	/** What was read, and given out or passed over. */
	#position = 0;
	readonly #underWay = new Set<number>();
	readonly #done = new Set<number>();
	#passing: Promise<void> | undefined;

	/** @param name - the same for the same trigger in all processes; public */
	constructor(
		private readonly state: State,
		readonly name: string,
		pace: Partial<Pace> = {},
	) {
		this.#pace = { ...PACE, ...pace };
	}

	/** @param from - `now`: events of before are passed over; `last`: goes on where it was, or starts now */
	async open(receiver: Receiver, from: 'now' | 'last'): Promise<void> {
		await this.close();
		const { cursor } = await this.#read();
		if (cursor === null || from === 'now') await this.#startAt(await this.state.lastEvent());
		this.#receiver = receiver;
	}

	/** What is under way is marked nevertheless. Another process may go on at once. */
	async close(): Promise<void> {
		this.#receiver = null;
		// Whoever waits for it is told what went wrong.
		await this.#passing?.catch(() => {});
		const lease = this.#lease;
		this.#lease = null;
		// Where the store is away, the lease ends by itself.
		if (lease !== null) await this.state.release(lease).catch(() => {});
	}

	/** Goes on, if there is anything to go on with. @param last - the position of the latest event */
	async tick(last: number): Promise<void> {
		const isDue = this.#lease === null || this.#isRenewalDue() || last > this.#position;
		if (this.#receiver === null || !isDue) return;
		this.#passing ??= this.#pass().finally(() => (this.#passing = undefined));
		await this.#passing;
	}

	async #pass(): Promise<void> {
		const receiver = this.#receiver;
		const before = this.#reached();
		while (receiver !== null && this.#receiver === receiver && !this.#isFull()) {
			if (!(await this.#hold())) return;
			const events = await this.state.events(this.#position, READ);
			for (const event of events) {
				if (this.#receiver !== receiver || this.#isFull()) break;
				this.#position = event.position;
				this.#giveOut(receiver, event);
			}
			if (events.length < READ) break;
		}
		if (this.#reached() > before) await this.#write();
	}

	#giveOut(receiver: Receiver, event: StoredEvent): void {
		const { position } = event;
		if (this.#done.has(position) || this.#underWay.has(position) || !receiver.wants(event)) return;
		this.#underWay.add(position);
		void this.#insist(receiver, event);
	}

	async #insist(receiver: Receiver, event: StoredEvent): Promise<void> {
		const { position } = event;
		const key = keyOf(this.name, event.id);
		for (let tries = 0; !(await isAccepted(receiver, event, key)); tries += 1) {
			const waitMs = Math.min(LONGEST_RETRY_MS, this.#pace.retryMs * 2 ** tries);
			if (this.#receiver === receiver) await pause(waitMs, undefined, { ref: false });
			if (this.#receiver === receiver) continue;
			// Whoever goes on with the subscription gives it out again.
			this.#underWay.delete(position);
			this.#position = Math.min(this.#position, position - 1);
			return;
		}
		this.#underWay.delete(position);
		this.#done.add(position);
		// Where the store is away, it is marked with the next one; or given out again, and known by its key.
		await this.#write().catch(() => {});
	}

	#isFull(): boolean {
		return this.#underWay.size >= MOST_UNDER_WAY || this.#done.size >= MOST_MARKED;
	}

	#isRenewalDue(): boolean {
		return performance.now() - this.#renewedAtMs >= this.#pace.renewMs;
	}

	/** Whether this process is the one that reads on. */
	async #hold(): Promise<boolean> {
		const { leaseMs } = this.#pace;
		if (this.#lease !== null && !this.#isRenewalDue()) return true;
		const askedAtMs = performance.now();
		const isKept = this.#lease !== null && (await this.state.renew(this.#lease, leaseMs));
		if (!isKept) this.#lease = await this.state.acquire(this.#leaseName, this.#owner, leaseMs);
		if (this.#lease === null) return false;
		this.#renewedAtMs = askedAtMs;
		if (!isKept) await this.#goOn();
		return true;
	}

	/** From the cursor, which another process may have moved on. */
	async #goOn(): Promise<void> {
		const { cursor } = await this.#read();
		if (cursor === null) return await this.#startAt(await this.state.lastEvent());
		this.#position = cursor.after;
		for (const position of cursor.done) this.#done.add(position);
	}

	/** Up to here nothing is left to do, as far as this process knows. */
	#reached(): number {
		return this.#underWay.size === 0 ? this.#position : Math.min(...this.#underWay) - 1;
	}

	/** Adds what this process knows to the cursor. */
	async #write(): Promise<void> {
		for (;;) {
			const { cursor, version } = await this.#read();
			const stored = cursor?.after ?? 0;
			const after = this.#lease === null ? stored : Math.max(stored, this.#reached());
			const all = new Set([...(cursor?.done ?? []), ...this.#done]);
			const done = [...all].filter((position) => position > after).sort((a, b) => a - b);
			if (!(await this.#put({ after, done }, version))) continue;
			for (const position of this.#done) if (position <= after) this.#done.delete(position);
			return;
		}
	}

	async #startAt(position: number): Promise<void> {
		while (!(await this.#put({ after: position, done: [] }, (await this.#read()).version)));
		this.#position = position;
	}

	async #put(cursor: Omit<Cursor, 'atMs'>, version: number): Promise<boolean> {
		const value = JSON.stringify({ ...cursor, atMs: Date.now() } satisfies Cursor);
		const key = CURSORS + this.name;
		return (await this.state.swap({ key, expected: version, value })) !== null;
	}

	async #read(): Promise<{ cursor: Cursor | null; version: number }> {
		const stored = await this.state.read(CURSORS + this.name);
		if (stored === null) return { cursor: null, version: 0 };
		return { cursor: JSON.parse(stored.value) as Cursor, version: stored.version };
	}

	get #leaseName(): string {
		return `events/${this.name}`;
	}
}

async function isAccepted(receiver: Receiver, event: StoredEvent, key: string): Promise<boolean> {
	try {
		await receiver.accept(event, key);
		return true;
	} catch {
		// It says so itself where people look; here it comes again.
		return false;
	}
}

/** The same for an event and a subscription in all processes, for ever; short enough for a column. */
const keyOf = (name: string, id: string): string =>
	`sealbox:${createHash('sha256')
		.update(JSON.stringify([name, id]))
		.digest('hex')}`;

/** Forgets how far subscriptions had come that nobody has opened for so long. */
export async function pruneCursors(state: State, ageMs: number): Promise<void> {
	for (const key of await state.keys(CURSORS, 1_000)) {
		const stored = await state.read(key);
		if (stored === null) continue;
		const { atMs } = JSON.parse(stored.value) as Cursor;
		const { version: expected } = stored;
		if (Date.now() - atMs > ageMs) await state.swap({ key, expected, value: null });
	}
}
