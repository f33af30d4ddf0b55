import { coverFaces } from './faces';
import { readNode, type Reading } from './graphRead';
import { UNREADABLE } from './placeholder';
import type { TextScrubber } from './text';

/** An object of the graph: what it holds, who holds it, and what stands in its place. */
interface Node extends Reading {
	readonly original: object;
	readonly holders: Node[];
	isDirty: boolean;
}

/**
 * Scrubs any value: cycles, any depth, any class.
 *
 * Plan
 * 1. Visit each object once, from a list instead of by recursion; scrub its leaves and keys.
 * 2. An object that holds a needle is dirty, and so is whatever holds a dirty object.
 * 3. Dirty objects are copied, first empty, then filled; clean ones are used as they are.
 */
export function scrubGraph(scrubber: TextScrubber, root: unknown): unknown {
	const nodes = new Map<object, Node>();
	const list: Node[] = [];

	const visit = (value: unknown, holder: Node | null): void => {
		if (!isReference(value)) return;
		let node = nodes.get(value);
		if (node === undefined) {
			node = {
				original: value,
				holders: [],
				isDirty: false,
				slots: [],
				isChanged: false,
				build: null,
			};
			nodes.set(value, node);
			list.push(node);
		}
		if (holder !== null) node.holders.push(holder);
	};
	const isReferenceKnown = (value: unknown): value is object =>
		isReference(value) && nodes.has(value);
	const resolve = (value: unknown): unknown => {
		const node = isReferenceKnown(value) ? nodes.get(value)! : null;
		return node === null || !node.isDirty ? value : node.copy;
	};

	// 1. A leaf at the root is read like the only slot of an object.
	const top: { value: unknown } = { value: root };
	visit(top, null);
	for (let i = 0; i < list.length; i++) {
		const node = list[i];
		Object.assign(node, readOrReplace(scrubber, node.original));
		for (const slot of node.slots) {
			visit(slot.mapKey, node);
			visit(slot.value, node);
		}
	}
	// 2.
	const dirty = list.filter((node) => node.isChanged);
	for (const node of dirty) node.isDirty = true;
	for (let i = 0; i < dirty.length; i++) {
		for (const holder of dirty[i].holders) {
			if (holder.isDirty) continue;
			holder.isDirty = true;
			dirty.push(holder);
		}
	}
	// 3.
	for (const node of dirty) if (node.build !== null) node.copy = node.build.empty();
	for (const node of dirty) node.build?.fill(node.copy, node.slots, resolve);
	for (const { copy, faces = [] } of dirty) coverFaces(scrubber, copy as object, faces);
	return dirty.length === 0 ? root : (resolve(top) as typeof top).value;
}

function readOrReplace(scrubber: TextScrubber, original: object): Reading {
	try {
		return readNode(scrubber, original);
	} catch {
		// A hostile proxy or an exotic object: what cannot be read is not passed on.
		return { slots: [], isChanged: true, build: null, copy: UNREADABLE };
	}
}

const isReference = (value: unknown): value is object =>
	(typeof value === 'object' && value !== null) || typeof value === 'function';
