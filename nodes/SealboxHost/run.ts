import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { HostApi } from '../../src/hostApi/client';
import { askThroughHost } from '../../src/host/request/ask';
import { SealboxError } from '../../src/sealing/error';
import { createScrubber } from '../../src/sealing/scrub';
import { eachItem } from '../eachItem';
import { credential } from './actions/credential';
import { execution } from './actions/execution';
import { workflow } from './actions/workflow';
import type { Operation } from './operation';

const OPERATIONS: Record<string, Record<string, Operation>> = { credential, execution, workflow };

const TIMEOUT_MS = 30_000;
/** As long as n8n lets a run of its own take, where nobody has said otherwise. */
const PATIENCE_MS = 3_600_000;

/** Runs the chosen operation for every item. */
export const run = async (context: IExecuteFunctions): Promise<INodeExecutionData[]> =>
	await eachItem(context, async (item) => await runItem(context, item));

async function runItem(context: IExecuteFunctions, item: number): Promise<IDataObject[]> {
	const resource = context.getNodeParameter('resource', item) as string;
	const operation = context.getNodeParameter('operation', item) as string;
	const apply = OPERATIONS[resource]?.[operation];
	if (apply === undefined) {
		throw new SealboxError(
			'ERR_VALUE_INVALID',
			'Operation is not one of this resource. Choose it again.',
		);
	}
	const fields = await context.getCredentials('sealboxHostApi', item);
	const api = new HostApi(fields, askThroughHost(context, TIMEOUT_MS));
	const patientApi = new HostApi(fields, askThroughHost(context, PATIENCE_MS));
	const found = await apply({ context, item, api, patientApi });
	return createScrubber([{ name: 'API Key', value: api.key }]).value(found);
}
