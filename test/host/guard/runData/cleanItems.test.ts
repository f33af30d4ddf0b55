import { CleanItems, Pass } from '../../../../src/host/guard/runData/cleanItems';

/** Items that were searched and found clean, in a later pass. */
function searched(items: unknown[]) {
	const clean = new CleanItems();
	clean.note(items, new Pass());
	return (list = items) => clean.unsearched(list, new Pass());
}

const item = (json: object, more: object = {}) => ({ json, pairedItem: { item: 0 }, ...more });

test('the same fields need no second search, in whatever item and list they stand', () => {
	const fields = { a: 1, b: { c: ['x', null] } };
	const again = searched([item(fields)]);
	expect(again([item(fields, { pairedItem: [{ item: 3, input: 1 }] }), { json: fields }])).toEqual(
		[],
	);
});

test.each<[string, (fields: { a: unknown; b: { c: unknown[] } }) => void]>([
	['a value that was replaced', (fields) => (fields.a = 'new')],
	['a value deep inside', (fields) => (fields.b.c[0] = 'new')],
	['one more value', (fields) => fields.b.c.push('new')],
	['one more key', (fields) => Object.assign(fields, { new: 1 })],
	['a key of another name', (fields) => ((fields as object as { b: object }).b = { new: ['x'] })],
	['an object of a class', (fields) => (fields.a = new Date(0))],
])('%s makes an item one to be searched again', (_, change) => {
	const fields = { a: 1 as unknown, b: { c: ['x'] as unknown[] } };
	const list = [item(fields), item({ other: 1 })];
	const again = searched(list);
	change(fields);
	expect(again()).toEqual([list[0]]);
});

test('known fields with a link to a known node need no second search', () => {
	const fields = { a: 1 };
	const sourceOverwrite = { previousNode: 'Loop', previousNodeOutput: 0 };
	const linked = (source?: unknown) =>
		item(fields, { pairedItem: { item: 0, input: undefined, sourceOverwrite: source } });
	const again = searched([linked(sourceOverwrite)]);
	expect(again([linked(sourceOverwrite), linked(), item(fields)])).toEqual([]);
	const others = [{ ...sourceOverwrite }, [sourceOverwrite], new Date(0), 'Loop'].map(linked);
	expect(again(others)).toEqual(others);
	Object.assign(sourceOverwrite, { previousNode: 'x' });
	expect(again([item(fields), linked(sourceOverwrite)])).toEqual([linked(sourceOverwrite)]);
});

test('an item that has more than its fields is known as a whole only', () => {
	const fields = { a: 1 };
	const again = searched([item(fields)]);
	for (const more of [
		{ binary: { file: { data: 'x' } } },
		{ error: 'x' },
		{ pairedItem: { item: 0, note: 'x' } },
		{ pairedItem: 'x' },
	]) {
		const other = item(fields, more);
		expect(again([other])).toEqual([other]);
		expect(searched([other])()).toEqual([]);
	}
});

test('what is no item is searched each time', () => {
	expect(searched(['text', null, 7])()).toEqual(['text', null, 7]);
});

test('fields that write themselves are searched each time', () => {
	const fields = { a: {} };
	const list = [item(fields)];
	const again = searched(list);
	Object.defineProperty(fields.a, 'toJSON', { value: () => 'new' });
	expect(again()).toEqual(list);
});

test('within one pass long lists are searched once, and in the next one again', () => {
	const long = Array.from({ length: 10_000 }, (_, i) => item({ i }));
	const clean = new CleanItems();
	const pass = new Pass();
	clean.note(long, pass);
	expect(
		clean.unsearched(
			long.map(({ json }) => item(json)),
			pass,
		),
	).toEqual([]);
	expect(clean.unsearched(long, new Pass())).toHaveLength(10_000);
});

