import type { Guard, ParentView } from './guard';
import { hasStoredMark, isObject, REFUSED } from './marks';
import type { Run } from './runs';
import type { WorkflowView } from './workflows';

/** An execution as n8n reads and writes it. */
export interface ExecutionView {
	readonly id?: string;
	readonly workflowId?: string;
	readonly workflowData?: WorkflowView & Record<string, unknown>;
	data?: unknown;
}

/** The recorded parent of run data, from where each kind of child notes it. */
export function parentOf(data: unknown): ParentView | undefined {
	const run = data as
		| {
				parentExecution?: ParentView;
				executionData?: {
					nodeExecutionStack?: Array<{ metadata?: { parentExecution?: ParentView } }>;
				};
		  }
		| undefined;
	return (
		run?.parentExecution ?? run?.executionData?.nodeExecutionStack?.[0]?.metadata?.parentExecution
	);
}

/** The run of an execution that was read or is about to be written. */
export const runOfExecution = async (
	guard: Guard,
	execution: ExecutionView,
	executionId = execution.id,
): Promise<Run> =>
	await guard.runOf(
		executionId,
		{ ...execution.workflowData, id: execution.workflowId ?? execution.workflowData?.id },
		parentOf(execution.data),
	);

/** Run data as it may be stored. What was read and never opened keeps the tokens that it has. */
export async function sealedForStorage<T>(guard: Guard, run: Run, data: T): Promise<T> {
	if (!isObject(data) || !hasStoredMark(data)) return guard.sealRunData(run, data);
	const copy = guard.asStored(data) as T & object;
	const refusal = await guard.open(run, copy);
	return refusal === null ? guard.sealRunData(run, copy) : data;
}

/**
 * Opens an execution for someone who runs it or answers with it. Where a token cannot be opened,
 * the data stays sealed and says why, and the run stops before its first node.
 */
export async function openExecution(guard: Guard, execution: ExecutionView): Promise<void> {
	const { data } = execution;
	if (!isObject(data) || !hasStoredMark(data)) return;
	const run = await runOfExecution(guard, execution);
	if (execution.id !== undefined) guard.runs.end(execution.id);
	const refusal = await guard.open(run, data);
	if (refusal !== null) data[REFUSED] = refusal.message;
}

/** @throws Error with the sentence that says why run data could not be opened */
export function assertOpened(data: unknown): void {
	if (isObject(data) && typeof data[REFUSED] === 'string') throw new Error(data[REFUSED]);
}
