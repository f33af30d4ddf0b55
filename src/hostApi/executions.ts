import { path, type HostApi, type Json, type Range } from './client';
import { stepsOf, type Step } from './steps';

/** Executions through n8n's public API. */

export const STATUSES = ['canceled', 'crashed', 'error', 'new', 'running', 'success', 'waiting'];

export interface Filters extends Range {
	readonly workflowId?: string;
	readonly status?: string;
}

/** An execution as lists show it; `id` is always text here. */
export interface ExecutionView extends Json {
	readonly id: string;
	readonly status: string;
	readonly workflowId: string;
	readonly mode?: string;
	readonly retryOf?: string | null;
	readonly retrySuccessId?: string | null;
	readonly startedAt?: string | null;
	readonly stoppedAt?: string | null;
}

/** An execution with what each of its steps got and gave. */
export interface ExecutionDetails extends ExecutionView {
	readonly durationMs: number | null;
	readonly steps: readonly Step[];
	readonly error?: string;
	/** True where n8n keeps its data to itself because there is too much of it. */
	readonly dataTooLarge?: boolean;
}

const SUBJECT = 'The execution';
const HIDDEN = new Set(['data', 'workflowData', 'customData', 'tracingContext']);

/** Newest first. */
export async function listExecutions(api: HostApi, filters: Filters): Promise<ExecutionView[]> {
	const { skip = 0, limit = Infinity } = filters;
	const found: ExecutionView[] = [];
	for await (const execution of eachExecution(api, filters, skip + limit)) {
		found.push(execution);
		if (found.length >= skip + limit) break;
	}
	return found.slice(skip);
}

export async function* eachExecution(
	api: HostApi,
	{ workflowId, status }: Filters,
	most = Infinity,
): AsyncGenerator<ExecutionView> {
	const query = { workflowId, status, includeData: false };
	for await (const entry of api.each({ path: '/executions', query, subject: 'The list' }, most)) {
		yield withDuration(entry);
	}
}

/** What it consists of; whoever calls takes the secrets out. */
export async function getExecution(
	api: HostApi,
	id: string,
): Promise<{ details: ExecutionDetails; workflow: Json }> {
	const execution = await api.ask({
		path: path`/executions/${id}`,
		query: { includeData: true },
		subject: SUBJECT,
	});
	const { error, steps } = stepsOf(execution.data);
	const details = {
		...withDuration(execution),
		...(error === undefined ? {} : { error }),
		...(execution.dataTooLargeToDisplay === true ? { dataTooLarge: true } : {}),
		steps,
	} as unknown as ExecutionDetails;
	return { details, workflow: (execution.workflowData ?? {}) as Json };
}

export const stopExecution = async (api: HostApi, id: string): Promise<Json> => ({
	...(await api.ask({
		method: 'POST',
		path: path`/executions/${id}/stop`,
		body: {},
		subject: SUBJECT,
	})),
	id,
});

/**
 * Runs a failed execution again, from the step that failed, and resolves when that run has ended.
 *
 * @param loadWorkflow - whether the present workflow runs instead of the one that failed
 */
export async function retryExecution(
	api: HostApi,
	id: string,
	loadWorkflow = false,
): Promise<ExecutionView> {
	const retried = await api.ask({
		method: 'POST',
		path: path`/executions/${id}/retry`,
		body: { loadWorkflow },
		subject: SUBJECT,
	});
	return withDuration(retried);
}

function withDuration(execution: Json): ExecutionView {
	const shown = Object.entries(execution).filter(([name]) => !HIDDEN.has(name));
	const { startedAt, stoppedAt } = execution;
	const isOver = typeof startedAt === 'string' && typeof stoppedAt === 'string';
	return {
		...Object.fromEntries(shown),
		id: String(execution.id),
		durationMs: isOver ? Date.parse(stoppedAt) - Date.parse(startedAt) : null,
	} as unknown as ExecutionView;
}
