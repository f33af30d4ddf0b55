import { PassThrough, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Fields } from '../../src/kinds/kind';
import { ask, change, type Question, type Result, type WorkRules } from '../../src/database/work';
import type { Change } from '../../src/database/write';
import { Authority } from '../servers/certificates';
import { hasMariadb, startMariadb } from '../servers/mariadb';
import { hasPostgres, startPostgres } from '../servers/postgres';
import { drainPools } from '../servers/pools';
import { describeWith } from '../servers/required';
import { refusal } from './refusal';

/* Rows in and out of real servers, good ones and bad ones. */

const authority = new Authority('Sealbox test servers');
const forLocalhost = authority.issue({ name: 'localhost' });

const RULES: WorkRules & { ignoresUnknown: boolean; emptyTextIsNull: boolean } = {
	timeoutMs: 10_000,
	largeNumbers: 'exact',
	isAtomic: true,
	goesOn: true,
	skipsDuplicates: false,
	ignoresUnknown: false,
	emptyTextIsNull: false,
};

const POSTGRES = {
	name: 'PostgreSQL',
	engine: 'postgres',
	isThere: hasPostgres,
	start: startPostgres,
	table: `CREATE TABLE people (id int PRIMARY KEY, name varchar(30) NOT NULL, score numeric(12,4),
		big bigint, born timestamptz, day date, at timestamp, photo bytea, extra jsonb,
		tags text[] DEFAULT '{}', note text DEFAULT 'none')`,
	sleep: 'SELECT pg_sleep(30)',
	readsBack: { born: '2024-05-01T10:00:00.123456Z', at: '2024-05-01T12:00:00' },
} as const;

const MARIADB = {
	name: 'MariaDB',
	engine: 'mysql',
	isThere: hasMariadb,
	start: startMariadb,
	table: `CREATE TABLE people (id int PRIMARY KEY, name varchar(30) NOT NULL, score decimal(12,4),
		big bigint, born timestamp(6) NULL, day date, at datetime, photo blob, extra json,
		tags json, note varchar(40) DEFAULT 'none')`,
	sleep: 'SELECT SLEEP(30)',
	readsBack: { born: '2024-05-01T10:00:00.123456Z', at: '2024-05-01T12:00:00' },
} as const;

