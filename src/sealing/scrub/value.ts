import { types } from 'node:util';
import { scrubCodes, scrubNumericObject } from './codes';
import { Collector, isPlain, MOST_VISITS } from './collect';
import { scrubGraph } from './graph';
import { UNREADABLE } from './placeholder';
import type { TextScrubber } from './text';

/** Deeper data, data with cycles and data that is more than plain objects takes the other way. */
const DEEPEST = 100;
/** Lists from here on are looked at many items at once first. */
const SHORTEST_LIST = 4;
const SHORTEST_CODES = 8;

/** Thrown, never shown: the value is not a plain tree. */
const NOT_PLAIN = Symbol('not plain');

/**
 * The value without needles; the same reference when it holds none.
 *
 * Plan
 * 1. Plain trees (what JSON can hold, dates aside) are walked recursively; only objects on the way
 *    to a needle are copied. Lists are first searched many items at once, and only items among
 *    which something is found are walked.
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

type Rec = Record<string, unknown>;

class PlainWalk {
	readonly #scrubber: TextScrubber;
	/** Made for the first list that is worth one: most values hold none. */
	#collector?: Collector;
	readonly #hasNumbers: boolean;
	/** The objects being walked; an object inside itself is a cycle. */
	readonly #path: object[] = [];
	/** Copies of objects that held a needle, so that shared objects stay shared. */
	readonly #copies = new Map<object, unknown>();
	#visits = 0;

	constructor(scrubber: TextScrubber) {
		this.#scrubber = scrubber;
		this.#hasNumbers = scrubber.hasNumbers;
	}

	scrub(value: unknown, depth: number): unknown {
		switch (typeof value) {
			case 'string':
				return this.#scrubber.scrub(value);
			case 'object':
				return value === null ? null : this.#object(value, depth);
			case 'number':
			case 'bigint':
				return this.#hasNumbers ? (this.#scrubber.scrubNumber(String(value)) ?? value) : value;
			case 'function':
			case 'symbol':
				throw NOT_PLAIN;
			default:
				return value;
		}
	}

	#object(value: object, depth: number): unknown {
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
		if (typeof array[0] === 'number' && array.length >= SHORTEST_CODES) {
			const scrubbed = scrubCodes(this.#scrubber, array);
			if (scrubbed !== array) return scrubbed as unknown[];
		}
		let copy: unknown[] | null = null;
		const scrubItem = (i: number): void => {
			const item = array[i];
			const scrubbed = this.scrub(item, depth + 1);
			if (scrubbed !== item && !Number.isNaN(item)) (copy ??= array.slice())[i] = scrubbed;
		};
		if (array.length < SHORTEST_LIST) for (let i = 0; i < array.length; i++) scrubItem(i);
		for (let from = 0; array.length >= SHORTEST_LIST && from < array.length; ) {
			this.#collector ??= new Collector(this.#scrubber, DEEPEST);
			const { to, suspects } = this.#collector.look(array, from);
			suspects.forEach(scrubItem);
			from = to;
		}
		return copy ?? array;
	}

	#record(record: Rec, depth: number): Rec {
		let copy: Rec | null = null;
		let isFirst = true;
		for (const key in record) {
			const item = record[key];
			if (isFirst && key === '0' && typeof item === 'number') {
				const scrubbed = scrubNumericObject(this.#scrubber, record);
				if (scrubbed !== record) return scrubbed;
			}
			isFirst = false;
			const scrubbed = this.scrub(item, depth + 1);
			if (scrubbed !== item && !Number.isNaN(item)) {
				define((copy ??= copyOf(record)), key, scrubbed);
			}
			if (!this.#isCleanKey(key)) throw NOT_PLAIN;
		}
		return copy ?? record;
	}

	#isCleanKey(key: string): boolean {
		const { search } = this.#scrubber;
		if (key.length < search.shortest || search.cleanKeys.has(key)) return true;
		if (this.#scrubber.scrubParts(key) !== key) return false;
		search.cleanKeys.add(key);
		return true;
	}
}

function copyOf(record: Rec): Rec {
	const copy = Object.create(Object.getPrototypeOf(record) as object | null) as Rec;
	for (const key of Object.keys(record)) define(copy, key, record[key]);
	return copy;
}

/** Unlike assignment, right for a key named `__proto__` too. */
function define(record: Rec, key: string, value: unknown): void {
	if (key !== '__proto__') record[key] = value;
	else {
		Object.defineProperty(record, key, {
			value,
			enumerable: true,
			writable: true,
			configurable: true,
		});
	}
}
