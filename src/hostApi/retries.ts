import { createHash } from 'node:crypto';
import { isSealboxError } from '../sealing/error';
import type { HostApi } from './client';
import { eachExecution, retryExecution, type ExecutionView } from './executions';

/** Failed runs of a workflow: run again after growing pauses, and given up in the end. */

export interface RetryRules {
	readonly workflowId: string;
	/** How often a failed run is run again at most. */
	readonly most: number;
	/** Milliseconds before the first retry; each further pause is twice as long. */
	readonly firstDelayMs: number;
	readonly longestDelayMs: number;
	/** Runs that began longer ago are left alone, in milliseconds. */
	readonly windowMs: number;
	/** How many are retried in one go. */
	readonly batch: number;
	readonly loadWorkflow: boolean;
}

/** A failed run, and what is next with it. */
export interface Failure {
	readonly executionId: string;
	readonly workflowId: string;
	/** Retries that failed as well. */
	readonly retries: number;
	readonly next: 'retry' | 'wait' | 'give up' | 'running';
	/** When the next retry is due; ISO 8601. */
	readonly dueAt: string;
}

export type FailureState = 'failed' | 'gave up' | 'running' | 'succeeded' | 'waiting';

/** What came of a failed run this time. */
export interface Outcome {
	readonly executionId: string;
	readonly workflowId: string;
	readonly state: FailureState;
	readonly retries: number;
	/** The run that was started now. */
	readonly retryId?: string;
	readonly dueAt?: string;
}

export interface RetryPorts {
	readonly api: HostApi;
	/** Milliseconds since 1970. */
	now(): number;
	/** Whether nobody else has taken this retry; it is the caller's for a while then. */
	claim(executionId: string, retry: number): Promise<boolean>;
	/** Tells of a run that is given up; whether this was the first to do so. */
	giveUp(failure: { executionId: string; workflowId: string; retries: number }): Promise<boolean>;
}

/** A failed run of a person's is for that person; a retry counts with the run that it is one of. */
const UNATTENDED = new Set(['webhook', 'trigger', 'error', 'integrated', 'chat', 'evaluation']);
const FAILED = ['error', 'crashed'];

/**
 * Runs again what is due, one after the other, and gives up what has been run again often enough. Any
 * number of processes may do so at once, and may die over it: what is due is read from n8n's own list.
 *
 * @throws SealboxError what n8n's public API is refused with
 */
export async function retryFailed(ports: RetryPorts, rules: RetryRules): Promise<Outcome[]> {
	const failures = await failuresOf(ports, rules);
	const outcomes: Outcome[] = [];
	let retried = 0;
	for (const failure of failures) {
		const isDue = failure.next === 'retry' && retried < rules.batch;
		if (isDue) retried += 1;
		const outcome = isDue ? await retry(ports, rules, failure) : await settle(ports, failure);
		if (outcome !== null) outcomes.push(outcome);
	}
	return outcomes;
}

/** The failed runs of a workflow that nobody has settled, oldest first. */
export async function failuresOf(ports: RetryPorts, rules: RetryRules): Promise<Failure[]> {
	const { workflowId, windowMs } = rules;
	const since = ports.now() - windowMs;
	const failed: ExecutionView[] = [];
	for (const status of FAILED) {
		for await (const execution of eachExecution(ports.api, { workflowId, status })) {
			if (execution.startedAt && startOf(execution) < since) break;
			failed.push(execution);
		}
	}
	const running: ExecutionView[] = [];
	for await (const one of eachExecution(ports.api, { workflowId, status: 'running' })) {
		running.push(one);
	}
	return plan(failed, running, rules, ports.now());
}

