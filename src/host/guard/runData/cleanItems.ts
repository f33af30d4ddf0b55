import { isObject } from '../marks';
import { hasLeaves, leavesOrNull } from './leaves';
import { isUsual, sourceOf, type UsualItem } from './usualItem';

/** For longer lists a copy of every reference would cost more memory than searching again costs time. */
const MOST_ITEMS = 4_000;
/** From the beginning of a list, between two saves. */
const MOST_TAKEN = 64;
/** At both ends of a long list: where nodes take items and put them. */
const OUTERMOST = 32;

type Stretch = readonly [first: number, end: number];
export const NOWHERE: Stretch = [0, 0];

let passes = 0;

/** One round of sealing: items are often in the output of several nodes, and are looked at once. */
export class Pass {
	readonly number = ++passes;
	/** What was searched in it and is not kept for the next. */
	readonly searched = new Set<object>();
	/** Whether a node has changed in place what it got. */
	hasSeenChange = false;

	/**
	 * @param isTrusting - takes for clean most of what was clean a moment ago
	 * @param handedOn - the places, in the runs of a node, of those whose items others got lately
	 */
	constructor(
		readonly isTrusting = false,
		readonly handedOn: ReadonlyMap<readonly unknown[], ReadonlySet<number>> = new Map(),
	) {}

	/** Where, in a list of known items, those begin and end that count as clean because they are there still. */
	trusted({ length }: readonly unknown[]): Stretch {
		return this.isTrusting && length > 2 * OUTERMOST ? [OUTERMOST, length - OUTERMOST] : NOWHERE;
	}
}

/** What was found clean: what it held, and in which pass it held the same last. */
interface Known {
	readonly leaves: readonly unknown[];
	pass: number;
}

/** A clean item with what is known of its parts, so that they need not be looked up. */
export interface KnownItem {
	readonly item: UsualItem;
	readonly json: object;
	readonly fields: Known;
	readonly source: object | undefined;
	readonly sourceFields: Known | undefined;
	/** In which pass it was the same last. */
	pass: number;
}

/** What a list held, side by side: that it holds the same is seen without a look into each. */
export interface KnownList {
	readonly held: readonly unknown[];
	readonly known: readonly KnownItem[];
}

const NOTHING: KnownList = { held: [], known: [] };
const listOf = (known: readonly KnownItem[]): KnownList => ({
	held: known.map(({ item }) => item),
	known,
});

/**
 * Items in which a search has found nothing.
 *
 * A run that saves its progress is written after every node, each time with the items of all nodes
 * before. Nodes may change items in place, so an item counts as clean only while every key and every
 * value in it is what was searched; comparing takes a fraction of a search. The fields of an item and
 * the node that it is linked to go from node to node in items of their own, so each is known by itself.
 *
 * Most of what comparing takes is finding what an item is to be compared with. So lists are remembered
 * too: by themselves, and by their first items for nodes that make a new list of the same items.
 */
export class CleanItems {
	readonly #parts = new WeakMap<object, Known>();
	readonly #items = new WeakMap<object, KnownItem>();
	readonly #lists = new WeakMap<object, KnownList>();

	/**
	 * The items that have to be searched.
	 *
	 * @param isKept - by a node between its runs; the items of other lists may have just been changed in place
	 */
	unsearched(items: readonly unknown[], pass: Pass, isKept = false): unknown[] {
		const before = this.#lists.get(items) ?? this.#listThatBegan(items[0]) ?? NOTHING;
		// A list from which nodes have taken items at its beginning.
		const offset = Math.max(0, before.held.slice(0, MOST_TAKEN).indexOf(items[0]));
		const trusted = isKept ? pass.trusted(items) : NOWHERE;
		const hasBegun = isKept && beginsWith(items, before, pass, trusted, offset);
		if (hasBegun && items.length === before.held.length - offset) return [];
		// Nodes add to the lists that they keep.
		const known = hasBegun ? before.known.slice(offset) : [];
		const [first, end] = trusted;
		const unsearched: unknown[] = [];
		for (let i = known.length; i < items.length; i += 1) {
			const item = items[i];
			const isThere = item === before.held[offset + i];
			const found = isThere ? before.known[offset + i] : this.#knownOf(item);
			const isTrusted = isThere && i >= first && i < end;
			if (found !== undefined && (isTrusted || isStill(found, pass))) known.push(found);
			else if (!this.#isClean(item, pass)) unsearched.push(item);
		}
		this.#remember(items, known);
		return unsearched;
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

	/** What is known of clean items; `null` where one is more than its fields, or is not known. */
	known(items: readonly unknown[]): KnownList | null {
		const known: KnownItem[] = [];
		for (const item of items) {
			const found = this.#knownOf(item);
			if (found === undefined) return null;
			known.push(found);
		}
		return listOf(known);
	}

	#listThatBegan(item: unknown): KnownList | undefined {
		return isObject(item) ? this.#lists.get(item) : undefined;
	}

	#remember(items: readonly unknown[], known: readonly KnownItem[]): void {
		const isWhole = known.length === items.length;
		const list = isWhole ? { held: items.slice(), known } : listOf(known);
		this.#lists.set(items, list);
		if (known.length > 0 && known[0].item === items[0]) this.#lists.set(known[0].item, list);
	}