describe.each([POSTGRES, MARIADB])('$name', (given) => {
	describeWith(given.name, given.isThere)('work', () => {
		let server: Awaited<ReturnType<typeof startPostgres>>;
		let good: Fields;
		const { engine } = given;

		beforeAll(async () => {
			server = await given.start(forLocalhost, authority);
			good = {
				engine,
				host: 'localhost',
				port: server.port,
				database: 'app',
				user: 'sealbox',
				password: server.password,
				tls: 'verifyCa',
				ca: authority.certificate,
				connectTimeout: 5000,
				maxConnections: 3,
			};
		}, 60_000);
		afterAll(async () => {
			drainPools();
			await server.stop();
		}, 20_000);
		beforeEach(async () => {
			await run('DROP TABLE IF EXISTS people');
			await run(given.table);
		});

		const access = (fields: Fields = good) => ({ id: 'one', data: fields });
		const query = (text: string, values: unknown[] = [], item = 0): Question => ({
			item,
			statement: () => ({ text, values }),
			without: ({ affectedRows }) => [{ affectedRows }],
		});
		const run = async (text: string, values: unknown[] = [], rules = {}): Promise<Result> => {
			const result = await ask(access(), { ...RULES, ...rules }, [query(text, values)]);
			const failure = result.failures.get(0);
			if (failure) throw failure;
			return result;
		};
		const rowsOf = async (text: string) => (await run(text)).stored.map(({ row }) => row);
		const write = async (
			what: Change,
			rows: Record<string, unknown>[],
			rules: Partial<typeof RULES> = {},
			matchOn = ['id'],
		) =>
			await change(
				access(),
				{ ...RULES, ...rules },
				{
					change: what,
					table: { schema: '', name: 'people' },
					matchOn: what === 'insert' ? [] : matchOn,
				},
				rows.map((row, item) => ({ item, row })),
			);
		const people = (count: number) =>
			Array.from({ length: count }, (_none, id) => ({ id, name: `n${id}` }));
		const ids = async () => (await rowsOf('SELECT id FROM people ORDER BY id')).map(({ id }) => id);

		test('what is stored comes back with the same type and digits', async () => {
			const row = {
				id: 1,
				name: "O'Brien; DROP TABLE people --",
				score: '12345678.1234',
				big: '9007199254740993',
				born: '2024-05-01T12:00:00.123456+02:00',
				day: '2024-05-01',
				at: '2024-05-01T12:00:00',
				photo: Buffer.from([0, 1, 255]),
				extra: { a: [1, { b: null }], text: 'ü"\\' },
				tags: ['x', 'y,"z'],
			};
			const { failures, stored } = await write('insert', [row]);
			expect([...failures.values()]).toEqual([]);
			expect(stored).toHaveLength(1);
			const [back] = await rowsOf('SELECT * FROM people');
			expect(back).toEqual({
				...row,
				...given.readsBack,
				photo: 'AAH/',
				note: 'none',
			});
		});

		test('thousands of rows go in and out, each paired with its item', async () => {
			const { stored, failures } = await write('insert', people(6000));
			expect(failures.size).toBe(0);
			expect(stored.map(({ item, row }) => [item, row.id])).toEqual(
				people(6000).map(({ id }) => [id, id]),
			);
			expect(await ids()).toHaveLength(6000);
		});

		test('one bad row among thousands undoes all, and is named', async () => {
			const rows = [...people(3000), { id: 7, name: 'twice' }, { id: 4000, name: 'good' }];
			const { stored, failures } = await write('insert', rows);
			expect(stored).toEqual([]);
			expect(failures.size).toBe(3002);
			expect(failures.get(3000)).toMatchObject({
				code: 'ERR_STATEMENT_FAILED',
				message: expect.stringContaining('same key already'),
			});
			expect(failures.get(0)).toMatchObject({
				code: 'ERR_STATEMENT_UNDONE',
				message: expect.stringContaining('item 3001 failed'),
			});
			expect(await ids()).toEqual([]);
		});

		test('one bad row among others costs no other, one per item', async () => {
			const rows: Record<string, unknown>[] = people(50);
			rows[20] = { id: 20, name: 'far too long a name for this column' };
			rows[30] = { id: 30, name: null };
			const { stored, failures } = await write('insert', rows, { isAtomic: false });
			expect([...failures.keys()].sort()).toEqual([20, 30]);
			expect(failures.get(20)?.message).toContain('too long');
			expect(failures.get(30)?.message).toMatch(/"name".* must not be empty/);
			expect(stored).toHaveLength(48);
			expect(await ids()).toHaveLength(48);
		});

		test('without going on, what is behind the first failure is not tried', async () => {
			const rows: Record<string, unknown>[] = people(50);
			rows[20] = { id: 20, name: null };
			const { failures } = await write('insert', rows, { isAtomic: false, goesOn: false });
			expect([...failures.keys()]).toEqual([20]);
			expect(await ids()).toEqual(people(20).map(({ id }) => id));
		});

		test('rows whose key is there are skipped, and pairs stay right', async () => {
			await write('insert', [people(9)[3] as never, people(9)[5] as never]);
			for (const isAtomic of [true, false]) {
				await run('DELETE FROM people WHERE id NOT IN (3, 5)');
				const { stored, failures } = await write('insert', people(9), {
					skipsDuplicates: true,
					isAtomic,
				});
				expect(failures.size).toBe(0);
				expect(stored.map(({ item, row }) => [item, row.id])).toEqual(
					[0, 1, 2, 4, 6, 7, 8].map((id) => [id, id]),
				);
			}
			expect(await ids()).toHaveLength(9);
		});

		test('update changes what matches, in order, and pairs it', async () => {
			await write('insert', people(5));
			const { stored, failures } = await write('update', [
				{ id: 1, name: 'first' },
				{ id: 99, name: 'nobody' },
				{ id: 1, name: 'second' },
				{ id: 4, name: "quo'te" },
			]);
			expect(failures.size).toBe(0);
			expect(stored.map(({ item, row }) => [item, row.name])).toEqual([
				[0, 'first'],
				[2, 'second'],
				[3, "quo'te"],
			]);
			expect(await rowsOf('SELECT name FROM people ORDER BY id')).toEqual(
				['n0', 'second', 'n2', 'n3', "quo'te"].map((name) => ({ name })),
			);
		});

		test('upsert inserts what is new and updates the rest, twice in one batch too', async () => {
			await write('insert', people(3));
			const { stored, failures } = await write('upsert', [
				{ id: 1, name: 'new name' },
				{ id: 7, name: 'seven' },
				{ id: 7, name: 'seven again' },
			]);
			expect(failures.size).toBe(0);
			expect(stored.map(({ item }) => item)).toEqual([0, 1, 2]);
			expect(await rowsOf('SELECT id, name FROM people ORDER BY id')).toEqual([
				{ id: 0, name: 'n0' },
				{ id: 1, name: 'new name' },
				{ id: 2, name: 'n2' },
				{ id: 7, name: 'seven again' },
			]);
		});

		test('a field without a column is refused by name, or left out on request', async () => {
			const rows = [{ id: 1, name: 'a', nonsense: 1 }];
			const { failures } = await write('insert', rows);
			expect(failures.get(0)).toMatchObject({
				code: 'ERR_STATEMENT_INVALID',
				message: expect.stringContaining('no column "nonsense"'),
			});
			expect((await write('insert', rows, { ignoresUnknown: true })).failures.size).toBe(0);
		});

		test.each([
			['a table that is not there', 'SELECT * FROM nowhere', /no table "nowhere"/],
			['a column that is not there', 'SELECT nothing FROM people', /no column "nothing"/],
			['a syntax error', 'SELECT 1\nFROM FROM people', /syntax error at line 2/],
		])('%s is told in words without the query', async (_what, text, sentence) => {
			const error = await refusal(run(text), [server.password]);
			expect(error.message).toMatch(sentence);
			expect(error.message).not.toContain('SELECT');
		});

		test('no value stands in the error of a statement', async () => {
			const canary = 'canary-value-7Qm2Zx';
			await write('insert', [{ id: 1, name: canary }]);
			const texts = [
				[
					engine === 'postgres' ? 'SELECT $1::text::int' : 'INSERT INTO people VALUES (?)',
					[canary],
				],
				[`SELECT '${canary}' FROM nowhere`, []],
				[`SELECT '${canary}' FRM people`, []],
				[`INSERT INTO people (id, name) VALUES (1, '${canary}')`, []],
				[`INSERT INTO people (id, name) VALUES (2, '${canary.repeat(4)}')`, []],
			] as const;
			for (const [text, values] of texts) {
				const error = await refusal(run(text, [...values]), [canary, server.password]);
				expect(error.code).toMatch(/^ERR_STATEMENT_/);
			}
		});

		test('the password is taken out of rows and out of names in errors', async () => {
			expect(await rowsOf(`SELECT '${server.password}' AS secret`)).not.toEqual([
				{ secret: server.password },
			]);
			await refusal(run(`SELECT * FROM \`${server.password}\``), [server.password]);
			await refusal(run(`SELECT * FROM "${server.password}"`), [server.password]);
		});

		test('a statement that takes too long is stopped at the server, too', async () => {
			const started = Date.now();
			const error = await refusal(run(given.sleep, [], { timeoutMs: 300 }), []);
			expect(error).toMatchObject({
				code: 'ERR_STATEMENT_TIMEOUT',
				message: expect.stringContaining('Statement Timeout'),
			});
			expect(Date.now() - started).toBeLessThan(5000);
			expect(await ids()).toEqual([]);
		});

		test('a run that is cancelled stops its statement', async () => {
			const controller = new AbortController();
			setTimeout(() => controller.abort(), 200);
			const error = await refusal(run(given.sleep, [], { cancelled: controller.signal }), []);
			expect(error.message).toContain('cancelled');
		});

		test('a large result goes into a file, and waits for whoever is slow', async () => {
			const count = 50_000;
			await run('CREATE TABLE IF NOT EXISTS many (n int, t text)');
			const numbers =
				engine === 'postgres'
					? `generate_series(1, ${count}) n`
					: `(SELECT seq AS n FROM seq_1_to_${count}) s`;
			await run(`INSERT INTO many SELECT n, repeat('x', 200) FROM ${numbers}`);
			let held = 0;
			let text = '';
			const save = async (stream: Readable) => {
				await new Promise((resolve) => setTimeout(resolve, 300));
				held = stream.readableLength + (stream as PassThrough).writableLength;
				text = (await buffer(stream)).toString();
			};
			const all = { ...query('SELECT n, t FROM many'), file: { format: 'csv', save } } as const;
			const { stored, failures } = await ask(access(), RULES, [all]);
			expect([...failures.values()]).toEqual([]);
			expect(stored).toEqual([{ item: 0, row: { rows: count } }]);
			expect(text.split('\r\n')).toHaveLength(count + 2);
			expect(held).toBeLessThan(2_000_000);
		});

		test('a file that cannot be stored ends the statement, and says so', async () => {
			const save = async () => await Promise.reject(new Error('disk full'));
			const one = { ...query('SELECT 1 AS one'), file: { format: 'jsonl', save } } as const;
			const { failures } = await ask(access(), RULES, [one]);
			expect(failures.get(0)?.message).toContain('could not be stored');
			expect(await ids()).toEqual([]);
		});

		test('what a query does to its session is gone for the next one', async () => {
			await run('CREATE TEMPORARY TABLE private (a int)');
			await refusal(run('SELECT * FROM private'), []);
			await run('BEGIN');
			await run("INSERT INTO people (id, name) VALUES (1, 'left open')");
			expect(await ids()).toEqual([1]);
		});

		test('a broken connection is told as such, and the next run gets another', async () => {
			const id = engine === 'postgres' ? 'pg_backend_pid()' : 'CONNECTION_ID()';
			const [{ pid }] = (await rowsOf(`SELECT ${id} AS pid`)) as [{ pid: number }];
			const late = run(given.sleep);
			const kill = engine === 'postgres' ? 'SELECT pg_terminate_backend($1)' : `KILL ${pid}`;
			await new Promise((resolve) => setTimeout(resolve, 100));
			await ask(access(), RULES, [query(kill, engine === 'postgres' ? [pid] : [])]);
			const error = await refusal(late, []);
			expect(error.message).toMatch(/connection|shutting down|stopped/);
			expect(await ids()).toEqual([]);
		});

		test('connections are kept, shared, bounded, and drained when the credential changes', async () => {
			const sleep = engine === 'postgres' ? 'SELECT pg_sleep(0.4)' : 'SELECT SLEEP(0.4)';
			await Promise.all(Array.from({ length: 6 }, async () => await run(sleep)));
			expect(await server.clients()).toBe(3);
			const underWay = run(sleep);
			await new Promise((resolve) => setTimeout(resolve, 100));
			const changed = { ...good, connectTimeout: 6000 };
			const { stored } = await ask(access(changed), RULES, [query('SELECT 1 AS one')]);
			expect(stored).toHaveLength(1);
			// The old version: one at work, none idle. The new one: one.
			expect(await settledTo(2)).toBe(2);
			expect((await underWay).stored).toHaveLength(1);
			expect(await settledTo(1)).toBe(1);
			await ids();
		});

		/** Connections, once the server has had the time to notice. */
		async function settledTo(count: number): Promise<number> {
			for (let attempt = 0; attempt < 10 && (await server.clients()) !== count; attempt++) {
				await new Promise((resolve) => setTimeout(resolve, 30));
			}
			return await server.clients();
		}
	});
});
