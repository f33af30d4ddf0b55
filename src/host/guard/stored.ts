import type { Guard, ParentView } from './guard';
import { noteOpened } from './broughtIn';
import { hasStoredMark, isObject, REFUSED } from './marks';
import type { Run } from './runs';
import type { WorkflowView } from './workflows';

/** An execution as n8n reads and writes it. */
export interface ExecutionView {
	readonly id?: string;
	readonly workflowId?: string;
	readonly mode?: string;
	readonly status?: string;
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

/** What n8n tells an error workflow of a trigger that failed: there was no execution that could be its parent. */
function failedTriggerOf({ mode, data }: ExecutionView): ParentView | undefined {
	if (mode !== 'error') return undefined;
	const { executionData } = (data ?? {}) as {
		executionData?: {
			nodeExecutionStack?: Array<{ data?: { main?: Array<FailureItem[] | null> } }>;
		};
	};
	const told = executionData?.nodeExecutionStack?.[0]?.data?.main?.[0]?.[0]?.json;
	return told?.trigger === undefined ? undefined : { workflowId: told.workflow?.id };
}

interface FailureItem {
	readonly json?: { readonly trigger?: unknown; readonly workflow?: { readonly id?: string } };
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
		parentOf(execution.data) ?? failedTriggerOf(execution),
	);

/**
 * Run data as it may be stored. What was read and never opened keeps the tokens that it has.
 *
 * @param isPassing - it will soon be stored again
 */
export async function sealedForStorage<T>(
	guard: Guard,
	run: Run,
	data: T,
	isPassing = false,
): Promise<T> {
	if (!isObject(data) || !hasStoredMark(data)) return guard.sealRunData(run, data, isPassing);
	const copy = guard.asStored(data) as T & object;
	const refusal = await guard.opener.open(run, copy);
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
	const refusal = await guard.opener.open(run, data);
	if (refusal !== null) {
		data[REFUSED] = refusal.message;
		return;
	}
	const { pinData } = (data.resultData ?? {}) as { pinData?: object };
	if (pinData) noteOpened(pinData, run.family);
}

/** @throws Error with the sentence that says why run data could not be opened */
export function assertOpened(data: unknown): void {
	if (isObject(data) && typeof data[REFUSED] === 'string') throw new Error(data[REFUSED]);
}

/** Run data that could not be opened becomes that of a run which has failed: nobody is answered with tokens. */
export function failUnlessOpened(data: unknown): void {
	if (!isObject(data) || typeof data[REFUSED] !== 'string') return;
	const error = { name: 'Error', message: data[REFUSED] };
	data.resultData = { ...(data.resultData as object), error };
}
