import fc from 'fast-check';
import { StatementError } from '../../src/database/error';
import { quoted } from '../../src/database/names';
import { deleteFrom, selectFrom, type Operator, type Where } from '../../src/database/where';

const table = { schema: 'shop', name: 'pro"duct`s' };
const where = (operator: Operator, value: unknown, combine: 'AND' | 'OR' = 'AND'): Where => ({
	conditions: [{ column: 'a"b`c', operator, value }],
	combine,
});
const select = (engine: 'postgres' | 'mysql', given: Where) =>
	selectFrom(engine, { table, where: given, columns: [], sort: [], limit: 5 });

test('names are quoted and values are bound, in PostgreSQL', () => {
	expect(select('postgres', where('equal', "x' OR 1=1 --"))).toEqual({
		text: 'SELECT * FROM "shop"."pro""duct`s" WHERE "a""b`c" = $1 LIMIT 5',
		values: ["x' OR 1=1 --"],
	});
	expect(select('postgres', where('in', 'a, b')).text).toContain('"a""b`c" = ANY($1)');
});

test('names are quoted and values are bound, in MySQL', () => {
	expect(select('mysql', where('like', '%x%'))).toEqual({
		text: 'SELECT * FROM `shop`.`pro"duct``s` WHERE `a"b``c` LIKE ? LIMIT 5',
		values: ['%x%'],
	});
	expect(select('mysql', where('in', [1, 2]))).toMatchObject({
		text: expect.stringContaining('IN (?, ?)'),
		values: [1, 2],
	});
	expect(select('mysql', where('in', [])).text).toContain('FALSE');
});

test('whatever a name holds, the quoted name ends where it began', () => {
	fc.assert(
		fc.property(fc.string({ minLength: 1, maxLength: 15 }), (name) => {
			fc.pre(!name.includes('\0'));
			expect(quoted('postgres', name).slice(1, -1).replaceAll('""', '')).not.toContain('"');
			expect(quoted('mysql', name).slice(1, -1).replaceAll('``', '')).not.toContain('`');
		}),
	);
});

test.each(['', 'a\0b', 'x'.repeat(64)])(
	'PostgreSQL: a name that cannot be one is refused',
	(name) => {
		expect(() => quoted('postgres', name)).toThrow(StatementError);
	},
);

test('a comparison with nothing is refused: nothing equals it, and a delete would look as if done', () => {
	for (const value of [null, undefined]) {
		expect(() => select('postgres', where('equal', value))).toThrow(/Is Null/);
	}
});

test('deleting everything takes a word of its own', () => {
	const nothing: Where = { conditions: [], combine: 'AND' };
	expect(() => deleteFrom('mysql', table, nothing, { meansAll: false })).toThrow(/All Rows/);
	expect(deleteFrom('mysql', { schema: '', name: 't' }, nothing, { meansAll: true })).toEqual({
		text: 'DELETE FROM `t`',
		values: [],
	});
});

test.each([-1, 1.5, NaN])('a limit of %d is refused', (limit) => {
	const given = { conditions: [], combine: 'AND' } as const;
	expect(() =>
		selectFrom('postgres', { table, where: given, columns: [], sort: [], limit }),
	).toThrow(/Limit/);
});
