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
			results.push(...found.map((json) => ({ json, pairedItem: { item } })));
		} catch (error) {
			if (!context.continueOnFail()) throw stopError(context, error, item);
			results.push(failedItem(error, item));
		}
	}
	return results;
}
