import { StatementError } from '../../src/database/error';
import { touchesSession, withValues } from '../../src/database/placeholders';

test('PostgreSQL gets the text as it is: it knows $1 itself', () => {
	const statement = { text: "SELECT $1, '$2', $$ ? $$", values: [1] };
	expect(withValues('postgres', statement.text, statement.values)).toEqual(statement);
});

test.each([
	['SELECT $1, $2', ['a', 'b'], 'SELECT ?, ?', ['a', 'b']],
	['SELECT $2, $1, $2', ['a', 'b'], 'SELECT ?, ?, ?', ['b', 'a', 'b']],
	['SELECT ?, ?', ['a', 'b'], 'SELECT ?, ?', ['a', 'b']],
	["SELECT '$1 ?', $1", ['a'], "SELECT '$1 ?', ?", ['a']],
	["SELECT 'it''s $1', \"$1\", `$1`, $1", ['a'], "SELECT 'it''s $1', \"$1\", `$1`, ?", ['a']],
	["SELECT 'a\\' $1', $1", ['a'], "SELECT 'a\\' $1', ?", ['a']],
	['SELECT $1 -- $2 ?\n, $2', ['a', 'b'], 'SELECT ? -- $2 ?\n, ?', ['a', 'b']],
	['SELECT $1 # ?\n/* $9\n? */, $2', ['a', 'b'], 'SELECT ? # ?\n/* $9\n? */, ?', ['a', 'b']],
	['SELECT $10', Array.from('abcdefghij'), 'SELECT ?', ['j']],
])('MySQL gets %s with its values in order', (text, values, plain, ordered) => {
	expect(withValues('mysql', text, values)).toEqual({ text: plain, values: ordered });
});

test.each([
	['SELECT $1, ?', ['a', 'b']],
	['SELECT $2', ['a']],
	['SELECT $0', ['a']],
	['SELECT ?', ['a', 'b']],
	['SELECT 1', ['a']],
])('MySQL: %s is refused when placeholders and values do not go together', (text, values) => {
	expect(() => withValues('mysql', text, values)).toThrow(StatementError);
});

test.each([
	'SET search_path TO x',
	'select 1;\n/* so */ -- and so\n SET x = 1',
	'begin; select 1',
	"select set_config('a', 'b', false)",
	'LOCK TABLES a READ',
	'CREATE TEMP TABLE a (b int)',
])('after %s a connection is lent to nobody else', (text) =>
	expect(touchesSession(text)).toBe(true),
);

test('an ordinary query leaves its connection to others', () => {
	expect(touchesSession('SELECT offset_id FROM settings WHERE locked')).toBe(false);
	expect(touchesSession('UPDATE people SET name = $1; DELETE FROM locks')).toBe(false);
});
