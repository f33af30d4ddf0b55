import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { noteUse } from '../../src/host/rotations';
import { send } from '../../src/mail/send';
import { failedItem, stopError } from '../connectionFailure';
import { draftOf, maxBytesOf } from './draft';

const TYPE = 'sealboxSmtpApi';

/** Sends the mail of every item, in order. One bad item never loses the others, where n8n may go on. */
export async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const results: INodeExecutionData[] = [];
	for (const item of context.getInputData().keys()) {
		try {
			const json = await sendItem(context, item);
			results.push({ json, pairedItem: { item } });
		} catch (error) {
			if (!context.continueOnFail()) throw stopError(context, error, item);
			results.push(failedItem(error, item));
		}
	}
	return results;
}

async function sendItem(context: IExecuteFunctions, item: number): Promise<IDataObject> {
	const maxBytes = maxBytesOf(context, item);
	const draft = await draftOf(context, item, maxBytes);
	const id = context.getNode().credentials?.[TYPE]?.id ?? '';
	const data = await context.getCredentials(TYPE, item);
	noteUse(context, TYPE, data);
	return { ...(await send({ id, data }, draft, { maxBytes })) };
}
