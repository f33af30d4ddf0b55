import type { Entry } from './event';

const MOST = 10_000;

/** Events in waiting, in the order in which they happened; what is too many is counted. */
export class Waiting {
	#entries: Entry[] = [];
	#lost = 0;

	/** @param overflow - makes the event that stands for lost ones */
	constructor(private readonly overflow: (count: number) => Entry) {}

	get isEmpty(): boolean {
		return this.#entries.length === 0 && this.#lost === 0;
	}

	put(entry: Entry): void {
		if (this.#entries.length < MOST) this.#entries.push(entry);
		else this.#lost++;
	}

	/** The first `count` events. Lost ones came after all that were kept, so their number does too. */
	take(count: number): Entry[] {
		const taken = this.#entries.splice(0, count);
		if (this.#entries.length > 0 || this.#lost === 0) return taken;
		taken.push(this.overflow(this.#lost));
		this.#lost = 0;
		return taken;
	}

	/** Puts events back to the front. */
	putBack(entries: readonly Entry[]): void {
		if (entries.length > 0) this.#entries = [...entries, ...this.#entries];
	}
}
