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

/** Where in bytes a secret was found; without a needle, what could not be searched. */
export interface FoundBytes {
	readonly start: number;
	readonly end: number;
	readonly needle: Needle | undefined;
}

/** The same as {@link PLACEHOLDER} in UTF-8, of which each byte is read as one character. */
const BYTES_PLACEHOLDER = /\xEE\x80\x80(\d+)\xEE\x80\x81/g;

/** A scrubber over one set of needles, for many searches. Not reentrant. */
export class NeedleSet {
	readonly #scrubber: Scrubber;
	readonly #byName = new Map<string, Needle>();
	#hits: Hit[] = [];
	#longest = 0;

	constructor(needles: Iterable<Needle>) {
		this.#scrubber = createScrubber([{ name: LOOKALIKE, value: TOKEN_PREFIX }], {
			replace: (hit) => `\uE000${this.#hits.push(hit) - 1}\uE001`,
		});
		for (const needle of needles) this.add(needle);
	}

	/** Whether there is nothing to look for. */
	get isEmpty(): boolean {
		return this.#byName.size === 0;
	}

	/** Of the longest needle, in UTF-16 units. */
	get longest(): number {
		return this.#longest;
	}

	add(needle: Needle): void {
		this.#longest = Math.max(this.#longest, needle.value.length);
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

	/** Where secrets stand in bytes, in whatever encoding. Text that only looks like a token is none. */
	searchBytes(bytes: Buffer): FoundBytes[] {
		const { value, hits } = this.search<unknown>(bytes);
		if (value === bytes) return [];
		const found = Buffer.isBuffer(value) ? locate(bytes, value, hits) : null;
		if (found === null) return [{ start: 0, end: bytes.length, needle: this.needleOf(hits[0]) }];
		return found
			.map(({ start, end, hit }) => ({ start, end, needle: this.needleOf(hit) }))
			.filter(({ needle }) => needle !== undefined);
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

/** The places of hits, from a copy with placeholders; null unless putting them back gives the bytes. */
function locate(
	bytes: Buffer,
	scrubbed: Buffer,
	hits: readonly Hit[],
): { start: number; end: number; hit: Hit }[] | null {
	const original = bytes.toString('latin1');
	const text = scrubbed.toString('latin1');
	const found: { start: number; end: number; hit: Hit }[] = [];
	let restored = '';
	let done = 0;
	for (const match of text.matchAll(BYTES_PLACEHOLDER)) {
		const hit = hits[Number(match[1])];
		if (hit === undefined) continue;
		restored += text.slice(done, match.index);
		found.push({ start: restored.length, end: restored.length + hit.text.length, hit });
		restored += hit.text;
		done = match.index + match[0].length;
	}
	return restored + text.slice(done) === original ? found : null;
}
