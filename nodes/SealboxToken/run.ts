import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { GrantOperation } from '../../src/host/tokens/grants';
import { hostTokens } from '../../src/host/tokens/hostTokens';
import { eachItem } from '../eachItem';

/** Runs the chosen operation for each item's credential; nothing that comes out is secret. */
export const run = async (context: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await eachItem(context, async (item) => {
		const type = context.getNodeParameter('credentialType', item) as string;
		const operation = context.getNodeParameter('operation', item) as GrantOperation;
		const fields = await context.getCredentials(type, item);
		const tokens = await hostTokens();
		return [{ ...(await tokens.onGrant(operation, type, fields)) } as IDataObject];
	});
