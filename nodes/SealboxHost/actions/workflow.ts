import type { IDataObject } from 'n8n-workflow';
import {
	createWorkflow,
	deleteWorkflow,
	getWorkflow,
	listWorkflows,
	switchWorkflow,
	updateWorkflow,
	workflowsUsing,
} from '../../../src/hostApi/workflows';
import { SealboxError } from '../../../src/sealing/error';
import { items, type Operation } from '../operation';
import { idOf, jsonOf, parameter, rangeOf } from '../parameters';

export const workflow: Record<string, Operation> = {
	async getAll({ context, item, api }) {
		const filters = parameter<{ active?: boolean; name?: string; tags?: string }>(
			context,
			'filters',
			item,
			{},
		);
		return items(...(await listWorkflows(api, { ...filters, ...rangeOf(context, item) })));
	},

	get: async ({ context, item, api }) =>
		items(await getWorkflow(api, idOf(context, 'workflowId', item))),

	create: async ({ context, item, api }) =>
		items(await createWorkflow(api, jsonOf(context, 'workflowJson', 'Workflow JSON', item))),

	async update({ context, item, api }) {
		const changes = jsonOf(context, 'workflowJson', 'Changes JSON', item);
		return items(await updateWorkflow(api, idOf(context, 'workflowId', item), changes));
	},

	activate: async ({ context, item, api }) =>
		items(await switchWorkflow(api, idOf(context, 'workflowId', item), true)),

	deactivate: async ({ context, item, api }) =>
		items(await switchWorkflow(api, idOf(context, 'workflowId', item), false)),

	async delete({ context, item, api }) {
		const deleted = await deleteWorkflow(api, idOf(context, 'workflowId', item));
		return items({ ...deleted, deleted: true });
	},

	async findByCredential({ context, item, api }) {
		const credentialId = idOf(context, 'credentialId', item);
		const workflows = await workflowsUsing(api, credentialId);
		const activeCount = workflows.filter(({ active }) => active).length;
		return items({ credentialId, count: workflows.length, activeCount, workflows });
	},

	/** The public API has no call for it: the host starts it, as Execute Sub-workflow does. */
	async run({ context, item, api }) {
		const id = idOf(context, 'workflowId', item);
		const { name } = await getWorkflow(api, id);
		const json = context.getInputData()[item]?.json ?? {};
		const waitsForEnd = parameter(context, 'waitForEnd', item, true);
		const { executionId, data } = await context
			.executeWorkflow({ id }, [{ json }], undefined, {
				doNotWaitToFinish: !waitsForEnd,
				parentExecution: {
					executionId: context.getExecutionId(),
					workflowId: context.getWorkflow().id as string,
				},
			})
			.catch(notRun);
		const output = (data?.[0] ?? []).map((each) => each.json);
		return items({ id, name, executionId, ...(waitsForEnd ? { output } : {}) } as IDataObject);
	},
};

/** The host's error may quote what the workflow worked on; the execution of that workflow tells it. */
function notRun(): never {
	throw new SealboxError(
		'ERR_HOST_REFUSED',
		'The workflow failed or could not be started. It has to be in this n8n, to begin with When Executed by Another Workflow, and its settings have to let this workflow call it; its executions say more.',
	);
}
