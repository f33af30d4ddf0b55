import type { Guard } from '../guard';
import { wrapMethod, type Host } from '../host';
import { hasStoredMark, isObject } from '../marks';
import type { Run } from '../runs';
import { assertOpened, parentOf } from '../stored';
import type { WorkflowView } from '../workflows';
import type { Seam } from './seam';

/** What n8n gives the hooks of a run as `this`. */
interface HooksView {
	readonly executionId: string;
	readonly workflowData: WorkflowView;
}

/** n8n shows static data nowhere. */
const WHERE =
	'It stands in the static data of the workflow, which n8n cannot show: a duplicate of the workflow starts without it.';

const STARTS = new Set(['workflowExecuteBefore', 'workflowExecuteResume']);

/**
 * Where a run starts and ends in this process. Before the first node, everything that the run can
 * carry is learned, and a run whose data could not be opened is stopped.
 */
export const lifecycle: Seam = {
	name: 'lifecycle',
	isOpening: true,
	without: 'A run with sealed data that cannot be opened is not stopped before its first node.',
	install(host, guard) {
		const core = host.package('n8n-core');
		const { prototype } = host.classOf(core, 'ExecutionLifecycleHooks');
		wrapMethod(prototype, 'runHook', (runHook) => {
			return async function (this: unknown, name: unknown, parameters: unknown) {
				const hooks = this as HooksView;
				if (STARTS.has(String(name))) await begin(guard, hooks, parameters as unknown[]);
				try {
					return await runHook.call(this, name, parameters);
				} finally {
					if (name === 'workflowExecuteAfter') guard.runs.end(hooks.executionId);
				}
			};
		});
	},
};

async function begin(guard: Guard, hooks: HooksView, [workflow, data]: unknown[]): Promise<void> {
	const run = await guard.runOf(hooks.executionId, hooks.workflowData, parentOf(data));
	guard.runs.activate(hooks.executionId);
	assertOpened(data);
	const { staticData } = (workflow ?? {}) as { staticData?: unknown };
	if (!isObject(staticData) || !hasStoredMark(staticData)) return;
	const refusal = await guard.opener.open(run, staticData);
	if (refusal !== null) throw new Error(`${refusal.message} ${WHERE}`);
}

/** Static data of workflows. */
export const staticData: Seam = {
	name: 'static-data',
	without: 'Static data of workflows is stored as n8n writes it.',
	install(host, guard) {
		const { prototype } = staticDataService(host);
		wrapMethod(prototype, 'saveStaticDataById', (save) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [workflowId, data] = args as [string, unknown];
				const run = await savedRun(guard, workflowId);
				const stored = await sealedStatic(guard, run, guard.asStored(data) as object);
				return await save.call(this, workflowId, stored);
			};
		});
		wrapMethod(prototype, 'getStaticDataById', (get) => {
			return async function (this: unknown, ...args: unknown[]) {
				const data = await get.apply(this, args);
				if (!hasStoredMark(data)) return data;
				await guard.opener.open(await savedRun(guard, args[0] as string), data as object);
				return data;
			};
		});
	},
};

/** A trigger that was started with what is stored may save it again as it stood there. */
async function sealedStatic(guard: Guard, run: Run, data: object): Promise<object> {
	if (!hasStoredMark(data)) return guard.sealMarked(run, data);
	const opened = structuredClone(data);
	const refusal = await guard.opener.open(run, opened);
	return refusal === null ? guard.sealMarked(run, opened) : data;
}

const staticDataService = (host: Host) =>
	host.classOf(host.own('workflows/workflow-static-data.service'), 'WorkflowStaticDataService');

/** Something that belongs to a saved workflow and to none of its runs. */
export async function savedRun(guard: Guard, workflowId: string) {
	const run = await guard.runOf(undefined, { id: workflowId });
	await guard.join(run, workflowId, await guard.parts.workflows.credentialsOf(workflowId));
	await guard.learn(run);
	return run;
}

/** What nodes note about their execution for people to filter by. */
export const customData: Seam = {
	name: 'custom-data',
	without: 'Custom data of executions is stored as n8n writes it.',
	install(host, guard) {
		const module = host.own('services/execution-metadata.service');
		const { prototype } = host.classOf(module, 'ExecutionMetadataService');
		wrapMethod(prototype, 'save', (save) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [executionId, data] = args as [string, Record<string, unknown>];
				const run = guard.runs.get(executionId);
				return await save.call(this, executionId, run ? guard.sealContent(run, data) : data);
			};
		});
	},
};
