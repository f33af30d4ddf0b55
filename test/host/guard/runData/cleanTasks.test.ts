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

describe('a trusting pass', () => {
	const itemsOf = (task: Task) => task.data.main[0] as { json: { text: string } }[];
	const change = (task: Task, place = 0) => (itemsOf(task)[place].json.text = 'new');

	/** Runs of a node of which all were looked at a moment ago. */
	function looked(runs: Task[]) {
		const items = new CleanItems();
		const tasks = new CleanTasks(items);
		runs.forEach((task, place) => {
			items.note(itemsOf(task), new Pass());
			tasks.note(runs, place);
		});
		const look = (pass: Pass) => ({ places: tasks.unsearched(runs, pass), pass });
		look(new Pass());
		return {
			again: (handedOn?: number[]) =>
				look(new Pass(true, handedOn && new Map([[runs, new Set(handedOn)]]))),
			atTheEnd: () => look(new Pass()),
		};
	}
	const ten = () => Array.from({ length: 10 }, (_, i) => taskOf([item(`${i}`)]));

	test('looks at the latest runs, at new ones, and at those whose items others got', () => {
		const runs = ten();
		const { again, atTheEnd } = looked(runs);
		change(runs[0]);
		expect(again()).toMatchObject({ places: [], pass: { hasSeenChange: false } });
		change(runs[9]);
		runs.push(taskOf([item('new')]));
		expect(again()).toMatchObject({ places: [9, 10], pass: { hasSeenChange: true } });
		expect(again([0]).places).toEqual([0, 9, 10]);
		expect(atTheEnd().places).toEqual([0, 9, 10]);
	});

	test('looks at all runs after one that is not clean', () => {
		const runs = ten();
		const { again, atTheEnd } = looked(runs);
		change(runs[2]);
		atTheEnd();
		change(runs[3]);
		expect(again().places).toEqual([2, 3]);
	});

	test('looks at both ends of a long list, and at all of one whose items others got', () => {
		const runs = [taskOf(Array.from({ length: 200 }, (_, i) => item(`${i}`)))];
		const { again, atTheEnd } = looked(runs);
		change(runs[0], 100);
		expect(again().places).toEqual([]);
		expect(again([0]).places).toEqual([0]);
		expect(atTheEnd().places).toEqual([0]);
	});

	test.each<[string, (task: Task) => unknown]>([
		['an item at its beginning', (task) => change(task, 31)],
		['an item at its end', (task) => change(task, 168)],
		['another item in its middle', (task) => (itemsOf(task)[100] = item('new'))],
	])('finds %s in a long list', (_, alter) => {
		const runs = [taskOf(Array.from({ length: 200 }, (_, i) => item(`${i}`)))];
		const { again } = looked(runs);
		expect(again().places).toEqual([]);
		alter(runs[0]);
		expect(again().places).toEqual([0]);
	});
});
