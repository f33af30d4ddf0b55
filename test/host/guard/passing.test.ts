/** What is stored while a run goes on will be stored again: not all of it is looked at each time. */
import { createCanary } from '../../../host/canary';
import { openRoom, runDataOf } from './room';

const { value } = createCanary('passing', 'plain');
const item = (n: number) => ({ json: { n, text: 'nothing' } });
const long = () => Array.from({ length: 200 }, (_, i) => item(i));

// Each look takes a millisecond: the next one at all of it is due after a hundred.
let nowMs = 0;
beforeEach(() => jest.spyOn(performance, 'now').mockImplementation(() => (nowMs += 1)));
afterEach(() => jest.restoreAllMocks());

/** A run that has stored its progress twice, all of it clean. */
async function underWay() {
	const room = openRoom([value]);
	const run = await room.run('1');
	const items = long();
	const others = long();
	const kept = { contextData: { 'node:Loop': { items: others } } };
	const data = runDataOf(items, {
		executionData: { ...kept, nodeExecutionStack: [], metadata: {} },
	});
	const store = (isPassing: boolean) =>
		JSON.stringify(room.guard.sealRunData(run, data, isPassing));
	const before = JSON.stringify(data);
	expect([store(true), store(true)]).toEqual([before, before]);
	return { items, others, data, store, runs: Object.values(data.resultData.runData)[0] };
}

test('what a node puts out is looked at whenever it is stored', async () => {
	const { items, runs, store } = await underWay();
	Object.assign(items[100].json, { text: value });
	runs.push({ ...runs[0], data: { main: [items] } });
	expect(store(true)).not.toContain(value);
});

test('a change that is seen has all of it looked at', async () => {
	const { items, others, store } = await underWay();
	Object.assign(items[100].json, { text: value });
	expect(store(true)).toContain(value);
	others[0].json.text = 'something';
	expect(store(true)).not.toContain(value);
});

test('what a node puts into what it got is sealed at once, whatever it hands on', async () => {
	const { items, data, store } = await underWay();
	Object.assign(items[100].json, { text: value });
	const [before] = data.resultData.runData.Fetch;
	const source = [{ previousNode: 'Fetch', previousNodeOutput: 0, previousNodeRun: 0 }];
	const next = { ...before, source, data: { main: [[item(1)]] } };
	Object.assign(data.resultData.runData, { Next: [next] });
	expect(store(true)).not.toContain(value);
});

test('what was put into old items is sealed when the run ends, and from then on each time', async () => {
	const { items, store } = await underWay();
	Object.assign(items[100].json, { text: value });
	expect(store(false)).not.toContain(value);
	Object.assign(items[101].json, { text: value });
	expect(store(true)).not.toContain(value);
});
