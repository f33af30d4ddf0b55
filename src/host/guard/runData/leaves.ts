/** What a short plain value holds: its keys and values one after the other, to be compared with later. */

const MOST_LEAVES = 1_000;
const DEEPEST = 8;
/** Stands where an object ends, which no key or value of plain data can. */
const END = Symbol('end');

type Rec = Record<string, unknown>;

/** @returns `null` where the value is more than a short plain one */
export function leavesOrNull(value: object): readonly unknown[] | null {
	const leaves: unknown[] = [];
	return collect(value, leaves, 0) ? leaves : null;
}

/** Whether a value holds nothing else now, in the same order. */
export function hasLeaves(value: object, leaves: readonly unknown[]): boolean {
	const comparison = new Comparison(leaves);
	return comparison.hasSame(value, 0) && comparison.isComplete;
}

function collect(value: unknown, leaves: unknown[], depth: number): boolean {
	if (leaves.length > MOST_LEAVES || depth > DEEPEST) return false;
	if (typeof value !== 'object' || value === null) {
		leaves.push(value);
		return true;
	}
	if (!isFieldsAlone(value)) return false;
	for (const key in value) {
		leaves.push(key);
		if (!collect((value as Rec)[key], leaves, depth + 1)) return false;
	}
	leaves.push(END);
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
		if (!isFieldsAlone(value)) return false;
		for (const key in value) {
			if (key !== this.#take() || !this.hasSame((value as Rec)[key], depth + 1)) return false;
		}
		return this.#take() === END;
	}

	#take(): unknown {
		return this.leaves[this.#next++];
	}
}

/** Whether a value is written as the fields that it has: none of a class, and none that writes itself. */
export function isFieldsAlone(value: object): boolean {
	if ((value as { toJSON?: unknown }).toJSON !== undefined) return false;
	const prototype = Object.getPrototypeOf(value) as object | null;
	return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}
