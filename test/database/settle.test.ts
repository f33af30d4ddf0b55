import { batchesOf } from '../../src/database/batches';
import type { Entry } from '../../src/database/entry';
import { StatementError, type Extent } from '../../src/database/error';
import type { Link } from '../../src/database/link';
import { settle, type SettleRules } from '../../src/database/settle';

/** A database that keeps what is sent, and refuses some of it. */
function fakeLink(engine: 'postgres' | 'mysql' = 'postgres') {
	const said: string[] = [];
	const link = {
		engine,
		run: async ({ text }: { text: string }) => {
			said.push(text);
			return await Promise.resolve({ hasRows: false, affectedRows: 0 });
		},
		destroy: () => said.push('destroyed'),
	} as unknown as Link;
	return { link, said };
}

const batch = (...items: number[]) => items.map((item) => ({ item }));
const refusing =
	(extents: Record<number, Extent>) =>
	async (_link: Link, entries: readonly { item: number }[]) => {
		const bad = entries.find(({ item }) => item in extents);
		if (bad) throw new StatementError(`item ${bad.item} is bad.`, extents[bad.item] as Extent);
		return await Promise.resolve(entries.map(({ item }) => ({ item, row: { item } })));
	};
const RULES: SettleRules = { isAtomic: true, goesOn: true, skipsDuplicates: false };
const storedItems = ({ stored }: { stored: { item: unknown }[] }) => stored.map(({ item }) => item);

test('one good batch is one statement, without a transaction around it', async () => {
	const { link, said } = fakeLink();
	const result = await settle(link, [batch(0, 1, 2)], refusing({}), RULES);
	expect(storedItems(result)).toEqual([0, 1, 2]);
	expect(said).toEqual([]);
});

test('several batches are one transaction', async () => {
	const { link, said } = fakeLink('mysql');
	await settle(link, [batch(0, 1), batch(2)], refusing({}), RULES);
	expect(said).toEqual(['BEGIN', 'COMMIT']);
});

test('a bad row is found by halving, and undoes all', async () => {
	const { link, said } = fakeLink();
	const { stored, failures } = await settle(
		link,
		[batch(0, 1, 2, 3)],
		refusing({ 2: 'row' }),
		RULES,
	);
	expect(stored).toEqual([]);
	expect(failures.get(2)?.message).toBe('item 2 is bad.');
	expect([0, 1, 3].map((item) => failures.get(item)?.code)).toEqual(
		Array(3).fill('ERR_STATEMENT_UNDONE'),
	);
	expect([said[0], said.at(-1)]).toEqual(['BEGIN', 'ROLLBACK']);
});

test('one per item, bad rows cost no others', async () => {
	const { link, said } = fakeLink();
	const rules = { ...RULES, isAtomic: false };
	const result = await settle(link, [batch(0, 1, 2, 3), batch(4)], refusing({ 1: 'row' }), rules);
	expect(storedItems(result)).toEqual([0, 2, 3, 4]);
	expect([...result.failures.keys()]).toEqual([1]);
	expect(said).toEqual([]);
});

test('without going on, rows behind the bad one are not tried', async () => {
	const rules = { ...RULES, isAtomic: false, goesOn: false };
	const { link } = fakeLink();
	const result = await settle(link, [batch(0, 1, 2, 3), batch(4)], refusing({ 1: 'row' }), rules);
	expect(storedItems(result)).toEqual([0]);
});

test('what no row can help is not tried again and again', async () => {
	const { link } = fakeLink();
	const apply = jest.fn(refusing({ 3: 'statement' }));
	const { failures } = await settle(link, [batch(0, 1, 2, 3)], apply, {
		...RULES,
		isAtomic: false,
	});
	expect(apply).toHaveBeenCalledTimes(1);
	expect(failures.size).toBe(4);
});

test('duplicates are skipped on request, each for itself', async () => {
	for (const isAtomic of [true, false]) {
		const { link } = fakeLink();
		const rules = { ...RULES, isAtomic, skipsDuplicates: true };
		const apply = refusing({ 0: 'duplicate', 3: 'duplicate' });
		const result = await settle(link, [batch(0, 1, 2, 3)], apply, rules);
		expect(storedItems(result)).toEqual([1, 2]);
		expect(result.failures.size).toBe(0);
	}
});

test('a connection that breaks ends it, and is cut if it cannot even go back', async () => {
	const { link, said } = fakeLink();
	(link as { run: unknown }).run = async ({ text }: { text: string }) => {
		said.push(text);
		if (text === 'ROLLBACK') throw new StatementError('gone.', 'connection');
		return await Promise.resolve({ hasRows: false, affectedRows: 0 });
	};
	const batches = [batch(0), batch(1), batch(2)];
	const { failures } = await settle(link, batches, refusing({ 1: 'connection' }), RULES);
	expect(failures.size).toBe(3);
	expect(said).toContain('destroyed');
});

const entry = (item: number, columns: string[], key = '', size = 1): Entry => ({
	item,
	columns,
	row: {},
	sent: '',
	size,
	key,
});
const LIMITS = { maxRows: 3, maxBytes: 10, maxValues: 6 };
const cut = (entries: Entry[]) =>
	batchesOf(entries, LIMITS).map((entries_) => entries_.map(({ item }) => item));

test('rows are cut where columns change, where a key comes twice, and where it gets too much', () => {
	expect(cut([entry(0, ['a']), entry(1, ['a']), entry(2, ['b'])])).toEqual([[0, 1], [2]]);
	expect(cut([0, 1, 2, 3].map((item) => entry(item, ['a'])))).toEqual([[0, 1, 2], [3]]);
	expect(cut([entry(0, ['a'], 'x'), entry(1, ['a'], 'y'), entry(2, ['a'], 'x')])).toEqual([
		[0, 1],
		[2],
	]);
	expect(cut([entry(0, ['a'], '', 6), entry(1, ['a'], '', 6)])).toEqual([[0], [1]]);
	expect(cut([0, 1, 2].map((item) => entry(item, ['a', 'b', 'c'])))).toEqual([[0, 1], [2]]);
	expect(cut([entry(0, []), entry(1, [])])).toEqual([[0], [1]]);
	expect(cut([entry(0, ['a'], '', 99)])).toEqual([[0]]);
});
