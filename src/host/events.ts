import { setTimeout as pause } from 'node:timers/promises';
import { announceOnce, forgetMark, markOf, type Announcement } from '../events/announce';
import { Recorder, writeTo } from '../events/recorder';
import { pruneCursors, Subscription, type Receiver } from '../events/subscription';
import type { State, StoredEvent } from '../state/state';
import { forgetExchanges } from './cutOffRotations';
import { encryptionKeyOrNull } from './installation';
import { processState } from './sharedState';
import { processTrail } from './trail';

const DAY_MS = 86_400_000;
/** How long events are kept, and how many. */
const KEPT_MS = 30 * DAY_MS;
const KEPT = 100_000;
const CURSORS_KEPT_MS = 90 * DAY_MS;

const TICK_MS = 1_000;
const SOON_MS = 200;
const LOOK_MS = 60_000;
/** Among so many of the latest events one is looked for that can be shown in the editor. */
const LATEST = 1_000;

const OPENED = Symbol.for('sealbox.events.v1');
type Process = typeof globalThis & { [OPENED]?: HostEvents };

/** One for the process: an update in the editor loads this module a second time. */
export const hostEvents = (): HostEvents => ((globalThis as Process)[OPENED] ??= new HostEvents());

/** What happens to credentials, as this process hears of it and tells of it. */
export class HostEvents {
	readonly #subscriptions = new Map<string, Subscription>();
	readonly #open = new Set<string>();
	#recorder: Recorder | undefined;
	#ticking: NodeJS.Timeout | undefined;
	#isSoon = false;
	#isStopped = false;
	readonly #atWork = new Set<Promise<void>>();
	#recordedTo = 0;
	#lookedAtMs = -LOOK_MS;
	#cleanedAtMs = -DAY_MS;

	/**
	 * Gives the receiver each event once, whichever process it happened in, until the returned function is
	 * called. A subscription of the same name in another process waits for its turn.
	 *
	 * @throws what the store throws
	 */
	async subscribe(
		name: string,
		receiver: Receiver,
		from: 'now' | 'last',
	): Promise<() => Promise<void>> {
		const subscription = this.#subscriptions.get(name) ?? new Subscription(this.#state, name);
		this.#subscriptions.set(name, subscription);
		await subscription.open(receiver, from);
		this.#open.add(name);
		this.#tickIn(0);
		return async () => {
			this.#open.delete(name);
			await subscription.close();
		};
	}

	/** The latest event that is wanted; waits for the next one where there is none. */
	async latestOrNext(
		wants: (event: StoredEvent) => boolean,
		signal: AbortSignal,
	): Promise<StoredEvent> {
		let position = Math.max(0, (await this.#state.lastEvent()) - LATEST);
		for (;;) {
			const events = await this.#state.events(position, LATEST);
			const wanted = events.findLast(wants);
			if (wanted !== undefined) return wanted;
			position = events.at(-1)?.position ?? position;
			await pause(TICK_MS, undefined, { signal });
		}
	}

	/** Tells of something once for each mark. Never throws and never waits. */
	announce(announcement: Announcement): void {
		void this.#announce(announcement);
	}

	/** What was announced last of a subject. Rejects with what the store throws. */
	async markOf(subject: string): Promise<string | null> {
		return await markOf(this.#state, subject);
	}

	/** The next mark of a subject is as good as its first. Never rejects: it would be announced once more. */
	async forget(subject: string): Promise<void> {
		try {
			await forgetMark(this.#state, subject);
		} catch {
			// The store is away.
		}
	}

	/** Something may have happened in this process: it is put on record, and given out, in a moment. */
	recordSoon(): void {
		if (this.#isSoon || this.#isStopped) return;
		this.#isSoon = true;
		setTimeout(() => {
			this.#isSoon = false;
			if (this.#isStopped) return;
			if (this.#open.size > 0) this.#tickIn(0);
			else this.#work(this.#record());
		}, SOON_MS).unref();
	}

	/** Does nothing more by itself, and ends what it is at. Never rejects. */
	async stop(): Promise<void> {
		this.#isStopped = true;
		clearTimeout(this.#ticking);
		await Promise.all(this.#atWork);
	}

	get #state(): State {
		return processState();
	}

	async #announce(announcement: Announcement): Promise<void> {
		// No n8n has run here yet, and none runs.
		if (encryptionKeyOrNull(process.env) === null) return;
		try {
			await announceOnce(this.#state, announcement);
			this.recordSoon();
		} catch {
			// The store is away: whatever it was, it happened all the same, and nobody waits for this.
		}
	}

	#tickIn(ms: number): void {
		clearTimeout(this.#ticking);
		if (this.#isStopped) return;
		this.#ticking = setTimeout(() => this.#work(this.#tick()), ms).unref();
	}

	/** @param work - never rejects */
	#work(work: Promise<void>): void {
		this.#atWork.add(work);
		void work.then(() => this.#atWork.delete(work));
	}

	async #tick(): Promise<void> {
		try {
			const last = await this.#state.lastEvent();
			const names = [...this.#open];
			await Promise.all(names.map((name) => this.#subscriptions.get(name)?.tick(last)));
			if (last > this.#recordedTo) await this.#record(last);
			await this.#lookAhead();
		} catch {
			// The store is away; the next tick tries again.
		} finally {
			if (this.#open.size > 0) this.#tickIn(TICK_MS);
		}
	}

	/** Never rejects: what is not on record yet stays in the outbox. */
	async #record(last = 0): Promise<void> {
		try {
			this.#recorder ??= new Recorder(this.#state, putOnRecord);
			await this.#recorder.drain();
			this.#recordedTo = last;
			await this.#cleanUp();
		} catch {
			// The store is away.
		}
	}

	async #lookAhead(): Promise<void> {
		if (performance.now() - this.#lookedAtMs < LOOK_MS) return;
		this.#lookedAtMs = performance.now();
		if (!(await this.#state.claim('events/look', LOOK_MS - TICK_MS))) return;
		const { hostTokens } = await import('./tokens/hostTokens');
		await (await hostTokens()).lookAhead();
	}

	/** Once a day, and by one process. */
	async #cleanUp(): Promise<void> {
		if (performance.now() - this.#cleanedAtMs < DAY_MS) return;
		this.#cleanedAtMs = performance.now();
		if (!(await this.#state.claim('housekeeping/events', DAY_MS))) return;
		await this.#state.pruneEvents(KEPT_MS, KEPT);
		await pruneCursors(this.#state, CURSORS_KEPT_MS);
		await forgetExchanges(this.#state);
	}
}

async function putOnRecord(events: readonly StoredEvent[]): Promise<boolean> {
	const trail = await processTrail();
	return trail !== null && (await writeTo(trail)(events));
}