	#knownOf(item: unknown): KnownItem | undefined {
		if (!isObject(item) || !isUsual(item)) return undefined;
		const { json } = item;
		const source = sourceOf(item);
		const fields = this.#parts.get(json);
		const sourceFields = source && this.#parts.get(source);
		if (fields === undefined || (source !== undefined && sourceFields === undefined)) {
			return undefined;
		}
		const known = this.#items.get(item);
		if (known?.fields === fields && known.sourceFields === sourceFields) return known;
		const made = { item, json, fields, source, sourceFields, pass: 0 };
		this.#items.set(item, made);
		return made;
	}

	#note(part: object, pass: Pass, isKept: boolean): void {
		if (this.#parts.get(part)?.pass === pass.number) return;
		const leaves = isKept ? leavesOrNull(part) : null;
		if (leaves === null) pass.searched.add(part);
		else this.#parts.set(part, { leaves, pass: pass.number });
	}

	#isClean(item: unknown, pass: Pass): boolean {
		if (!isObject(item)) return false;
		if (!isUsual(item)) return this.#isSame(item, pass);
		const source = sourceOf(item);
		return this.#isSame(item.json, pass) && (source === undefined || this.#isSame(source, pass));
	}

	#isSame(part: object, pass: Pass): boolean {
		const known = this.#parts.get(part);
		return pass.searched.has(part) || (known !== undefined && isSame(part, known, pass));
	}
}

/** Whether a list holds the very items that it held, and they what they held. */
export const areStill = (
	items: readonly unknown[],
	list: KnownList,
	pass: Pass,
	trusted: Stretch,
): boolean => items.length === list.held.length && beginsWith(items, list, pass, trusted);

/**
 * Whether a list begins with the very items that it held, and they hold what they held.
 *
 * @param trusted - where it does not matter what they hold: from the first place to before the second
 * @param offset - how many were taken at its beginning
 */
function beginsWith(
	items: readonly unknown[],
	{ held, known }: KnownList,
	pass: Pass,
	[first, end]: Stretch,
	offset = 0,
): boolean {
	const length = held.length - offset;
	if (items.length < length) return false;
	for (let i = 0; i < length; i += 1) if (items[i] !== held[offset + i]) return false;
	for (let i = 0; i < length; i = i + 1 === first ? end : i + 1) {
		if (!isStill(known[offset + i], pass)) return false;
	}
	return true;
}

/** Whether an item is what it was when it was searched; looked at once in each pass. */
function isStill(known: KnownItem, pass: Pass): boolean {
	if (known.pass === pass.number) return true;
	const { item, json, fields, source, sourceFields } = known;
	if (!isUsual(item) || item.json !== json || sourceOf(item) !== source) {
		pass.hasSeenChange = true;
		return false;
	}
	if (!isSame(json, fields, pass)) return false;
	if (source && sourceFields && !isSame(source, sourceFields, pass)) return false;
	known.pass = pass.number;
	return true;
}

/** Whether a part holds what it held when it was searched; looked at once in each pass. */
function isSame(part: object, known: Known, pass: Pass): boolean {
	if (known.pass === pass.number) return true;
	const isSame = hasLeaves(part, known.leaves);
	if (isSame) known.pass = pass.number;
	else pass.hasSeenChange = true;
	return isSame;
}
