import { mysqlError } from '../../src/database/mysqlErrors';
import { postgresError } from '../../src/database/postgresErrors';

/*
 * What servers say about a failure holds the values of rows, parts of statements and, from a hostile
 * server, whatever it likes. Names may pass, and nothing else.
 */

const CANARY = 'canary-row-4Jh6Tz';

const postgres = (code: string, message: string, more: object = {}, text = 'SELECT 1') =>
	postgresError(
		Object.assign(new Error(message), { code, detail: CANARY, hint: CANARY, ...more }),
		text,
	);
const mysql = (errno: number, message: string) =>
	mysqlError(
		Object.assign(new Error(message), { errno, code: 'ER_X', sqlMessage: CANARY, sql: CANARY }),
	);

test.each([
	['22P02', `invalid input syntax for type integer: "${CANARY}"`],
	['22001', `value too long for type character varying(3)`],
	['23505', `duplicate key value violates unique constraint "people_pkey"`],
	['42601', `syntax error at or near "${CANARY}"`],
	['42883', `function ${CANARY}(integer) does not exist`],
	['P0001', CANARY],
	['XX000', CANARY],
	['ZZZZZ', CANARY],
	['not a state', CANARY],
])('PostgreSQL %s tells no value', (code, message) => {
	const error = postgres(code, message);
	expect(error.message).toMatch(/^[A-Z].*\.( \(SQLSTATE .{5}\))?$/s);
	expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(CANARY);
	expect(error.cause).toBeUndefined();
});

test.each([
	[
		1366,
		`Incorrect integer value: '${CANARY}' for column \`app\`.\`people\`.\`age\` at row 7`,
		'"age"',
	],
	[1292, `Incorrect datetime value: '${CANARY}' for column 'born' at row 1`, '"born"'],
	[1406, `Data too long for column 'name' at row 1`, '"name"'],
	[1062, `Duplicate entry '${CANARY}' for key 'PRIMARY'`, 'same key'],
	[1064, `You have an error in your SQL syntax; ... near '${CANARY}' at line 3`, 'line 3'],
	[1054, `Unknown column 'x' in 'field list'`, '"x"'],
	[1146, `Table 'app.nowhere' doesn't exist`, '"nowhere"'],
	[1644, CANARY, 'refuses this'],
	[9999, CANARY, 'refused the statement'],
])('MySQL %d tells no value, and what helps', (errno, message, told) => {
	const error = mysql(errno, message);
	expect(error.message).toContain(told);
	expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(CANARY);
});

test('a syntax error is placed by line and column', () => {
	const text = 'SELECT 1\nFRM x';
	expect(postgres('42601', 'x', { position: '10' }, text).message).toContain('at line 2, column 1');
});

test('a name is cut, and holds nothing but what a name would', () => {
	const name = `${'x'.repeat(100)}\r\n"; DROP`;
	const { message } = postgres('23502', 'x', { column: name, table: 'a"b\u0007' });
	expect(message).not.toMatch(/[\p{Cc}]/u);
	expect(message.length).toBeLessThan(300);
});

test('a connection that broke is told as such', () => {
	expect(postgresError(new Error('Connection terminated'), '').extent).toBe('connection');
	expect(mysqlError({}).extent).toBe('connection');
	expect(postgres('57P01', 'terminating').extent).toBe('connection');
});
