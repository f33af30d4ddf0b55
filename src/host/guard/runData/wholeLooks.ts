/** Looking at all that a run stores takes at most this share of its time. */
const SHARE = 1 / 200;
/** Also where searching what is new took most of it. */
const LONGEST_MS = 1_000;

/** When all that a run has stored is looked at again, while the same is stored again and again. */
export class WholeLooks {
	readonly #dueMs = new WeakMap<object, number>();

	/** @param clock - milliseconds */
	constructor(private readonly clock = () => performance.now()) {}

	isDue(run: object): boolean {
		return this.clock() >= (this.#dueMs.get(run) ?? 0);
	}

	/** Looks at all of it, and puts off the next time for two hundred times as long as that took; a second at most. */
	look<T>(run: object, work: () => T): T {
		const startedMs = this.clock();
		const result = work();
		const endedMs = this.clock();
		this.#dueMs.set(run, endedMs + Math.min(LONGEST_MS, (endedMs - startedMs) / SHARE));
		return result;
	}
}
