import { types } from 'node:util';
import { Batch, LONGEST_IN_BATCH } from './batch';
import type { TextScrubber } from './text';

const MOST_ITEMS = 512;
const SHORTEST_CODES = 8;
/** From so many objects on, shared ones could be visited exponentially often. */
export const MOST_VISITS = 1_000_000;

/** What a look at the items of a list from some place on says. */
export interface Look {
	/** So far it came. */
	readonly to: number;
	/** Which of the items need a closer look, ascending. */
	readonly suspects: readonly number[];
}

const NONE: readonly number[] = [];

/**
 * Finds out which items of a list may hold a needle, without changing anything: joins the texts of
 * many items and searches them together. What it does not understand it calls suspect, and leaves to
 * those who do.
 */
export class Collector {
	readonly #scrubber: TextScrubber;
	readonly #shortest: number;
	readonly #longestWeak: number;
	readonly #hasNumbers: boolean;
	readonly #deepest: number;
	readonly #path: object[] = [];
	#visitsLeft = MOST_VISITS;

	readonly #batch = new Batch();
	/** By number of the item, counted from the first of this look. */
	readonly #suspects = new Uint8Array(MOST_ITEMS);
	#areSuspects = false;
	#current = 0;
	/** Whether the item being collected is suspect already. */
	#isSuspect = false;

	constructor(scrubber: TextScrubber, deepest: number) {
		this.#scrubber = scrubber;
		this.#shortest = scrubber.search.shortest;
		this.#longestWeak = scrubber.longestWeak;
		this.#hasNumbers = scrubber.hasNumbers;
		this.#deepest = deepest;
	}

	/** Looks at `list[from]` and at so many more items as are worth a search. */
	look(list: readonly unknown[], from: number): Look {
		const most = Math.min(MOST_ITEMS, list.length - from);
		this.#areSuspects = false;
		this.#batch.clear();
		let count = 0;
		while (count < most && !this.#batch.isFull) {
			this.#current = count;
			this.#item(list[from + count++]);
		}
		this.#search();
		return {
			to: from + count,
			suspects: this.#areSuspects ? this.#listSuspects(from, count) : NONE,
		};
	}

	#listSuspects(from: number, count: number): number[] {
		const suspects: number[] = [];
		for (let i = 0; i < count; i++) if (this.#suspects[i] === 1) suspects.push(from + i);
		return suspects;
	}

	#item(item: unknown): void {
		const before = this.#batch.count;
		this.#suspects[this.#current] = 0;
		this.#isSuspect = false;
		this.#path.length = 0;
		try {
			this.#collect(item);
		} catch {
			// A getter that throws: the closer look will tell.
			this.#isSuspect = true;
		}
		if (!this.#isSuspect) return;
		this.#suspect(this.#current);
		this.#batch.cut(before);
	}

	readonly #suspect = (item: number): void => {
		this.#suspects[item] = 1;
		this.#areSuspects = true;
	};

	#collect(value: unknown): void {
		if (typeof value === 'string') this.#text(value);
		else if (typeof value === 'object') {
			if (value !== null) this.#object(value);
		} else if (typeof value === 'number' || typeof value === 'bigint') {
			if (this.#hasNumbers) this.#number(value);
		} else if (typeof value === 'function' || typeof value === 'symbol') {
			this.#isSuspect = true;
		}
	}

	#text(text: string): void {
		const { length } = text;
		if (length <= this.#longestWeak && this.#scrubber.isWeakWhole(text)) this.#isSuspect = true;
		if (length < this.#shortest) return;
		if (length > LONGEST_IN_BATCH) this.#isSuspect = true;
		else {
			if (this.#batch.isFull) this.#search();
			this.#batch.add(text, this.#current);
		}
	}

	/** Searches the batch and makes it empty; the item being collected may go on in the next one. */
	#search(): void {
		this.#batch.search(this.#scrubber.search, this.#suspect);
		this.#batch.clear();
		this.#isSuspect ||= this.#suspects[this.#current] === 1;
	}

	#number(value: number | bigint): void {
		if (this.#scrubber.scrubNumber(String(value)) !== null) this.#isSuspect = true;
	}

	#object(value: object): void {
		if (this.#isSuspect) return;
		const isArray = Array.isArray(value);
		const isOdd =
			--this.#visitsLeft < 0 ||
			this.#path.length > this.#deepest ||
			types.isProxy(value) ||
			!isPlain(value, isArray) ||
			this.#path.includes(value);
		if (isOdd) {
			this.#isSuspect = true;
			return;
		}
		this.#path.push(value);
		if (isArray) this.#array(value as unknown[]);
		else this.#record(value as Record<string, unknown>);
		this.#path.pop();
	}

	#array(array: readonly unknown[]): void {
		if (array.length >= SHORTEST_CODES && typeof array[0] === 'number') this.#isSuspect = true;
		for (let i = 0; i < array.length && !this.#isSuspect; i++) this.#collect(array[i]);
	}

	#record(record: Record<string, unknown>): void {
		const { cleanKeys } = this.#scrubber.search;
		for (const key in record) {
			const value = record[key];
			if (typeof value === 'string') this.#text(value);
			else this.#collect(value);
			if (key.length >= this.#shortest && !cleanKeys.has(key)) this.#isSuspect = true;
			if (key === '0') this.#isSuspect ||= typeof value === 'number';
		}
	}
}

/** What JSON can hold. */
export function isPlain(value: object, isArray: boolean): boolean {
	if ((value as { toJSON?: unknown }).toJSON !== undefined) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	if (isArray) return prototype === Array.prototype && !hasExtras(value as unknown[]);
	return prototype === Object.prototype || prototype === null;
}

const LONGEST_COUNTED = 1000;

/**
 * A match of a regular expression, a template, an array with properties of its own. To count the
 * keys of a long list costs as much as to walk it; for those the usual ones are asked for.
 */
function hasExtras(array: unknown[]): boolean {
	if (array.length <= LONGEST_COUNTED) return Object.keys(array).length > array.length;
	return 'raw' in array || 'index' in array || 'groups' in array;
}

const KNOWN_KEYS = 256;

/** Keys found clean lately; the objects of a list have the same ones. */
export class CleanKeys {
	readonly #keys = new Array<string>(KNOWN_KEYS).fill('');

	has(key: string): boolean {
		return this.#keys[slotOf(key)] === key;
	}

	add(key: string): void {
		this.#keys[slotOf(key)] = key;
	}
}

function slotOf(key: string): number {
	const { length } = key;
	const middle = key.charCodeAt(length >> 1);
	const hash = length * 31 + key.charCodeAt(0) * 7 + middle * 3 + key.charCodeAt(length - 1);
	return hash & (KNOWN_KEYS - 1);
}
