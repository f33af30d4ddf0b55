import type { ExecutionView } from '../../src/hostApi/executions';
import {
	pauseMs,
	plan,
	retryFailed,
	type RetryPorts,
	type RetryRules,
} from '../../src/hostApi/retries';
import { n8nWith } from './n8n';

const RULES: RetryRules = {
	workflowId: 'w',
	most: 3,
	firstDelayMs: 1_000,
	longestDelayMs: 60_000,
	windowMs: 3_600_000,
	batch: 10,
	loadWorkflow: false,
};
const START = Date.parse('2026-01-01T00:00:00.000Z');
const LATE = START + 600_000;
const at = (ms: number) => new Date(START + ms).toISOString();

const run = (id: string, more: Partial<ExecutionView> = {}): ExecutionView => ({
	id,
	status: 'error',
	workflowId: 'w',
	mode: 'webhook',
	startedAt: at(0),
	stoppedAt: at(100),
	...more,
});
const retryOf = (root: string, id: string, more: Partial<ExecutionView> = {}) =>
	run(id, { mode: 'retry', retryOf: root, ...more });

const planned = (failed: ExecutionView[], running: ExecutionView[] = [], nowMs = LATE) =>
	plan(failed, running, RULES, nowMs).map(({ executionId, retries, next }) => [
		executionId,
		retries,
		next,
	]);

test('a failed run waits for its pause, then is run again', () => {
	const pause = pauseMs('1', 0, RULES);
	expect(planned([run('1')], [], START + 100 + pause - 1)).toEqual([['1', 0, 'wait']]);
	expect(planned([run('1')], [], START + 100 + pause)).toEqual([['1', 0, 'retry']]);
});

test('retries count with the run that they are of, also retries of retries', () => {
	const failed = [run('1'), retryOf('1', '2'), retryOf('2', '3'), run('4')];
	expect(planned(failed)).toEqual([
		['1', 2, 'retry'],
		['4', 0, 'retry'],
	]);
	expect(planned([...failed, retryOf('1', '5')])).toEqual([
		['1', 3, 'give up'],
		['4', 0, 'retry'],
	]);
});

test('what succeeded later, runs at this moment, or was started by a person is left alone', () => {
	expect(planned([run('1', { retrySuccessId: '9' })])).toEqual([]);
	expect(planned([run('1'), retryOf('1', '2', { retrySuccessId: '9' })])).toEqual([]);
	expect(planned([run('1')], [retryOf('1', '2', { status: 'running' })])).toEqual([
		['1', 0, 'running'],
	]);
	expect(planned([run('1', { mode: 'manual' }), retryOf('7', '8')])).toEqual([]);
});

test('pauses double up to the longest, are up to a half shorter, and differ from run to run', () => {
	for (const [retries, whole] of [
		[0, 1_000],
		[1, 2_000],
		[5, 32_000],
		[6, 60_000],
		[5_000, 60_000],
	] as const) {
		const pauses = Array.from({ length: 200 }, (_, id) => pauseMs(String(id), retries, RULES));
		expect(Math.max(...pauses)).toBeLessThanOrEqual(whole);
		expect(Math.min(...pauses)).toBeGreaterThanOrEqual(whole / 2);
		expect(new Set(pauses).size).toBeGreaterThan(100);
		expect(pauseMs('1', retries, RULES)).toBe(pauseMs('1', retries, RULES));
	}
});

/** n8n with one failed run, whose retries end with these statuses. */
function stage(results: Array<'error' | 'success' | 403 | 409 | 504>) {
	const failed = [run('1')];
	const clock = { now: LATE };
	let next = 2;
	const { api, asked } = n8nWith({
		'GET /executions': ({ query }) => ({
			body: { data: query.status === 'error' ? [...failed].reverse() : [], nextCursor: null },
		}),
		'POST /executions/1/retry': () => {
			const result = results.shift() ?? 'error';
			if (typeof result === 'number') return { status: result, body: { message: 'no' } };
			const id = String((next += 1));
			const stoppedAt = new Date(clock.now).toISOString();
			if (result === 'error') failed.push(retryOf('1', id, { startedAt: stoppedAt, stoppedAt }));
			else failed[0] = { ...failed[0]!, retrySuccessId: id };
			return { body: { id, status: result, workflowId: 'w' } };
		},
	});
	return { api, clock, retries: () => asked.filter(({ method }) => method === 'POST').length };
}

