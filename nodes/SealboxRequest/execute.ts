import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { runPool } from '../../src/http/pool';
import { sleep } from '../../src/host/request/timer';
import { failedItem, nodeError, type Failure } from './failure';
import { Run } from './run';
import { poolRulesOf } from './settings';

/** Makes the requests of all items; results keep the order of the items. */
export async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const run = new Run(this);
	const continues = this.continueOnFail();
	const count = this.getInputData().length;
	const results: INodeExecutionData[][] = [];
	const failures = new Map<number, Failure>();
	const pause = async (ms: number) => await sleep(ms, this.getExecutionCancelSignal());
	await runPool(count, poolRulesOf(run.parameters), pause, async (item) => {
		const result = await run.fetch(item);
		if (Array.isArray(result)) results[item] = result;
		else failures.set(item, result);
		return { goOn: continues || failures.size === 0 };
	});
	const [first] = [...failures.keys()].sort((a, b) => a - b);
	if (first !== undefined && !continues)
		throw nodeError(this, failures.get(first) as Failure, first);
	for (const [item, failure] of failures) results[item] = [failedItem(failure, item)];
	return results.flat();
}
