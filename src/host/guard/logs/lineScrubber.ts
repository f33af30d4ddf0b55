import { HARMLESS } from './beginnings';
import { PLACEHOLDER, type LogScrubber } from './logScrubber';

/** A line longer than this is given out in parts. */
const LONGEST_LINE = 1 << 16;
/** The end of such a part waits for what follows: a secret may reach so far into it. */
const OVERLAP = 1 << 13;
/** A line that cannot be cut without cutting a secret is cut here all the same. */
const LONGEST_HELD = 1 << 20;

/**
 * Scrubs text that comes in pieces, line by line.
 *
 * A complete line is given out at once. The beginning of one waits, because what has been given out
 * cannot be taken back when the rest shows that it was half a secret:
 * - `release`, after a short wait, gives out all of it but an end that begins like a secret by more
 *   than {@link HARMLESS} characters. That waits on, for the next piece or the end.
 * - `flush`, at the end, gives out the rest; what still begins like a secret becomes a placeholder.
 *
 * So half a secret comes out only when it was written in two pieces with a longer pause between them
 * and in an encoded spelling, or when its half is harmless. A secret of several lines that are written
 * one by one is found by its lines; lines of it with fewer than 16 characters are not.
 */
export class LineScrubber {
	readonly #scrubber: LogScrubber;
	#held = '';

	constructor(scrubber: LogScrubber) {
		this.#scrubber = scrubber;
	}

	get isHolding(): boolean {
		return this.#held !== '';
	}

	/** What can be given out now that `piece` has come. */
	write(piece: string): string {
		const text = this.#held + piece;
		const lines = text.lastIndexOf('\n') + 1;
		this.#held = text.slice(lines);
		const out = lines === 0 ? '' : this.#scrubber.text(text.slice(0, lines));
		return this.#held.length > LONGEST_LINE ? out + this.#startOfLine() : out;
	}

	release(): string {
		const text = this.#held;
		const cut = this.#scrubber.unfinishedFrom(text);
		const whole = this.#scrubber.text(text);
		const start = this.#scrubber.text(text.slice(0, cut));
		// An end that is part of a secret already found is not the beginning of another.
		const isSeparate = start + this.#scrubber.text(text.slice(cut)) === whole;
		this.#held = isSeparate ? text.slice(cut) : '';
		return isSeparate ? start : whole;
	}

	flush(): string {
		const out = this.release();
		const rest = this.#held;
		this.#held = '';
		return rest.length > HARMLESS ? out + PLACEHOLDER : out + rest;
	}

	/** The start of a very long line, cut where that cuts no secret. */
	#startOfLine(): string {
		const text = this.#held;
		const whole = this.#scrubber.text(text);
		for (let cut = text.length - OVERLAP; cut > text.length >> 1; cut -= OVERLAP) {
			const start = this.#scrubber.text(text.slice(0, cut));
			if (start + this.#scrubber.text(text.slice(cut)) !== whole) continue;
			this.#held = text.slice(cut);
			return start;
		}
		if (text.length < LONGEST_HELD) return '';
		this.#held = '';
		return whole;
	}
}
