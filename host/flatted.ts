const ORDINARY = { enumerable: true, writable: true, configurable: true };

/**
 * Decodes what n8n stores of a run: a flat JSON list of all values, in which each string inside
 * an object or a list is the index of the value that belongs there. The first value is the root.
 */
export function unflatten<T>(text: string): T {
	const table = JSON.parse(text) as unknown[];
	const built = new Map<number, unknown>();

	// Not by recursion: what is stored may be nested as deep as n8n itself can write it.
	const open: number[] = [];
	const at = (index: number): unknown => {
		const flat = table[index];
		if (typeof flat !== 'object' || flat === null) return flat;
		const known = built.get(index);
		if (known !== undefined) return known;
		const whole = Array.isArray(flat) ? [] : {};
		built.set(index, whole);
		open.push(index);
		return whole;
	};

	const root = at(0);
	for (let index = open.pop(); index !== undefined; index = open.pop()) {
		const whole = built.get(index) as object;
		for (const [key, part] of Object.entries(table[index] as object)) {
			const value = typeof part === 'string' ? at(Number(part)) : part;
			// Not by assignment: `__proto__` is a key like any other here.
			Object.defineProperty(whole, key, { value, ...ORDINARY });
		}
	}
	return root as T;
}
