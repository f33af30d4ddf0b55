import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { failedItem, stopError } from './connectionFailure';

/** What comes of each item, in order. One bad item never loses the others, where n8n may go on. */
export async function eachItem(
	context: IExecuteFunctions,
	work: (item: number) => Promise<IDataObject[]>,
): Promise<INodeExecutionData[]> {
	const results: INodeExecutionData[] = [];
	for (const item of context.getInputData().keys()) {
		try {
			const found = await work(item);
			// One by one: as arguments of a call, some 100,000 results would be too many.
			for (const json of found) results.push({ json, pairedItem: { item } });
		} catch (error) {
			if (!context.continueOnFail()) throw stopError(context, error, item);
			results.push(failedItem(error, item));
		}
	}
	return results;
}
