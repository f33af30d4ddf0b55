import type { WhyWeak } from './weak';

/** A secret to look for. The name appears in placeholders, the value nowhere. */
export interface Needle {
	readonly name: string;
	readonly value: string;
}

/** One stretch of text that holds secrets; overlapping ones are one hit. */
export interface Hit {
	/** The names of the needles, sorted. */
	names: string[];
	/** The text as it stood there. Secret. */
	text: string;
	/** How it was written: `plain`, `json`, `url`, `base64`, `hex`, ... */
	form: string;
}

export interface ScrubberOptions {
	/** What to put in place of a hit; default is `[sealed: <names>]`. */
	replace?: (hit: Hit) => string;
}

/** Takes known secrets out of text, structured data and streams. */
export interface Scrubber {
	/** The text without needles; the same string when it holds none. */
	text(input: string): string;
	/** A copy without needles; the same reference when it holds none. Never changes the input. */
	value<T>(input: T): T;
	/** For text that comes in pieces. What is held back comes with `flush`. */
	stream(): ScrubberStream;
	add(needle: Needle): void;
	/** Forgets all needles of this name. */
	remove(name: string): void;
	/** Needles that are searched for as whole values only, and why. */
	readonly weak: ReadonlyArray<{ name: string; why: WhyWeak }>;
}

export interface ScrubberStream {
	write(chunk: string): string;
	flush(): string;
}
