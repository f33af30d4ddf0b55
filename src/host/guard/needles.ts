import { createScrubber } from '../../sealing/scrub';
import type { Hit, Scrubber } from '../../sealing/scrub/types';
import { TOKEN_PREFIX } from '../../sealing/sealedToken';

/** A secret to look for, and the credential and field that it came from. */
export interface Needle {
	/** Id of the credential. */
	readonly credential: string;
	readonly field: string;
	readonly value: string;
}

/** Names the needle that finds text which only looks like a token. */
export const LOOKALIKE = '-';

/**
 * Placeholders that stand for hits while a value is searched: a private-use character, the number of
 * the hit, another one. What stands in data by chance is recognised, because putting the hits back
 * has to give the data.
 */
const PLACEHOLDER = /\uE000(\d+)\uE001/g;

/** What a search found: a scrubbed copy with placeholders, and what they stand for. */
export interface Searched<T> {
	readonly value: T;
	readonly hits: readonly Hit[];
}

/** A scrubber over one set of needles, for many searches. Not reentrant. */
export class NeedleSet {
	readonly #scrubber: Scrubber;
	readonly #byName = new Map<string, Needle>();
	#hits: Hit[] = [];

	constructor(needles: Iterable<Needle>) {
		this.#scrubber = createScrubber([{ name: LOOKALIKE, value: TOKEN_PREFIX }], {
			replace: (hit) => `\uE000${this.#hits.push(hit) - 1}\uE001`,
		});
		for (const needle of needles) this.add(needle);
	}

	add(needle: Needle): void {
		const name = String(this.#byName.size);
		this.#byName.set(name, needle);
		this.#scrubber.add({ name, value: needle.value });
	}

	/** The same reference as value when nothing is found. */
	search<T>(value: T): Searched<T> {
		this.#hits = [];
		const scrubbed = this.#scrubber.value(value);
		return { value: scrubbed, hits: this.#hits };
	}

	/** The needle whose token stands for a hit; undefined for a lookalike. */
	needleOf(hit: Hit | undefined): Needle | undefined {
		for (const name of hit?.names ?? []) {
			const needle = this.#byName.get(name);
			if (needle !== undefined) return needle;
		}
		return undefined;
	}
}

/** Text with each placeholder replaced. */
export const fillPlaceholders = (text: string, fill: (hit: number) => string): string =>
	text.replace(PLACEHOLDER, (_, hit: string) => fill(Number(hit)));

/** The numbers of the hits in a text. */
export const placeholdersIn = (text: string): number[] =>
	[...text.matchAll(PLACEHOLDER)].map((match) => Number(match[1]));
