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
 * @param task - tells by its result whether further tasks should start; must not reject
 */
export async function runPool(
	count: number,
	rules: PoolRules,
	sleep: Sleep,
	task: (index: number) => Promise<{ goOn: boolean }>,
): Promise<void> {
	const running = new Set<Promise<void>>();
	let goOn = true;
	for (let index = 0; index < count && goOn; index += 1) {
		const startsBatch = index > 0 && index % rules.batchSize === 0;
		if (startsBatch && rules.batchIntervalMs > 0) await sleep(rules.batchIntervalMs);
		while (running.size >= rules.concurrency) await Promise.race(running);
		if (!goOn) break;
		const run: Promise<void> = task(index).then((result) => {
			goOn &&= result.goOn;
			running.delete(run);
		});
		running.add(run);
	}
	await Promise.all(running);
}
