import { createHash } from 'node:crypto';
import type { State, StoredRecord } from '../state/state';

/** What a trigger is to do with a delivery. */
export type Admission =
	| { readonly kind: 'run'; readonly ticket: Ticket }
	| { readonly kind: 'duplicate'; readonly answer: string | null }
	| { readonly kind: 'conflict' };

/** Stands for a delivery that was let in and has yet to start. */
export interface Ticket {
	readonly key: string;
	readonly digest: string;
	readonly version: number;
	/** Where it is in the order in which deliveries end. */
	readonly due: string;
}

/** Who sends what: the same id of another sender is another delivery. */
export interface Delivery {
	readonly trigger: string;
	/** Which secret, or whose token: whoever proved to be the sender. */
	readonly sender: string;
	readonly id: string;
	readonly body: Uint8Array;
}

interface Entry {
	readonly digest: string;
	readonly untilMs: number;
	readonly answer?: string;
}

export interface IdempotencySettings {
	readonly now: () => number;
	/** For how long a delivery that started is known. */
	readonly keepMs: number;
	/** After which a delivery that was let in and never started may run again. */
	readonly startMs?: number;
	/** Longer answers are not kept. In characters. */
	readonly longestAnswer?: number;
	/** Left out, answers are not kept. */
	readonly answers?: AnswerSeal;
}

/** Answers may hold anything, so the store has them sealed. */
export interface AnswerSeal {
	seal(answer: string, context: readonly string[]): string;
	/** `null` for what was not sealed here for this context. */
	open(sealed: string, context: readonly string[]): string | null;
}

const START_MS = 60_000;
const LONGEST_ANSWER = 16_384;
const SWEPT_AT_ONCE = 4;
const PREFIX = 'webhook/delivery/';
const DUE = 'webhook/due/';

type Store = Pick<State, 'read' | 'swap' | 'keys'>;

/**
 * Deliveries by the sender's id, so that a repeated one is answered and not run.
 *
 * Each is a record, and an entry in the order in which records end, by which old ones are found. Bodies are
 * known by their hash alone; answers are sealed. A power cut may take the latest with it, as it may take claims:
 * what a sender repeats then starts another run.
 */
export class Idempotency {
	constructor(
		private readonly state: Store,
		private readonly settings: IdempotencySettings,
	) {}

	/** Lets one of all copies in; the same id with another body is a conflict. */
	async begin(delivery: Delivery): Promise<Admission> {
		await this.#sweep();
		const key = keyOf(delivery);
		const digest = hash(delivery.body);
		for (let tries = 0; tries < 3; tries += 1) {
			const record = await this.state.read(key);
			const entry = record === null ? null : entryOf(record);
			if (entry !== null && entry.untilMs > this.settings.now()) {
				if (entry.digest !== digest) return { kind: 'conflict' };
				return { kind: 'duplicate', answer: this.#answerIn(entry, key) };
			}
			const untilMs = this.settings.now() + (this.settings.startMs ?? START_MS);
			const due = dueKey(untilMs, key);
			const version = await this.state.swap({
				key,
				expected: record?.version ?? 0,
				value: valueOf({ digest, untilMs }),
				adds: [due],
				outlives: 'crash',
			});
			if (version !== null) return { kind: 'run', ticket: { key, digest, version, due } };
		}
		return { kind: 'duplicate', answer: null };
	}

	/** The delivery started: from now on every copy is a duplicate, answered as the first one was. */
	async started({ key, digest, version, due }: Ticket, answer?: string): Promise<void> {
		const untilMs = this.settings.now() + this.settings.keepMs;
		const isKept = (answer?.length ?? Infinity) <= (this.settings.longestAnswer ?? LONGEST_ANSWER);
		const sealed = isKept
			? this.settings.answers?.seal(answer as string, contextOf(key, digest))
			: undefined;
		const next = dueKey(untilMs, key);
		const entry = { digest, untilMs, ...(sealed === undefined ? {} : { answer: sealed }) };
		await this.state.swap({
			key,
			expected: version,
			value: valueOf(entry),
			adds: [next],
			removes: next === due ? [] : [due],
			outlives: 'crash',
		});
	}

	/** The delivery did not start after all: the next copy may. */
	async failed({ key, version, due }: Ticket): Promise<void> {
		await this.state.swap({ key, expected: version, value: null, removes: [due] });
	}

	#answerIn({ answer, digest }: Entry, key: string): string | null {
		if (answer === undefined) return null;
		return this.settings.answers?.open(answer, contextOf(key, digest)) ?? null;
	}

	/** Removes a few of those that ended longest ago. */
	async #sweep(): Promise<void> {
		const now = this.settings.now();
		for (const due of await this.state.keys(DUE, SWEPT_AT_ONCE)) {
			const [untilMs = '', ...rest] = due.slice(DUE.length).split('/');
			if (Number(untilMs) > now) return;
			const key = rest.join('/');
			const record = await this.state.read(key);
			const hasEnded = record !== null && entryOf(record).untilMs <= now;
			await this.state.swap(
				hasEnded
					? { key, expected: record.version, value: null, removes: [due], outlives: 'crash' }
					: { key: due, expected: 1, value: null, outlives: 'crash' },
			);
		}
	}
}

const hash = (bytes: Uint8Array | string): string =>
	createHash('sha256').update(bytes).digest('hex');

/** Of which trigger, sender, id and body an answer is the answer. */
const contextOf = (key: string, digest: string): string[] => ['webhook answer', key, digest];

/** Hashed with their lengths: ids may hold anything. */
const keyOf = ({ trigger, sender, id }: Delivery): string =>
	PREFIX + hash([trigger, sender, id].map((part) => `${part.length}:${part}`).join(''));

/** Sorts by time: 13 digits until the year 2286. */
const dueKey = (untilMs: number, key: string): string =>
	`${DUE}${String(Math.floor(untilMs)).padStart(13, '0')}/${key}`;

const valueOf = (entry: Entry): string => JSON.stringify(entry);
const entryOf = ({ value }: StoredRecord): Entry => JSON.parse(value) as Entry;
