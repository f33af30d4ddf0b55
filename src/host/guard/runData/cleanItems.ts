import { isObject } from '../marks';
import { isLink, isPlace } from './structure';

/** For longer lists a copy of every reference would cost more memory than searching again costs time. */
const MOST_ITEMS = 4_000;
const MOST_LEAVES = 1_000;
const DEEPEST = 8;

type Rec = Record<string, unknown>;

let passes = 0;

/** One round of sealing: items are often in the output of several nodes, and are looked at once. */
export class Pass {
	readonly number = ++passes;
	/** What was searched in it and is not kept for the next. */
	readonly searched = new Set<object>();
}

/** What was found clean: what it held, and in which pass it held the same last. */
interface Known {
	readonly leaves: readonly unknown[];
	pass: number;
}

/**
 * Items in which a search has found nothing.
 *
 * A run that saves its progress is written after every node, each time with the items of all nodes
 * before. Nodes may change items in place, so an item counts as clean only while every key and every
 * value in it is what was searched; comparing takes a fraction of a search. The fields of an item and
 * the node that it is linked to go from node to node in items of their own, so each is known by itself.
 */
export class CleanItems {
	readonly #known = new WeakMap<object, Known>();

	/** The items that have to be searched. */
	unsearched(items: unknown[], pass: Pass): unknown[] {
		const first = items.findIndex((item) => !this.#isClean(item, pass));
		if (first < 0) return [];
		return items.filter((item, i) => i === first || (i > first && !this.#isClean(item, pass)));
	}

	note(items: unknown[], pass: Pass): void {
		const isKept = items.length <= MOST_ITEMS;
		for (const item of items) {
			if (!isObject(item)) continue;
			if (!isUsual(item)) {
				this.#note(item, pass, isKept);
				continue;
			}
			this.#note(item.json, pass, isKept);
			const source = sourceOf(item);
			if (source !== undefined) this.#note(source, pass, isKept);
		}
	}

	/** Whether none of the items has to be searched. */
	areClean(items: readonly unknown[], pass: Pass): boolean {
		for (const item of items) if (!this.#isClean(item, pass)) return false;
		return true;
	}

	#note(part: object, pass: Pass, isKept: boolean): void {
		if (this.#known.get(part)?.pass === pass.number) return;
		const leaves: unknown[] = [];
		if (isKept && collect(part, leaves, 0)) {
			this.#known.set(part, { leaves, pass: pass.number });
		} else {
			pass.searched.add(part);
		}
	}

	#isClean(item: unknown, pass: Pass): boolean {
		if (!isObject(item)) return false;
		if (!isUsual(item)) return this.#isSame(item, pass);
		const source = sourceOf(item);
		return this.#isSame(item.json, pass) && (source === undefined || this.#isSame(source, pass));
	}

	#isSame(part: object, pass: Pass): boolean {
		const known = this.#known.get(part);
		if (known?.pass === pass.number || pass.searched.has(part)) return true;
		if (known === undefined) return false;
		const comparison = new Comparison(known.leaves);
		const isSame = comparison.hasSame(part, 0) && comparison.isComplete;
		if (isSame) known.pass = pass.number;
		return isSame;
	}
}

/** An item of fields and links alone. */
interface UsualItem extends Rec {
	readonly json: object;
	readonly pairedItem?: unknown;
}

function isUsual(item: Rec): item is UsualItem {
	if (!isObject(item.json) || !isPlain(item)) return false;
	for (const key in item) {
		if (key === 'json') continue;
		if (key !== 'pairedItem') return false;
		if (!isLinkWithSource(item.pairedItem) && !isLink(item.pairedItem)) return false;
	}
	return true;
}

/** `{ item: 0, input: 0, sourceOverwrite: { previousNode: 'Loop' } }` */
function isLinkWithSource(link: unknown): boolean {
	if (!isObject(link) || !isPlain(link)) return link === undefined;
	for (const key in link) {
		const part = link[key];
		const isSource = key === 'sourceOverwrite' && (part === undefined || isObject(part));
		if (!isSource && !isPlace(key, part)) return false;
	}
	return true;
}

const sourceOf = ({ pairedItem }: UsualItem): object | undefined =>
	isObject(pairedItem) && !Array.isArray(pairedItem)
		? (pairedItem.sourceOverwrite as object | undefined)
		: undefined;

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
