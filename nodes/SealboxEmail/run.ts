import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { noteUse } from '../../src/host/rotations';
import { send } from '../../src/mail/send';
import { eachItem } from '../eachItem';
import { draftOf, maxBytesOf } from './draft';

const TYPE = 'sealboxSmtpApi';

/** Sends the mail of every item. */
export const run = async (context: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await eachItem(context, async (item) => [await sendItem(context, item)]);

async function sendItem(context: IExecuteFunctions, item: number): Promise<IDataObject> {
	const maxBytes = maxBytesOf(context, item);
	const draft = await draftOf(context, item, maxBytes);
	const id = context.getNode().credentials?.[TYPE]?.id ?? '';
	const data = await context.getCredentials(TYPE, item);
	noteUse(context, TYPE, data);
	return { ...(await send({ id, data }, draft, { maxBytes })) };
}