/** The store's promise: whoever comes first gets it. */
function firstComeOnly(): (key: string) => Promise<boolean> {
	const taken = new Set<string>();
	return async (key) => await Promise.resolve(!taken.has(key) && taken.add(key).has(key));
}

function ports(api: RetryPorts['api'], clock: { now: number }, state = firstComeOnly()) {
	const letters: string[] = [];
	const made: RetryPorts = {
		api,
		now: () => clock.now,
		claim: async (id, retry) => await state(`${id}/${retry}`),
		giveUp: async ({ executionId }) => {
			if (!(await state(`gave up ${executionId}`))) return false;
			letters.push(executionId);
			return true;
		},
	};
	return { made, letters };
}

test('a run is given up after so many retries, once, and left alone from then on', async () => {
	const { api, clock, retries } = stage([]);
	const { made, letters } = ports(api, clock);
	const states: string[] = [];
	for (let round = 0; round < 8; round += 1) {
		const outcomes = await retryFailed(made, RULES);
		states.push(outcomes.map(({ state, retries: count }) => `${state} ${count}`).join());
		clock.now += 60_000;
	}
	expect(states).toEqual(['failed 1', 'failed 2', 'gave up 3', '', '', '', '', '']);
	expect(retries()).toBe(3);
	expect(letters).toEqual(['1']);
});

test('a run that succeeds at last is settled', async () => {
	const { api, clock } = stage(['error', 'success']);
	const { made, letters } = ports(api, clock);
	const first = await retryFailed(made, RULES);
	clock.now += 60_000;
	const second = await retryFailed(made, RULES);
	clock.now += 60_000;
	expect([first, second, await retryFailed(made, RULES)]).toEqual([
		[{ executionId: '1', workflowId: 'w', state: 'failed', retries: 1, retryId: '3' }],
		[{ executionId: '1', workflowId: 'w', state: 'succeeded', retries: 2, retryId: '4' }],
		[],
	]);
	expect(letters).toEqual([]);
});

test('what n8n will never run again is given up at once', async () => {
	const { api, clock } = stage([409]);
	const { made, letters } = ports(api, clock);
	expect(await retryFailed(made, RULES)).toMatchObject([{ state: 'gave up', retries: 1 }]);
	expect(letters).toEqual(['1']);
});

test('a retry whose answer does not come is left to the next look', async () => {
	const { api, clock } = stage([504]);
	const { made, letters } = ports(api, clock);
	expect(await retryFailed(made, RULES)).toMatchObject([{ state: 'running', retries: 0 }]);
	expect(letters).toEqual([]);
});

test('a key that may not retry is told, and nothing is given up for it', async () => {
	const { api, clock } = stage([403]);
	const { made, letters } = ports(api, clock);
	await expect(retryFailed(made, RULES)).rejects.toThrow('may not do this (403)');
	expect(letters).toEqual([]);
});

test('of processes that see the same failed run, one retries it', async () => {
	const { api, clock, retries } = stage([]);
	const state = firstComeOnly();
	const all = await Promise.all(
		Array.from({ length: 5 }, () => retryFailed(ports(api, clock, state).made, RULES)),
	);
	expect(retries()).toBe(1);
	expect(
		all
			.flat()
			.map((outcome) => outcome.state)
			.sort(),
	).toEqual(['failed', ...Array<string>(4).fill('running')]);
});

test('no more than a batch is retried in one go', async () => {
	const failed = ['4', '3', '2', '1'].map((id) => run(id));
	const { api, asked } = n8nWith({
		'GET /executions': ({ query }) => ({
			body: { data: query.status === 'error' ? failed : [], nextCursor: null },
		}),
		...Object.fromEntries(
			['1', '2'].map((id) => [
				`POST /executions/${id}/retry`,
				{ body: { id: `9${id}`, status: 'success' } },
			]),
		),
	});
	const { made } = ports(api, { now: LATE });
	const outcomes = await retryFailed(made, { ...RULES, batch: 2 });
	expect(outcomes.map(({ executionId, state }) => [executionId, state])).toEqual([
		['1', 'succeeded'],
		['2', 'succeeded'],
		['3', 'waiting'],
		['4', 'waiting'],
	]);
	expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2);
});

test('runs that began before the window are not even looked at', async () => {
	const { api, clock } = stage([]);
	const { made } = ports(api, { now: clock.now + RULES.windowMs });
	expect(await retryFailed(made, RULES)).toEqual([]);
});
