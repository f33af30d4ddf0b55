import { createScrubber, type Scrubber } from '../../../sealing/scrub/index';
import { whyWeak } from '../../../sealing/scrub/weak';
import { Beginnings } from './beginnings';
import { PlainSearch } from './plainSearch';

/** What stands in for a secret in a log. It names nobody: a log has other readers than a run. */
export const PLACEHOLDER = '[sealed]';

/** The secrets that this process knows of, of all credentials. */
export interface LogSecrets {
	/** Changes whenever {@link all} would give something else. Asked for every line of log. */
	readonly generation: number;
	all(): Iterable<{ readonly value: string }>;
}

/** Runs a task so many milliseconds later. */
export type Later = (task: () => void, ms: number) => void;

/** A scrubber for so many characters is built in some 30 ms, and nothing else happens meanwhile. */
const SHARD = 4_000;
const LONGEST = 2 * SHARD;
/** All scrubbers together take some 50 MB; values beyond this are searched for plainly. */
const MOST = 100_000;
/** Tokens may be minted with every run; they are indexed many at a time. */
const COLLECT_MS = 1_000;
/** Between two of many scrubbers others get their turn. */
const PAUSE_MS = 20;
/** Events repeat the names of workflows and nodes: texts of such a length are searched once. */
const LONGEST_KEPT = 200;
const MOST_KEPT = 2_000;

/** Some of the values, with a scrubber that may lag behind them. */
interface Shard {
	readonly values: Set<string>;
	scrubber: Scrubber | null;
}

/**
 * Takes all known secrets of the host out of text that is about to be logged.
 *
 * Searching for many secrets in all spellings needs an index that takes time to build, and a line of
 * log cannot wait for it. So the values are spread over shards, and a shard is built again later when
 * its values have changed, one at a time. Until then a new value is searched for plainly, in its
 * exact spellings. A value that is gone may be searched for a little longer.
 */
export class LogScrubber {
	readonly #secrets: LogSecrets;
	readonly #later: Later;
	readonly #most: number;
	#generation: number | null = null;
	#known = new Set<string>();
	/** Made when first asked for after a change. */
	#beginnings: Beginnings | null = null;
	/** Values too short or too common for running text: only a line that is nothing else is one. */
	readonly #weak = new Set<string>();
	readonly #plain = new PlainSearch();
	readonly #shards: Shard[] = [];
	readonly #stale = new Set<Shard>();
	/** Short texts in which nothing was found; none of them once something else is searched for. */
	readonly #clean = new Set<string>();
	#isWaiting = false;
	#indexed = 0;

	/** @param most - how many characters of secrets are indexed at most */
	constructor(secrets: LogSecrets, later: Later = inBackground, most = MOST) {
		this.#secrets = secrets;
		this.#later = later;
		this.#most = most;
	}

	/** The text without secrets. What cannot be searched is replaced as a whole; it never throws. */
	text(text: string): string {
		try {
			this.#refresh();
			if (this.#clean.has(text)) return text;
			const scrubbed = this.#scrub(text);
			if (scrubbed === text) this.#keepClean(text);
			return scrubbed;
		} catch {
			// Whatever failed, the text may hold a secret, and nobody waits for an error of a log.
			return text.endsWith('\n') ? `${PLACEHOLDER}\n` : PLACEHOLDER;
		}
	}

	/** From where on the text may be the beginning of a secret; its length when nowhere. */
	unfinishedFrom(text: string): number {
		try {
			this.#refresh();
			this.#beginnings ??= new Beginnings(this.#strong());
			return this.#beginnings.unfinishedFrom(text);
		} catch {
			// Without the secrets nothing is known of the text, so nothing of it is finished.
			return 0;
		}
	}

	#keepClean(text: string): void {
		if (text.length > LONGEST_KEPT) return;
		if (this.#clean.size >= MOST_KEPT) this.#clean.clear();
		this.#clean.add(text);
	}

	#scrub(text: string): string {
		let scrubbed = this.#plain.scrub(this.#withoutWeakLines(text), PLACEHOLDER);
		for (const { scrubber } of this.#shards) scrubbed = scrubber?.text(scrubbed) ?? scrubbed;
		return scrubbed;
	}

	#withoutWeakLines(text: string): string {
		if (this.#weak.size === 0) return text;
		return text.replace(/[^\r\n]+/g, (line) => (this.#weak.has(line) ? PLACEHOLDER : line));
	}

	#refresh(): void {
		const { generation } = this.#secrets;
		if (generation === this.#generation) return;
		const now = new Set<string>();
		for (const { value } of this.#secrets.all()) if (value !== '') now.add(value);
		for (const value of this.#known) if (!now.has(value)) this.#forget(value);
		for (const value of now) if (!this.#known.has(value)) this.#learn(value);
		this.#known = now;
		this.#beginnings = null;
		this.#clean.clear();
		this.#generation = generation;
	}

	#strong(): string[] {
		return [...this.#known].filter((value) => !this.#weak.has(value));
	}

	#learn(value: string): void {
		if (whyWeak(value) !== null) {
			this.#weak.add(value);
			return;
		}
		this.#plain.add(value);
		if (value.length > LONGEST || this.#indexed + value.length > this.#most) return;
		this.#indexed += value.length;
		const shard = this.#shardWithRoom(value.length);
		shard.values.add(value);
		this.#rebuildLater(shard);
	}

	#forget(value: string): void {
		this.#weak.delete(value);
		this.#plain.remove(value);
		const shard = this.#shards.find(({ values }) => values.delete(value));
		if (shard === undefined) return;
		this.#indexed -= value.length;
		this.#rebuildLater(shard);
	}

	#shardWithRoom(length: number): Shard {
		const found = this.#shards.find(({ values }) => sizeOf(values) + length <= SHARD);
		if (found !== undefined) return found;
		const shard: Shard = { values: new Set(), scrubber: null };
		this.#shards.push(shard);
		return shard;
	}

	#rebuildLater(shard: Shard): void {
		this.#stale.add(shard);
		if (this.#isWaiting) return;
		this.#isWaiting = true;
		this.#later(() => this.#rebuildNext(), COLLECT_MS);
	}

	#rebuildNext(): void {
		const [shard] = this.#stale;
		this.#stale.delete(shard);
		try {
			shard.scrubber = built(shard.values);
			this.#clean.clear();
			for (const value of shard.values) this.#plain.remove(value);
		} catch {
			// Its values stay with the plain search.
		}
		this.#isWaiting = this.#stale.size > 0;
		if (this.#isWaiting) this.#later(() => this.#rebuildNext(), PAUSE_MS);
	}
}

/** A scrubber that is ready: it builds its index with the first text. */
function built(values: ReadonlySet<string>): Scrubber | null {
	if (values.size === 0) return null;
	const needles = [...values].map((value) => ({ name: PLACEHOLDER, value }));
	const scrubber = createScrubber(needles, { replace: () => PLACEHOLDER });
	scrubber.text(PLACEHOLDER.repeat(8));
	return scrubber;
}

function sizeOf(values: ReadonlySet<string>): number {
	let size = 0;
	for (const value of values) size += value.length;
	return size;
}

/** Never keeps a process alive. */
function inBackground(task: () => void, ms: number): void {
	setTimeout(task, ms).unref();
}
