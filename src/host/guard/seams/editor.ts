import { familyOfOpened, noteOpened, startingWith } from '../broughtIn';
import type { Guard } from '../guard';
import { wrapMethod, type Host } from '../host';
import type { Seam } from './seam';

interface WorkflowData {
	id?: string;
	pinData?: object | null;
	nodes?: [];
}
interface Trigger {
	data?: object;
}
interface RunRequest {
	executionMode?: string;
	workflowData: WorkflowData;
	pinData?: object;
	runData?: object;
	/** Has data when a trigger is to go off as it did before. */
	triggerToStartFrom?: Trigger;
	executionData?: {
		resultData?: { pinData?: object; runData?: object };
		manualData?: { triggerToStartFrom?: Trigger };
	};
}

/** Runs that the editor starts carry data that it was sent earlier, and pinned data. */
export const editor: Seam = {
	name: 'editor',
	isOpening: true,
	without: 'Running a single node in the editor works on sealed tokens.',
	install(host, guard) {
		const module = host.own('workflow-runner');
		wrapMethod(host.classOf(module, 'WorkflowRunner').prototype, 'run', (run) => {
			return async function (this: unknown, ...args: unknown[]) {
				const opened = await openRequest(host, guard, args[0] as RunRequest);
				return await startingWith(opened, async () => await run.apply(this, args));
			};
		});
		wrapMethod(host.own('webhooks/webhook-helpers'), 'executeWebhook', (execute) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [workflow, webhook, saved, node, mode, ...rest] = args;
				const workflowData = await openPins(host, guard, saved as WorkflowData, mode as string);
				return await execute.call(this, workflow, webhook, workflowData, node, mode, ...rest);
			};
		});
	},
};

const FROM_EDITOR = new Set(['manual', 'evaluation', 'chat']);

/**
 * Opens what a request carries, wherever the host has put it: the data of a run may hold the same pins.
 *
 * @returns the parts that were opened
 */
async function openRequest(host: Host, guard: Guard, request: RunRequest): Promise<object[]> {
	if (!FROM_EDITOR.has(request.executionMode ?? '')) return [];
	const { pinData, runData, workflowData, triggerToStartFrom, executionData } = request;
	const parts = [pinData, runData, workflowData.pinData, triggerToStartFrom?.data];
	const openedOf = await openParts(host, guard, workflowData, parts);
	const { resultData, manualData } = executionData ?? {};
	for (const holder of [request, resultData]) {
		if (holder?.pinData) holder.pinData = openedOf(holder.pinData);
		if (holder?.runData) holder.runData = openedOf(holder.runData);
	}
	for (const holder of [request, manualData]) {
		const trigger = holder?.triggerToStartFrom;
		if (trigger?.data) {
			holder!.triggerToStartFrom = { ...trigger, data: openedOf(trigger.data) };
		}
	}
	if (workflowData.pinData) {
		request.workflowData = { ...workflowData, pinData: openedOf(workflowData.pinData) };
	}
	return parts.filter((part) => !!part).map(openedOf);
}

/** A workflow whose test webhook was called: its answer may come from pinned data. */
async function openPins(
	host: Host,
	guard: Guard,
	workflowData: WorkflowData,
	mode: string,
): Promise<WorkflowData> {
	if (!FROM_EDITOR.has(mode) || !workflowData.pinData) return workflowData;
	const openedOf = await openParts(host, guard, workflowData, [workflowData.pinData]);
	return { ...workflowData, pinData: openedOf(workflowData.pinData) };
}

/**
 * Opens copies of parts that hold tokens.
 *
 * @returns gives the copy of one of the parts, and anything else as it is
 */
async function openParts(
	host: Host,
	guard: Guard,
	workflowData: WorkflowData,
	parts: readonly (object | null | undefined)[],
): Promise<<T extends object>(part: T) => T> {
	const sealed = [...new Set(parts)].filter((part) => part && !familyOfOpened(part)) as object[];
	if (sealed.length === 0) return (part) => part;
	const copies = structuredClone(sealed);
	const run = await guard.runOf(undefined, workflowData);
	const refusal = await guard.opener.open(run, copies);
	if (refusal !== null) throw badRequest(host, refusal.message);
	for (const copy of copies) noteOpened(copy, run.family);
	return <T extends object>(part: T) => (copies[sealed.indexOf(part)] as T | undefined) ?? part;
}

function badRequest(host: Host, message: string): Error {
	const errors = host.own('errors/response-errors/bad-request.error');
	const BadRequest = host.classOf(errors, 'BadRequestError') as unknown as new (m: string) => Error;
	return new BadRequest(message);
}
