import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { GrantOperation } from '../../src/host/tokens/grants';
import { hostTokens } from '../../src/host/tokens/hostTokens';
import { failedItem, stopError } from '../connectionFailure';

/** Runs the chosen operation for each item's credential; nothing that comes out is secret. */
export async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: INodeExecutionData[] = [];
	for (const item of context.getInputData().keys()) {
		try {
			const type = context.getNodeParameter('credentialType', item) as string;
			const operation = context.getNodeParameter('operation', item) as GrantOperation;
			const fields = await context.getCredentials(type, item);
			const tokens = await hostTokens();
			const json = { ...(await tokens.onGrant(operation, type, fields)) } as IDataObject;
			results.push({ json, pairedItem: { item } });
		} catch (error) {
			if (!context.continueOnFail()) throw stopError(context, error, item);
			results.push(failedItem(error, item));
		}
	}
	return results;
}
