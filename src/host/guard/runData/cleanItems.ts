/** Of larger lists a copy of every reference would cost more memory than searching again costs time. */
const MOST_LEAVES = 20_000;
const DEEPEST = 8;

type Rec = Record<string, unknown>;

/**
 * Lists of items in which a search has found nothing.
 *
 * A run that saves its progress is written after every node, each time with the items of all nodes
 * before. Nodes may change items in place, so a list counts as clean only while every key and every
 * value in it is what was searched; comparing takes a fraction of a search.
 */
export class CleanItems {
	readonly #leaves = new WeakMap<unknown[], readonly unknown[]>();

	isClean(items: unknown[]): boolean {
		const leaves = this.#leaves.get(items);
		if (leaves === undefined) return false;
		const comparison = new Comparison(leaves);
		return comparison.hasSame(items, 0) && comparison.isComplete;
	}

	note(items: unknown[]): void {
		const leaves: unknown[] = [];
		if (items.length <= MOST_LEAVES && collect(items, leaves, 0)) this.#leaves.set(items, leaves);
	}
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

/** What was found clean while one run was being sealed: items are often in the output of several nodes. */
export class Pass {
	readonly #clean = new Set<unknown>();

	/** The items whose content was not searched in this pass. */
	fresh(items: unknown[]): unknown[] {
		return items.filter((item) => !this.#isKnown(item));
	}

	note(items: unknown[]): void {
		for (const item of items) {
			if (isJsonItem(item)) this.#clean.add(item.json);
		}
	}

	#isKnown(item: unknown): boolean {
		return isJsonItem(item) && this.#clean.has(item.json);
	}
}

/** Items with files or errors are searched as they are. */
function isJsonItem(item: unknown): item is { json: unknown } {
	if (typeof item !== 'object' || item === null) return false;
	for (const key in item) if (key !== 'json' && key !== 'pairedItem') return false;
	return typeof (item as Rec).json === 'object';
}
