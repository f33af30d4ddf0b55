import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { noteDenial } from '../../src/host/denials';
import { mask } from './actions/mask.operation';
import { open } from './actions/open.operation';
import { redact } from './actions/redact.operation';
import { reseal } from './actions/reseal.operation';
import { scrub } from './actions/scrub.operation';
import { seal } from './actions/seal.operation';
import { failureOf, type Failure } from './failure';
import type { Operation } from './operation';

const OPERATIONS: Record<string, Operation> = { mask, open, redact, reseal, scrub, seal };

/** Runs the chosen operation on every item. One bad item never loses the others, where n8n may go on. */
export async function run(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const operation = OPERATIONS[context.getNodeParameter('operation', 0) as string];
	const applyTo = await operation(context, items);
	const results: INodeExecutionData[] = [];
	for (const [index, { json, binary }] of items.entries()) {
		const pairedItem = { item: index };
		try {
			const changed = await applyTo(json, index);
			results.push({ json: changed, ...(binary && { binary }), pairedItem });
		} catch (error) {
			noteDenial(error, 'sealboxSealingKeysApi', context);
			const failure = failureOf(error);
			if (!context.continueOnFail()) throw stop(context, failure, index);
			results.push({ json: { error: { ...failure } }, pairedItem });
		}
	}
	return results;
}

const stop = (context: IExecuteFunctions, { code, message }: Failure, itemIndex: number): Error =>
	new NodeOperationError(context.getNode(), message, { description: `Code: ${code}`, itemIndex });
