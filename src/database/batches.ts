import type { Entry } from './entry';

export interface BatchRules {
	readonly maxRows: number;
	/** Of what is sent, roughly. */
	readonly maxBytes: number;
	/** How many values one statement may have; rows count with their columns. */
	readonly maxValues: number;
}

/**
 * Cuts rows into runs that one statement can write: equal columns, no two rows for the same row of
 * the table, and no more than fits. The order stays.
 */
export function batchesOf(entries: readonly Entry[], rules: BatchRules): Entry[][] {
	const batches: Entry[][] = [];
	let batch: Entry[] = [];
	let keys = new Set<string>();
	let bytes = 0;
	for (const entry of entries) {
		const [first] = batch;
		const fits =
			first !== undefined &&
			batch.length < rules.maxRows &&
			(batch.length + 1) * entry.columns.length <= rules.maxValues &&
			bytes + entry.size <= rules.maxBytes &&
			!keys.has(entry.key) &&
			haveSameColumns(first, entry);
		if (!fits) {
			batch = [];
			batches.push(batch);
			keys = new Set();
			bytes = 0;
		}
		batch.push(entry);
		bytes += entry.size;
		if (entry.key !== '') keys.add(entry.key);
	}
	return batches;
}

const haveSameColumns = (one: Entry, other: Entry): boolean =>
	one.columns.length > 0 &&
	one.columns.length === other.columns.length &&
	one.columns.every((name, index) => name === other.columns[index]);
