import { BLOCK } from './desk';
import { BARRIER } from './fold';
import type { Search } from './search';

/** Searching so many units at once makes the cost of a search small against its work. */
const FULL = 16_384;
/** This and a batch that is not full yet lie on the desk together. */
export const LONGEST_IN_BATCH = BLOCK - FULL - 1;
/** Most lists are short: room for so many texts at first. */
const FEW_TEXTS = 64;
/** One byte, unlike the barrier: joined text of single bytes is copied much faster. */
const SEPARATOR = '\0';
const BARRIER_TEXT = String.fromCharCode(BARRIER);

/** Texts that are searched together. Each belongs to an item, which is known by its number. */
export class Batch {
	#joined = '';
	#count = 0;
	/** Where in the joined texts each ends, and whose it is. */
	#ends = new Int32Array(FEW_TEXTS);
	#items = new Int32Array(FEW_TEXTS);

	/** How many texts there are; see {@link cut}. */
	get count(): number {
		return this.#count;
	}

	get isFull(): boolean {
		return this.#joined.length >= FULL;
	}

	/** Only when it is not full, and no longer than {@link LONGEST_IN_BATCH}. */
	add(text: string, item: number): void {
		if (this.#count === this.#ends.length) this.#grow();
		this.#joined += text + SEPARATOR;
		this.#ends[this.#count] = this.#joined.length - 1;
		this.#items[this.#count++] = item;
	}

	clear(): void {
		this.#joined = '';
		this.#count = 0;
	}

	/** Takes back the texts from number `count` on. */
	cut(count: number): void {
		if (count >= this.#count) return;
		this.#joined = this.#joined.slice(0, this.#startOf(count));
		this.#count = count;
	}

	/** Calls back for the item of each text in which something is found. */
	search(search: Search, onItem: (item: number) => void): void {
		if (this.#count === 0) return;
		const suspects = search.suspects(this.#joined, this.#ends, this.#count);
		if (suspects.length === 0) return;
		const ends: number[] = [];
		let joined = '';
		for (const text of suspects) {
			joined += this.#joined.slice(this.#startOf(text), this.#ends[text]) + BARRIER_TEXT;
			ends.push(joined.length);
		}
		for (const { start, end } of search.inText(joined) ?? []) {
			for (let i = 0; i < ends.length && (i === 0 || ends[i - 1] < end); i++) {
				if (ends[i] > start) onItem(this.#items[suspects[i]]);
			}
		}
	}

	#grow(): void {
		const length = 4 * this.#ends.length;
		const [ends, items] = [this.#ends, this.#items];
		this.#ends = new Int32Array(length);
		this.#ends.set(ends);
		this.#items = new Int32Array(length);
		this.#items.set(items);
	}

	#startOf(text: number): number {
		return text === 0 ? 0 : this.#ends[text - 1] + 1;
	}
}
