import type { IExecuteFunctions } from 'n8n-workflow';
import type { HostApi } from '../hostApi/client';
import { retryFailed, type Outcome, type RetryRules } from '../hostApi/retries';
import type { State } from '../state/state';
import { hostEvents } from './events';
import { triggers } from './webhooks';

/** A retry whose process died over it is taken up again after this. */
const CLAIM_MS = 3_600_000;
/** How long it is remembered that a run was given up; n8n itself keeps executions for two weeks. */
const REMEMBERED_MS = 30 * 86_400_000;

/** The dead letters are in the outbox and on record, each of them once: see {@link retryFailed}. */
export async function retryFailedHere(
	context: IExecuteFunctions,
	api: HostApi,
	rules: RetryRules,
): Promise<Outcome[]> {
	const { state } = triggers();
	const by = context.getWorkflow().id ?? '';
	const ports = {
		api,
		now: Date.now,
		claim: async (executionId: string, retry: number) =>
			await state.claim(`retry/${executionId}/${retry}`, CLAIM_MS),
		async giveUp(failure: { executionId: string; workflowId: string; retries: number }) {
			const subject = {
				execution: failure.executionId,
				workflow: failure.workflowId,
				retries: String(failure.retries),
				by,
			};
			const isFirst = await tellOnce(state, failure.executionId, subject);
			if (isFirst) hostEvents().recordSoon();
			return isFirst;
		},
	};
	return await retryFailed(ports, rules);
}

const GAVE_UP = 'execution.gave_up';
const KEY = 'gave-up/';

async function tellOnce(state: State, executionId: string, body: object): Promise<boolean> {
	const version = await state.swap({
		key: `${KEY}${executionId}`,
		expected: 0,
		value: String(Date.now()),
		removes: await forgotten(state),
		events: [{ id: `${GAVE_UP}/${executionId}`, type: GAVE_UP, body: JSON.stringify(body) }],
	});
	return version !== null;
}

/** Some of what was noted so long ago that n8n has no such execution any more. */
async function forgotten(state: State): Promise<string[]> {
	const keys = await state.keys(KEY, 20);
	const noted = await Promise.all(keys.map(async (key) => [key, await state.read(key)] as const));
	const before = Date.now() - REMEMBERED_MS;
	return noted.filter(([, found]) => Number(found?.value) < before).map(([key]) => key);
}
