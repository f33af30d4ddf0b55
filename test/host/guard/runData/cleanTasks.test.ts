import { CleanItems, Pass } from '../../../../src/host/guard/runData/cleanItems';
import { CleanTasks } from '../../../../src/host/guard/runData/cleanTasks';

interface Task {
	executionStatus: string;
	data: Record<string, unknown[]>;
	[part: string]: unknown;
}

const taskOf = (...lists: unknown[]): Task => ({
	startTime: 1,
	executionStatus: 'success',
	source: [{ previousNode: 'Before' }],
	hints: [],
	metadata: undefined,
	data: { main: lists },
});

/** A run of a node that was searched; then asked for again in a later save. */
function searched(task: Task) {
	const items = new CleanItems();
	for (const list of task.data.main) if (Array.isArray(list)) items.note(list, new Pass());
	const tasks = new CleanTasks(items);
	const runs = [task];
	tasks.note(runs, 0);
	return () => tasks.unsearched(runs, new Pass()).length === 0;
}

const item = (text: string) => ({ json: { text } });

test('what was searched and is as it was needs no search', () => {
	expect(searched(taskOf([item('a'), item('b')], null, []))()).toBe(true);
});

test.each<[string, (task: Task) => void]>([
	[
		'an item that was changed',
		({ data }) => ((data.main[0] as { json: object }[])[0].json = { n: 1 }),
	],
	[
		'a field that was changed',
		({ data }) => Object.assign((data.main[0] as { json: object }[])[0].json, { text: 'x' }),
	],
	['one more item', ({ data }) => (data.main[0] as object[]).push(item('x'))],
	['another list', ({ data }) => (data.main[0] = [item('x')])],
	['one more output', ({ data }) => data.main.push([item('x')])],
	['an output of another kind', ({ data }) => (data.ai_tool = [[item('x')]])],
	['other data', (task) => (task.data = { main: [[item('x')]] })],
	['an error', (task) => (task.error = { message: 'x' })],
	['metadata', (task) => (task.metadata = { note: 'x' })],
	['a hint', (task) => (task.hints as unknown[]).push({ message: 'x' })],
	['a part that nobody knows', (task) => (task.note = 'x')],
])('%s has to be searched', (_, change) => {
	const task = taskOf([item('a')]);
	const isClean = searched(task);
	expect(isClean()).toBe(true);
	change(task);
	expect(isClean()).toBe(false);
});

test.each<[string, Task]>([
	['an error', { ...taskOf([]), error: { message: 'x' } }],
	['an output of another kind', { ...taskOf([]), data: { main: [[]], ai_tool: [[]] } }],
	['an output that is no list', taskOf('x')],
])('a run of a node with %s is searched each time', (_, task) => {
	expect(searched(task)()).toBe(false);
});

test('of many runs of a node those are searched that are new or were changed', () => {
	const items = new CleanItems();
	const tasks = new CleanTasks(items);
	const runs = Array.from({ length: 5 }, (_, i) => taskOf([item(`${i}`)]));
	runs.forEach(({ data }, place) => {
		items.note(data.main[0] as unknown[], new Pass());
		tasks.note(runs, place);
	});
	(runs[1].data.main[0] as { json: object }[])[0].json = { text: 'new' };
	runs[3] = taskOf([item('new')]);
	runs.push(taskOf([item('new')]));
	expect(tasks.unsearched(runs, new Pass())).toEqual([1, 3, 5]);
	expect(tasks.unsearched(runs.slice(), new Pass())).toEqual([0, 1, 2, 3, 4, 5]);
});

describe('where the same is soon stored again', () => {
	const jsonOf = (task: Task) => (task.data.main[0] as { json: { text: string } }[])[0].json;

	/** Ten runs of a node that were looked at a moment ago, in a host whose clock a test turns. */
	function looked(runs: Task[]) {
		const host = { nowMs: 0 };
		const items = new CleanItems();
		// Each look at it is a millisecond later.
		const tasks = new CleanTasks(items, () => (host.nowMs += 1));
		runs.forEach((task, place) => {
			items.note(task.data.main[0] as unknown[], new Pass());
			tasks.note(runs, place);
		});
		tasks.unsearched(runs, new Pass());
		const look = (pass: Pass) => ({ places: tasks.unsearched(runs, pass), pass });
		return { host, again: () => look(new Pass(true)), atTheEnd: () => look(new Pass()) };
	}
	const ten = () => Array.from({ length: 10 }, (_, i) => taskOf([item(`${i}`)]));

	test('the latest runs are looked at, and all of them a moment later and in the end', () => {
		const runs = ten();
		const { host, again, atTheEnd } = looked(runs);
		jsonOf(runs[0]).text = 'new';
		const first = again();
		expect(first).toMatchObject({ places: [], pass: { hasTrusted: true, hasSeenChange: false } });
		jsonOf(runs[9]).text = 'new';
		runs.push(taskOf([item('new')]));
		const second = again();
		expect(second).toMatchObject({ places: [9, 10], pass: { hasSeenChange: true } });
		expect(atTheEnd()).toMatchObject({ places: [0, 9, 10], pass: { hasTrusted: false } });
		host.nowMs += 1_000;
		expect(again()).toMatchObject({ places: [0, 9, 10], pass: { hasTrusted: false } });
	});

	test('all runs are looked at each time while an earlier one is not clean', () => {
		const runs = ten();
		const { again, atTheEnd } = looked(runs);
		jsonOf(runs[2]).text = 'new';
		atTheEnd();
		jsonOf(runs[0]).text = 'new';
		expect(again()).toMatchObject({ places: [0, 2], pass: { hasTrusted: false } });
	});
});
