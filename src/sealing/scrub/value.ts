import { types } from 'node:util';
import { scrubCodes, scrubNumericObject } from './codes';
import { appendText, beginBatch, used } from './desk';
import { scrubGraph } from './graph';
import { UNREADABLE } from './placeholder';
import type { TextScrubber } from './text';

/** Deeper data, data with cycles and data that is more than plain objects takes the other way. */
const DEEPEST = 100;
/** From so many objects on, shared ones could be visited exponentially often. */
const MOST_VISITS = 1_000_000;
const KNOWN_KEYS = 256;
const LONGEST_COUNTED = 1000;
/** Searching so many units at once makes the cost of a search small against its work. */
const BATCH = 2048;
const LONGEST_IN_BATCH = 4096;
const SHORTEST_LIST = 4;

/** Thrown, never shown: the value is not a plain tree. */
const NOT_PLAIN = Symbol('not plain');

/**
 * The value without needles; the same reference when it holds none.
 *
 * Plan
 * 1. Plain trees (what JSON can hold, dates aside) are walked recursively; only objects on the way
 *    to a needle are copied. The texts of a list are searched many at once; when something is
 *    found, that part of the list is walked again, text by text.
 * 2. Anything else (Map, Set, Error, Buffer, class instances, cycles, depth) is walked as a graph.
 * 3. What even that cannot walk is replaced.
 */
export function scrubValue<T>(scrubber: TextScrubber, input: T): T {
	try {
		return new PlainWalk(scrubber).scrub(input, 0) as T;
	} catch {
		// Not plain, or a getter that throws: both are the graph's business.
	}
	try {
		return scrubGraph(scrubber, input) as T;
	} catch {
		// Whatever made it fail may hold the needle itself.
		return UNREADABLE as T;
	}
}

class PlainWalk {
	readonly #scrubber: TextScrubber;
	readonly #hasNumbers: boolean;
	/** The objects being walked; an object inside itself is a cycle. */
	readonly #path: object[] = [];
	/** Copies of objects that held a needle, so that shared objects stay shared. */
	readonly #copies = new Map<object, unknown>();
	/** Keys seen clean lately; the objects of a list have the same ones. */
	readonly #keys = new Array<string>(KNOWN_KEYS).fill('');
	#visits = 0;
	/** While texts are only collected; then what needs more than that makes the part suspect. */
	#isCollecting = false;
	#isSuspect = false;

	constructor(scrubber: TextScrubber) {
		this.#scrubber = scrubber;
		this.#hasNumbers = scrubber.hasNumbers;
	}

	scrub(value: unknown, depth: number): unknown {
		switch (typeof value) {
			case 'string':
				return this.#isCollecting ? this.#collect(value) : this.#scrubber.scrub(value);
			case 'object':
				return value === null ? null : this.#object(value, depth);
			case 'number':
			case 'bigint':
				return this.#hasNumbers ? this.#number(value) : value;
			case 'function':
			case 'symbol':
				throw NOT_PLAIN;
			default:
				return value;
		}
	}

