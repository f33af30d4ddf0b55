import { isLink } from './structure';

/** For longer lists a copy of every reference would cost more memory than searching again costs time. */
const MOST_ITEMS = 4_000;
const MOST_LEAVES = 1_000;
const DEEPEST = 8;

type Rec = Record<string, unknown>;

/** What was found clean while one run was being sealed: items are often in the output of several nodes. */
export type Pass = Set<object>;

/**
 * Items in which a search has found nothing.
 *
 * A run that saves its progress is written after every node, each time with the items of all nodes
 * before. Nodes may change items in place, so an item counts as clean only while every key and every
 * value in it is what was searched; comparing takes a fraction of a search.
 */
export class CleanItems {
	/** By the fields of an item, which go from node to node in lists of their own. */
	readonly #leaves = new WeakMap<object, readonly unknown[]>();

	/** The items that have to be searched. */
	unsearched(items: unknown[], pass: Pass): unknown[] {
		return items.filter((item) => !this.#isClean(item, pass));
	}

	note(items: unknown[], pass: Pass): void {
		for (const item of items) {
			const content = contentOf(item);
			if (content === null) continue;
			pass.add(content);
			if (items.length > MOST_ITEMS) continue;
			const leaves: unknown[] = [];
			if (collect(content, leaves, 0)) this.#leaves.set(content, leaves);
		}
	}

	/** Whether none of the items has to be searched. */
	areClean(items: readonly unknown[], pass: Pass): boolean {
		return items.every((item) => this.#isClean(item, pass));
	}

	#isClean(item: unknown, pass: Pass): boolean {
		const content = contentOf(item);
		if (content === null) return false;
		if (pass.has(content)) return true;
		const leaves = this.#leaves.get(content);
		if (leaves === undefined) return false;
		const comparison = new Comparison(leaves);
		const isSame = comparison.hasSame(content, 0) && comparison.isComplete;
		if (isSame) pass.add(content);
		return isSame;
	}
}

/** The fields of an item that has nothing else, otherwise the whole item; null for what is no item. */
function contentOf(item: unknown): object | null {
	if (typeof item !== 'object' || item === null) return null;
	const { json, pairedItem } = item as Rec;
	if (typeof json !== 'object' || json === null || !isPlain(item)) return item;
	if (pairedItem !== undefined && !isLink(pairedItem)) return item;
	for (const key in item) if (key !== 'json' && key !== 'pairedItem') return item;
	return json;
}

/** @returns false when the value is more than a short plain one */
function collect(value: unknown, leaves: unknown[], depth: number): boolean {
	if (leaves.length > MOST_LEAVES || depth > DEEPEST) return false;
	if (typeof value !== 'object' || value === null) {
		leaves.push(value);
		return true;
	}
	if (!isPlain(value)) return false;
	for (const key in value) {
		leaves.push(key);
		if (!collect((value as Rec)[key], leaves, depth + 1)) return false;
	}
	// Marks where the object ends, which no leaf can be.
	leaves.push(collect);
	return true;
}

class Comparison {
	#next = 0;

	constructor(private readonly leaves: readonly unknown[]) {}

	get isComplete(): boolean {
		return this.#next === this.leaves.length;
	}

	hasSame(value: unknown, depth: number): boolean {
		if (depth > DEEPEST) return false;
		if (typeof value !== 'object' || value === null) return Object.is(value, this.#take());
		if (!isPlain(value)) return false;
		for (const key in value) {
			if (key !== this.#take() || !this.hasSame((value as Rec)[key], depth + 1)) return false;
		}
		return this.#take() === collect;
	}

	#take(): unknown {
		return this.leaves[this.#next++];
	}
}

function isPlain(value: object): boolean {
	const prototype = Object.getPrototypeOf(value) as object | null;
	return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
