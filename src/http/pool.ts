import type { Sleep } from './ports';

export interface PoolRules {
	/** How many tasks run at the same time at most. */
	readonly concurrency: number;
	/** After so many starts there is a pause. */
	readonly batchSize: number;
	/** Length of that pause in milliseconds; 0 for none. */
	readonly batchIntervalMs: number;
}

/**
 * Runs a task for each index, in order of start, and waits for all that were started.
 *
 * As many lanes as may run at a time each take the next index. Where a batch begins, everyone who
 * comes later waits for the pause as well.
 *
 * @param task - tells by its result whether further tasks should start; must not reject
 */
export async function runPool(
	count: number,
	rules: PoolRules,
	sleep: Sleep,
	task: (index: number) => Promise<{ goOn: boolean }>,
): Promise<void> {
	let next = 0;
	let goOn = true;
	let gate = Promise.resolve();
	const lane = async () => {
		while (goOn && next < count) {
			const index = next++;
			const startsBatch = index > 0 && index % rules.batchSize === 0;
			if (startsBatch) gate = gate.then(async () => await sleep(rules.batchIntervalMs));
			if (rules.batchIntervalMs > 0) await gate;
			if (!goOn) return;
			goOn = (await task(index)).goOn && goOn;
		}
	};
	await Promise.all(Array.from({ length: Math.min(rules.concurrency, count) }, lane));
}
