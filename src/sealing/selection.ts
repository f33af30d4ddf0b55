import { SealboxError } from './error';
import { replaceAtPaths, type Replace } from './path';

/** Which fields of a value are meant. */
export type Selection =
	/** Dotted paths, each of which has to lead somewhere unless `mayMiss`. */
	| { readonly by: 'path'; readonly paths: readonly string[]; readonly mayMiss?: boolean }
	/** Names of fields at any depth; `*` stands for any characters, case does not matter. */
	| { readonly by: 'name'; readonly patterns: readonly string[] }
	/** Every text, number, boolean and null. */
	| { readonly by: 'all' };

/** Deeper than any data that people make, far from the end of the stack. */
const MAX_DEPTH = 500;

/**
 * Replaces the selected fields in a copy; what holds none of them is shared with the original.
 *
 * @throws {@link SealboxError} `ERR_FIELD_MISSING` when a path leads nowhere: a misspelt path must
 *   not leave a secret in place; `ERR_VALUE_INVALID` for data that is nested too deeply
 */
export function replaceSelected<T>(value: T, selection: Selection, replace: Replace): T {
	if (selection.by === 'path') return atPaths(value, selection, replace);
	const isNamed = selection.by === 'name' ? nameMatcher(selection.patterns) : (): boolean => false;
	const walk: Walk = { isNamed, replace, isLeafToo: selection.by === 'all' };
	return walked(value, walk, 0) as T;
}

/** Entries of a list that people wrote with commas or line breaks between them. */
export const listOf = (text: string): string[] =>
	text
		.split(/[,\n]/)
		.map((entry) => entry.trim())
		.filter((entry) => entry !== '');

/**
 * Whether an entry is a value in the item and no name in it. A field that is dragged into a form
 * becomes an expression for its value: nothing would be selected, and an error would show the value.
 */
export function holdsValueForName(item: unknown, entries: readonly string[]): boolean {
	const names = new Set<string>();
	const values = new Set<string>();
	JSON.stringify(item, (name, value: unknown) => {
		names.add(name);
		if (typeof value !== 'object') for (const part of listOf(String(value))) values.add(part);
		return value;
	});
	return entries.some((entry) => values.has(entry) && !names.has(entry));
}

function atPaths<T>(
	value: T,
	{ paths, mayMiss = false }: Selection & { by: 'path' },
	replace: Replace,
): T {
	return paths.reduce((current, path) => {
		let found = 0;
		const result = replaceAtPaths(current, [path], (read) => {
			found += 1;
			return replace(read);
		});
		if (found > 0 || mayMiss) return result;
		throw new SealboxError(
			'ERR_FIELD_MISSING',
			`There is no field "${path}" in this item. Correct the path, or allow missing fields.`,
		);
	}, value);
}

interface Walk {
	readonly isNamed: (name: string) => boolean;
	readonly replace: Replace;
	/** Whether values without fields of their own are replaced wherever they stand. */
	readonly isLeafToo: boolean;
}

function walked(value: unknown, walk: Walk, depth: number): unknown {
	if (depth > MAX_DEPTH) {
		throw new SealboxError(
			'ERR_VALUE_INVALID',
			`The item is nested more than ${MAX_DEPTH} levels deep, or contains itself. Name the fields by path.`,
		);
	}
	if (Array.isArray(value)) return walkedList(value, walk, depth);
	if (isPlain(value)) return walkedObject(value, walk, depth);
	return walk.isLeafToo ? walk.replace(() => value) : value;
}

function walkedList(list: unknown[], walk: Walk, depth: number): unknown[] {
	const result = list.map((element) => walked(element, walk, depth + 1));
	return result.every((element, index) => Object.is(element, list[index])) ? list : result;
}

function walkedObject(object: Record<string, unknown>, walk: Walk, depth: number): object {
	const entries = Object.entries(object);
	const result = entries.map(([name, field]): [string, unknown] => {
		const isWhole = walk.isNamed(name);
		return [name, isWhole ? walk.replace(() => field) : walked(field, walk, depth + 1)];
	});
	const isSame = result.every(([, field], index) => Object.is(field, entries[index][1]));
	// fromEntries defines fields, so that one called __proto__ stays a field.
	return isSame ? object : Object.fromEntries(result);
}

function isPlain(value: unknown): value is Record<string, unknown> {
	if (typeof value !== 'object' || value === null) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Whether a name fits one of the patterns; takes time in proportion to both. */
function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
	const parts = patterns.map((pattern) => pattern.toLowerCase().split('*'));
	return (name) => parts.some((each) => fits(name.toLowerCase(), each));
}

/** The first part begins the name, the last ends it, and the others follow each other in between. */
function fits(name: string, parts: readonly string[]): boolean {
	const [first, ...others] = parts;
	const last = others.pop();
	if (last === undefined) return name === first;
	if (!name.startsWith(first)) return false;
	let at = first.length;
	for (const part of others) {
		const found = name.indexOf(part, at);
		if (found === -1) return false;
		at = found + part.length;
	}
	return name.length - last.length >= at && name.endsWith(last);
}
