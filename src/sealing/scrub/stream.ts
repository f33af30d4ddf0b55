import { mergeOverlapping, type Stretch } from './intervals';
import type { TextScrubber } from './text';
import type { ScrubberStream } from './types';

/** How much must have come since the last search before it is worth searching again. */
const LEAST_NEWS = 512;
/** An unbroken chain of secrets longer than this is given out in several placeholders. */
const LONGEST_HELD = 1 << 16;

/**
 * Scrubs text that comes in pieces, with the result of the whole text at once.
 *
 * What is found at a place depends on `reach` units before and behind it. So the last `reach` units
 * are held back, the `reach` units before them are kept for reading, and nothing is cut in two: a
 * stretch that reaches into what is held back waits with it.
 */
export class ScrubStream implements ScrubberStream {
	readonly #scrubber: TextScrubber;
	/** Text already given out, kept only to be read, then (from `#given` on) text still held. */
	#buffer = '';
	#given = 0;
	#searchedTo = 0;
	#isBegun = false;

	constructor(scrubber: TextScrubber) {
		this.#scrubber = scrubber;
	}

	write(chunk: string): string {
		if (typeof chunk !== 'string')
			throw new TypeError(`chunk: expected a string, got ${typeof chunk}`);
		this.#buffer += chunk;
		const { reach } = this.#scrubber.search;
		const held = this.#buffer.length - this.#given;
		const news = this.#buffer.length - reach - this.#searchedTo;
		return news >= Math.max(LEAST_NEWS, held >> 3) ? this.#give(this.#buffer.length - reach) : '';
	}

	flush(): string {
		const text = this.#buffer;
		const isWhole = !this.#isBegun && this.#scrubber.isWeakWhole(text);
		const rest = isWhole ? this.#scrubber.scrub(text) : this.#give(text.length);
		this.#buffer = '';
		this.#given = this.#searchedTo = 0;
		this.#isBegun = false;
		return rest;
	}

	/** Gives out what lies before `decided`: all there is to find there has been found. */
	#give(decided: number): string {
		const { search } = this.#scrubber;
		const stretches = mergeOverlapping(search.inText(this.#buffer)?.slice() ?? []);
		this.#searchedTo = decided;
		let end = decided;
		const straddling = stretches.find((stretch) => stretch.start < end && stretch.end > end);
		if (straddling !== undefined) {
			if (decided - this.#given > LONGEST_HELD) straddling.end = decided;
			else end = Math.max(this.#given, straddling.start);
		}
		if (end === this.#given) return '';
		const out = this.#scrubber.replaceAll(
			this.#buffer.slice(this.#given, end),
			within(stretches, this.#given, end),
		);
		this.#isBegun = true;
		this.#forgetBefore(Math.max(0, end - search.reach));
		this.#given = Math.min(end, search.reach);
		return out;
	}

	#forgetBefore(kept: number): void {
		this.#buffer = this.#buffer.slice(kept);
		this.#searchedTo -= kept;
	}
}

/** The stretches in `[from, to)`, counted from `from`; one that began earlier keeps its rest. */
function within(stretches: readonly Stretch[], from: number, to: number): Stretch[] {
	return stretches
		.filter((stretch) => stretch.end > from && stretch.end <= to)
		.map((stretch) => ({
			...stretch,
			start: Math.max(stretch.start, from) - from,
			end: stretch.end - from,
		}));
}
