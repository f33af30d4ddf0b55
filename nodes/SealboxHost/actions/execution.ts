import {
	getExecution,
	listExecutions,
	retryExecution,
	stopExecution,
} from '../../../src/hostApi/executions';
import { retryFailedHere } from '../../../src/host/failedRuns';
import { withoutSecrets } from '../../../src/host/executionSecrets';
import { SealboxError } from '../../../src/sealing/error';
import { items, type Job, type Operation } from '../operation';
import { idOf, numberOf, parameter, rangeOf, textOf } from '../parameters';

export const execution: Record<string, Operation> = {
	async getAll({ context, item, api }) {
		const filters = parameter<{ status?: string; workflowId?: unknown }>(
			context,
			'filters',
			item,
			{},
		);
		const workflowId = locatedIn(filters.workflowId);
		const range = rangeOf(context, item);
		const found = await listExecutions(api, {
			...range,
			...(filters.status && { status: filters.status }),
			...(workflowId && { workflowId }),
		});
		return items(...found);
	},

	async get({ context, item, api }) {
		const { details, workflow } = await getExecution(api, executionIdOf(context, item));
		return items(await withoutSecrets(context, api.key, workflow, details));
	},

	retry: async ({ context, item, patientApi }) => {
		const loadWorkflow = parameter(context, 'loadWorkflow', item, false);
		return items(await retryExecution(patientApi, executionIdOf(context, item), loadWorkflow));
	},

	async retryFailed({ context, item, patientApi }) {
		const options = parameter<Record<string, unknown>>(context, 'options', item, {});
		const seconds = (label: string, value: unknown) => numberOf(label, value, 1) * 1_000;
		const outcomes = await retryFailedHere(context, patientApi, {
			workflowId: idOf(context, 'workflowId', item),
			most: numberOf('Retries', parameter<unknown>(context, 'retries', item, 5), 1),
			firstDelayMs: seconds('First Pause', parameter<unknown>(context, 'firstPause', item, 60)),
			longestDelayMs: seconds('Longest Pause', options.longestPause ?? 3_600),
			windowMs: numberOf('Only Since', options.sinceHours ?? 24, 1) * 3_600_000,
			batch: numberOf('At Most at Once', options.batch ?? 20, 1),
			loadWorkflow: options.loadWorkflow === true,
		});
		return items(...outcomes);
	},

	stop: async ({ context, item, api }) =>
		items(await stopExecution(api, executionIdOf(context, item))),
};

/** n8n counts its executions; an id is a number. */
export function executionIdOf(context: Job['context'], item: number): string {
	const id = textOf(context, 'executionId', item);
	if (/^\d+$/.test(id)) return id;
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		'Execution ID is not the number of an execution. Check its expression.',
	);
}

/** A resource locator within a collection comes as an object, or as what an expression gave. */
const locatedIn = (value: unknown): string =>
	String(
		(typeof value === 'object' ? (value as { value?: unknown } | null)?.value : value) ?? '',
	).trim();
