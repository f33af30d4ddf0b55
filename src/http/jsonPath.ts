/**
 * The value at a path such as `paging.next`, `links[0].href` or `["@odata.nextLink"]`;
 * `undefined` when the path leads nowhere.
 */
export function valueAt(root: unknown, path: string): unknown {
	let value = root;
	for (const key of keysOf(path)) {
		if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
		value = (value as Record<string, unknown>)[key];
	}
	return value;
}

/** A leading `$`, as JSONPath writes it, stands for the root and is left out. */
const keysOf = (path: string): string[] =>
	[
		...path
			.trim()
			.replace(/^\$\.?/, '')
			.matchAll(/\[\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*\]|([^.[\]]+)/g),
	].map(([, double, single, index, plain]) => double ?? single ?? index ?? plain ?? '');

/**
 * Sets a value at a path and makes the objects and lists on the way, as in `user.names[0]`.
 * Keys that would reach an object's prototype are set as plain fields.
 */
export function setAt(root: Record<string, unknown>, path: string, value: unknown): void {
	const keys = keysOf(path);
	let node: Record<string, unknown> = root;
	keys.forEach((key, index) => {
		const next = keys[index + 1];
		if (next === undefined) return put(node, key, value);
		const inner = Object.hasOwn(node, key) ? node[key] : undefined;
		const isOpen = typeof inner === 'object' && inner !== null;
		if (!isOpen) put(node, key, /^\d+$/.test(next) ? [] : {});
		node = node[key] as Record<string, unknown>;
	});
}

const put = (node: object, key: string, value: unknown): void => {
	Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
};
