import { SealboxError } from './error';

/** Stands for every element of a list. */
const EACH = Symbol('each element');
type Segment = string | typeof EACH;
/** What is left of a path at some point of a value; empty where the path ends. */
type Rest = readonly Segment[];

/**
 * Returns what stands in place of a found value. `read` gives that value; a replacement that does
 * not ask for it never runs a getter.
 */
export type Replace = (read: () => unknown) => unknown;

/**
 * The segments of a dotted path. `[]` stands for every element and `[2]` for one: `keys[].value`,
 * `rows[2].token`, `[].secret`.
 * @throws SealboxError `ERR_PATH_INVALID` when the path is empty or misspelt
 */
export function parsePath(path: string): Rest {
	if (!/^(?:[^.[\]]+|\[\d*\])(?:\.[^.[\]]+|\[\d*\])*$/.test(path)) {
		throw new SealboxError(
			'ERR_PATH_INVALID',
			`"${path}" is not a path. Write it as token, user.password or keys[].value.`,
		);
	}
	const segments = path.match(/[^.[\]]+|\[\]/g) ?? [];
	return segments.map((segment) => (segment === '[]' ? EACH : segment));
}

/**
 * Replaces what the paths lead to, in a copy of the parts that lead there. The rest is shared, and
 * without any match the value itself comes back. Only own properties and entries are followed.
 *
 * A list is searched element by element even where the path does not say `[]`, and `[]` also takes a
 * lone element that is in no list: a slip in a path must not leave a secret in place.
 */
export function replaceAtPaths<T>(value: T, paths: readonly string[], replace: Replace): T {
	return rewritten(value, paths.map(parsePath), replace, []) as T;
}

function rewritten(value: unknown, rests: Rest[], replace: Replace, above: unknown[]): unknown {
	if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) {
		return rests.some(isOver) ? replace(() => value) : value;
	}
	if (Array.isArray(value) || value instanceof Set) return listed(value, rests, replace, above);
	const own = rests.map(withoutEach);
	if (own.some(isOver)) return replace(() => value);
	return keyed(value, own, replace, above);
}

/** The elements of an array or set. One that contains itself is not followed again. */
function listed(
	list: unknown[] | Set<unknown>,
	rests: Rest[],
	replace: Replace,
	above: unknown[],
): unknown {
	if (above.includes(list)) return list;
	const inside = [...above, list];
	const before = [...list];
	const after = before.map((element, index) => {
		const below = rests.map((rest) => restForElement(rest, index));
		return rewritten(element, below, replace, inside);
	});
	if (after.every((element, index) => Object.is(element, before[index]))) return list;
	return list instanceof Set ? new Set(after) : after;
}

/** The fields of an object or map that some path names. */
function keyed(value: object, rests: Rest[], replace: Replace, above: unknown[]): unknown {
	const changes = new Map<string, unknown>();
	for (const name of new Set(rests.map(([first]) => first as string))) {
		if (!has(value, name)) continue;
		const below = rests.filter(([first]) => first === name).map((rest) => rest.slice(1));
		const read = () => fieldOf(value, name);
		if (below.some(isOver)) {
			changes.set(name, replace(read));
			continue;
		}
		const before = read();
		const after = rewritten(before, below, replace, above);
		if (!Object.is(before, after)) changes.set(name, after);
	}
	return changes.size === 0 ? value : copyWith(value, changes);
}

const isOver = (rest: Rest): boolean => rest.length === 0;

function withoutEach(rest: Rest): Rest {
	const start = rest.findIndex((segment) => segment !== EACH);
	return start === -1 ? [] : rest.slice(start);
}

/** `[]` and the element's own index lead into it; a name is looked for in the element itself. */
function restForElement(rest: Rest, index: number): Rest {
	const [first] = rest;
	return first === EACH || first === String(index) ? rest.slice(1) : rest;
}

const has = (value: object, name: string): boolean =>
	value instanceof Map ? value.has(name) : Object.hasOwn(value, name);

const fieldOf = (value: object, name: string): unknown =>
	value instanceof Map ? value.get(name) : (value as Record<string, unknown>)[name];

/** A copy of the same class. Fields are defined, never assigned: `__proto__` is a name like others. */
function copyWith(value: object, changes: ReadonlyMap<string, unknown>): unknown {
	if (value instanceof Map) return new Map([...value, ...changes]);
	const descriptors = Object.getOwnPropertyDescriptors(value) as PropertyDescriptorMap;
	for (const [name, changed] of changes) {
		const { enumerable } = descriptors[name];
		const field = { value: changed, enumerable, writable: true, configurable: true };
		Object.defineProperty(descriptors, name, { value: field });
	}
	return Object.create(Object.getPrototypeOf(value) as object | null, descriptors);
}