	#number(value: number | bigint): unknown {
		const scrubbed = this.#scrubber.scrubNumber(String(value));
		if (scrubbed !== null) this.#isSuspect = true;
		return scrubbed ?? value;
	}

	#collect(text: string): string {
		const { search } = this.#scrubber;
		if (text.length >= search.shortest && !this.#isSuspect) {
			if (text.length > LONGEST_IN_BATCH) this.#isSuspect = true;
			else appendText(text);
			if (used.units > BATCH) this.#searchCollected();
		}
		if (this.#scrubber.isWeakWhole(text)) this.#isSuspect = true;
		return text;
	}

	#searchCollected(): void {
		if (this.#scrubber.search.findsInBatch()) this.#isSuspect = true;
		beginBatch();
	}

	#object(value: object, depth: number): unknown {
		if (this.#isSuspect && this.#isCollecting) return value;
		const isTooMuch = depth > DEEPEST || ++this.#visits > MOST_VISITS;
		if (isTooMuch || types.isProxy(value)) throw NOT_PLAIN;
		const isArray = Array.isArray(value);
		if (!isPlain(value, isArray) || this.#path.includes(value)) throw NOT_PLAIN;
		if (this.#copies.size > 0 && this.#copies.has(value)) return this.#copies.get(value);
		this.#path.push(value);
		const scrubbed = isArray ? this.#array(value, depth) : this.#record(value as Rec, depth);
		this.#path.pop();
		if (scrubbed !== value) this.#copies.set(value, scrubbed);
		return scrubbed;
	}

	#array(array: unknown[], depth: number): unknown[] {
		if (typeof array[0] === 'number' && array.length >= 8) {
			if (this.#isCollecting) this.#isSuspect = true;
			if (this.#isCollecting) return array;
			const scrubbed = scrubCodes(this.#scrubber, array);
			if (scrubbed !== array) return scrubbed as unknown[];
			if (!this.#hasNumbers && array.every((item) => typeof item === 'number')) return array;
		}
		const isList = array.length >= SHORTEST_LIST && typeof array[0] === 'object';
		if (isList && !this.#isCollecting) return this.#list(array, depth);
		return this.#items(array, array, 0, array.length, depth);
	}

	/** A part of the list at a time: first all its texts at once, then, if need be, one by one. */
	#list(array: unknown[], depth: number): unknown[] {
		let result = array;
		for (let from = 0, to = 0; from < array.length; from = to) {
			to = this.#collectFrom(array, from, depth);
			if (this.#isSuspect) result = this.#items(array, result, from, to, depth);
		}
		return result;
	}

	/** Collects until it is worth a search; returns up to where. */
	#collectFrom(array: unknown[], from: number, depth: number): number {
		beginBatch();
		this.#isSuspect = false;
		this.#isCollecting = true;
		let to = from;
		while (to < array.length && used.units < BATCH >> 1 && !this.#isSuspect) {
			this.scrub(array[to++], depth + 1);
		}
		this.#isCollecting = false;
		if (!this.#isSuspect) this.#searchCollected();
		return to;
	}

	/** Scrubs `array[from, to)` into `result`, which is copied first if it is still the array. */
	#items(array: unknown[], result: unknown[], from: number, to: number, depth: number): unknown[] {
		for (let i = from; i < to; i++) {
			const item = array[i];
			const scrubbed = this.scrub(item, depth + 1);
			if (scrubbed === item || Number.isNaN(item)) continue;
			if (result === array) result = array.slice();
			result[i] = scrubbed;
		}
		return result;
	}

	#record(record: Rec, depth: number): Rec {
		let copy: Rec | null = null;
		let isFirst = true;
		for (const key in record) {
			const item = record[key];
			if (isFirst && key === '0' && typeof item === 'number') {
				if (this.#isCollecting) this.#isSuspect = true;
				if (this.#isCollecting) return record;
				const scrubbed = scrubNumericObject(this.#scrubber, record);
				if (scrubbed !== record) return scrubbed;
			}
			isFirst = false;
			const scrubbed = this.scrub(item, depth + 1);
			if (scrubbed !== item && !Number.isNaN(item))
				define((copy ??= copyOf(record)), key, scrubbed);
			if (!this.#isCleanKey(key)) throw NOT_PLAIN;
		}
		return copy ?? record;
	}

	#isCleanKey(key: string): boolean {
		const { length } = key;
		if (length < 8) return true;
		const slot =
			(length * 31 + key.charCodeAt(0) * 7 + key.charCodeAt(length - 1)) & (KNOWN_KEYS - 1);
		if (this.#keys[slot] === key) return true;
		if (this.#isCollecting) this.#isSuspect = true;
		if (this.#isCollecting) return true;
		if (this.#scrubber.scrubParts(key) !== key) return false;
		this.#keys[slot] = key;
		return true;
	}
}

type Rec = Record<string, unknown>;

function isPlain(value: object, isArray: boolean): boolean {
	if ((value as { toJSON?: unknown }).toJSON !== undefined) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	if (isArray) return prototype === Array.prototype && !hasExtras(value as unknown[]);
	return prototype === Object.prototype || prototype === null;
}

/**
 * A match of a regular expression, a template, an array with properties of its own. To count the
 * keys of a long list costs as much as to walk it; for those the usual ones are asked for.
 */
function hasExtras(array: unknown[]): boolean {
	if (array.length <= LONGEST_COUNTED) return Object.keys(array).length > array.length;
	return 'raw' in array || 'index' in array || 'groups' in array;
}

function copyOf(record: Rec): Rec {
	const copy = Object.create(Object.getPrototypeOf(record) as object | null) as Rec;
	for (const key of Object.keys(record)) define(copy, key, record[key]);
	return copy;
}

/** Unlike assignment, right for a key named `__proto__` too. */
function define(record: Rec, key: string, value: unknown): void {
	if (key !== '__proto__') record[key] = value;
	else
		Object.defineProperty(record, key, {
			value,
			enumerable: true,
			writable: true,
			configurable: true,
		});
}
