/**
 * Decodes what n8n stores of a run: a flat JSON list of all values, in which each string inside
 * an object or a list is the index of the value that belongs there. The first value is the root.
 */
export function unflatten<T>(text: string): T {
	const table = JSON.parse(text) as unknown[];
	const built = new Map<number, unknown>();

	const at = (index: number): unknown => {
		if (built.has(index)) return built.get(index);
		const flat = table[index];
		if (typeof flat !== 'object' || flat === null) return flat;
		const whole = (Array.isArray(flat) ? [] : {}) as Record<string, unknown>;
		built.set(index, whole);
		for (const [key, part] of Object.entries(flat)) {
			whole[key] = typeof part === 'string' ? at(Number(part)) : part;
		}
		return whole;
	};

	return at(0) as T;
}