/** What is next with each failed run. @param failed - runs and their retries, in any order */
export function plan(
	failed: readonly ExecutionView[],
	running: readonly ExecutionView[],
	rules: RetryRules,
	nowMs: number,
): Failure[] {
	const byId = new Map(failed.map((execution) => [execution.id, execution]));
	const rootOf = (execution: ExecutionView, depth = 0): string => {
		const parent = execution.retryOf ? byId.get(String(execution.retryOf)) : undefined;
		if (parent === undefined || depth > 100) return String(execution.retryOf ?? execution.id);
		return rootOf(parent, depth + 1);
	};
	const families = new Map<string, ExecutionView[]>();
	for (const execution of failed) {
		const root = rootOf(execution);
		families.set(root, [...(families.get(root) ?? []), execution]);
	}
	const inWork = new Set(running.map((execution) => rootOf(execution)));
	return [...families]
		.filter(([root]) => isUnsettled(byId.get(root)))
		.filter(([, family]) => family.every(({ retrySuccessId }) => !retrySuccessId))
		.map(([root, family]) => failureOf(root, family, inWork.has(root), rules, nowMs))
		.sort((a, b) => Number(a.executionId) - Number(b.executionId));
}

const isUnsettled = (root: ExecutionView | undefined): boolean =>
	root !== undefined && UNATTENDED.has(String(root.mode));

function failureOf(
	executionId: string,
	family: readonly ExecutionView[],
	isRunning: boolean,
	rules: RetryRules,
	nowMs: number,
): Failure {
	const retries = family.length - 1;
	const lastMs = Math.max(...family.map(endOf));
	const dueMs = lastMs + pauseMs(executionId, retries, rules);
	const isOver = retries >= rules.most;
	const next = isRunning ? 'running' : isOver ? 'give up' : dueMs <= nowMs ? 'retry' : 'wait';
	const dueAt = new Date(dueMs).toISOString();
	return { executionId, workflowId: rules.workflowId, retries, next, dueAt };
}

/**
 * Twice as long each time, and by up to a half shorter, so that runs that failed together do not come
 * back together. It is the same for all who ask.
 */
export function pauseMs(
	executionId: string,
	retries: number,
	{ firstDelayMs, longestDelayMs }: Pick<RetryRules, 'firstDelayMs' | 'longestDelayMs'>,
): number {
	const whole = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(retries, 40));
	const digest = createHash('sha256').update(`${executionId}/${retries}`).digest();
	return Math.round(whole * (1 - (digest.readUInt32BE(0) / 2 ** 32) * 0.5));
}

const startOf = ({ startedAt }: ExecutionView): number => Date.parse(startedAt ?? '') || 0;
const endOf = (execution: ExecutionView): number =>
	Date.parse(execution.stoppedAt ?? '') || startOf(execution);

async function retry(
	ports: RetryPorts,
	{ most, loadWorkflow }: RetryRules,
	failure: Failure,
): Promise<Outcome | null> {
	const { executionId, workflowId, retries } = failure;
	if (!(await ports.claim(executionId, retries))) {
		return { executionId, workflowId, retries, state: 'running' };
	}
	const retried = await retryExecution(ports.api, executionId, loadWorkflow).catch(notRetried);
	// Whether it runs, and how that ends, the next look at the list tells.
	if (retried === 'unknown') return { executionId, workflowId, retries, state: 'running' };
	const isDone = retried !== null && !FAILED.includes(retried.status);
	const after = { executionId, workflowId, retries: retries + 1 };
	const retryId = retried === null ? {} : { retryId: retried.id };
	if (isDone) return { ...after, ...retryId, state: 'succeeded' };
	if (retried !== null && after.retries < most) return { ...after, ...retryId, state: 'failed' };
	await ports.giveUp(after);
	return { ...after, ...retryId, state: 'gave up' };
}

/**
 * `null` for what n8n will never run again: it has no data of the run, or the run succeeded otherwise.
 * `unknown` when the answer did not come: runs may take longer than a proxy waits.
 */
function notRetried(error: unknown): 'unknown' | null {
	if (!isSealboxError(error)) throw error;
	if (error.code === 'ERR_UNREACHABLE' || /\(5\d\d\)/.test(error.message)) return 'unknown';
	if (/\(409\)/.test(error.message)) return null;
	throw error;
}

/** `null` for a run that was given up before. */
async function settle(ports: RetryPorts, failure: Failure): Promise<Outcome | null> {
	const { executionId, workflowId, retries, next, dueAt } = failure;
	const about = { executionId, workflowId, retries };
	if (next === 'running') return { ...about, state: 'running' };
	if (next !== 'give up') return { ...about, state: 'waiting', dueAt };
	return (await ports.giveUp(about)) ? { ...about, state: 'gave up' } : null;
}