describe('a list that nodes go through', () => {
	const list = () => Array.from({ length: 6 }, (_, i) => item({ i, a: 'x' }));

	test.each<[string, (items: ReturnType<typeof list>) => unknown[]]>([
		['from which items were taken', (items) => items.splice(0, 2) && items],
		['that another list begins like', (items) => items.slice(0, 4)],
		['whose items were moved', (items) => items.reverse()],
		['without some in the middle', (items) => items.splice(2, 2) && items],
		['that is empty now', () => []],
	])('%s needs no second search, and what was changed in it does', (_, take) => {
		const items = list();
		const clean = new CleanItems();
		clean.note(items, new Pass());
		expect(clean.unsearched(items, new Pass())).toEqual([]);
		const taken = take(items);
		expect(clean.unsearched(taken, new Pass())).toEqual([]);
		for (const one of taken) {
			const { json } = one as { json: { a: string } };
			json.a = 'new';
			expect(clean.unsearched(taken, new Pass())).toEqual([one]);
			json.a = 'x';
		}
	});

	test('one that got another item in a place has that to be searched', () => {
		const items = list();
		const clean = new CleanItems();
		clean.note(items, new Pass());
		expect(clean.unsearched(items, new Pass())).toEqual([]);
		const more = [items[0], item({ new: 1 }), ...items.slice(1), item({ new: 2 })];
		expect(clean.unsearched(more, new Pass())).toEqual([more[1], more[7]]);
	});

	test('an item that got more than its fields has to be searched', () => {
		const items = list();
		const clean = new CleanItems();
		clean.note(items, new Pass());
		expect(clean.unsearched(items, new Pass())).toEqual([]);
		Object.assign(items[3], { error: 'new' });
		expect(clean.unsearched(items, new Pass())).toEqual([items[3]]);
	});
});

describe('a trusting pass over a long list', () => {
	const open = () => {
		const items = Array.from({ length: 200 }, (_, i) => item({ i, a: 'x' }));
		const clean = new CleanItems();
		clean.note(items, new Pass());
		clean.unsearched(items, new Pass());
		const change = (place: number) => Object.assign(items[place].json as object, { a: 'new' });
		return { items, clean, change };
	};
	const trusting = () => new Pass(true);

	test('takes the middle of one that a node keeps for what it was, also when it grew or shrank', () => {
		const { items, clean, change } = open();
		change(100);
		expect(clean.unsearched(items, trusting(), true)).toEqual([]);
		const more = [...items, item({ new: 1 })];
		expect(clean.unsearched(more, trusting(), true)).toEqual([more[200]]);
		items.splice(0, 3);
		expect(clean.unsearched(items, trusting(), true)).toEqual([]);
		expect(clean.unsearched(items, new Pass(), true)).toEqual([items[97]]);
	});

	test.each([
		['trusting', 0],
		['whole', 1],
	])('of one kept that was taken from and added to, a %s look sees what is new', (_, found) => {
		const { items, clean, change } = open();
		const look = () => clean.unsearched(items, new Pass(found === 0), true);
		for (let times = 0; times < 3; times += 1) {
			items.splice(0, 2);
			const added = [item({ times }), item({ times, more: true })];
			items.push(...added);
			expect(look()).toEqual(added);
			clean.note(added, new Pass());
			expect(look()).toEqual([]);
		}
		change(100);
		change(10);
		items.push(item({ last: true }));
		expect(look()).toEqual([10, ...(found === 1 ? [100] : []), 200].map((place) => items[place]));
	});

	test.each([0, 31, 168, 199])('looks at item %i of 200', (place) => {
		const { items, clean, change } = open();
		change(place);
		expect(clean.unsearched(items, trusting(), true)).toEqual([items[place]]);
	});

	test('sees that items at an end hold something else', () => {
		const { items, clean } = open();
		for (const one of items) one.json = { a: 'new' };
		const pass = trusting();
		clean.unsearched(items, pass, true);
		expect(pass.hasSeenChange).toBe(true);
	});

	test('looks at every item of one that goes on to the next node', () => {
		const { items, clean, change } = open();
		change(100);
		expect(clean.unsearched(items, trusting())).toEqual([items[100]]);
	});
});
