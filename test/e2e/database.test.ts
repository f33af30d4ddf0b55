import type { Execution, NodeOnCanvas } from '../../host/client.ts';
import { ask, type WorkRules } from '../../src/database/work';
import { Authority } from '../servers/certificates';
import { hasMariadb, startMariadb } from '../servers/mariadb';
import { hasPostgres, startPostgres } from '../servers/postgres';
import { drainPools } from '../servers/pools';
import { describeWith } from '../servers/required';
import { connect, inLine, items, messageOf, outputOf, sightings } from './host.ts';

/* Sealbox Database in a real n8n, against real servers: good input, bad input, and no password. */

const client = connect();
const authority = new Authority('Sealbox end-to-end databases');
const forLocalhost = authority.issue({ name: 'localhost' });

const ENGINES = [
	{ name: 'PostgreSQL', engine: 'postgres', isThere: hasPostgres, start: startPostgres },
	{ name: 'MariaDB', engine: 'mysql', isThere: hasMariadb, start: startMariadb },
] as const;

const RULES: WorkRules = {
	timeoutMs: 10_000,
	largeNumbers: 'exact',
	isAtomic: true,
	goesOn: false,
	skipsDuplicates: false,
};

describe.each(ENGINES)('Sealbox Database on $name', ({ name, engine, isThere, start }) => {
	describeWith(name, isThere)('in n8n', () => {
		let server: Awaited<ReturnType<typeof startPostgres>>;
		let fields: Record<string, unknown>;
		let id: string;

		beforeAll(async () => {
			server = await start(forLocalhost, authority);
			fields = {
				engine,
				host: 'localhost',
				port: server.port,
				database: 'app',
				user: 'sealbox',
				password: server.password,
				tls: 'verifyCa',
				ca: authority.certificate,
			};
			id = await client.createCredential(`${name} rows`, 'sealboxDatabaseApi', fields);
			await sql('CREATE TABLE product (id int PRIMARY KEY, name varchar(20) NOT NULL, price int)');
			await sql('CREATE TABLE leak (id int PRIMARY KEY, note varchar(200))');
			await sql(`INSERT INTO leak VALUES (1, 'the password is ${server.password}!')`);
		}, 90_000);
		afterAll(async () => {
			drainPools();
			await server?.stop();
		});
		beforeEach(async () => await sql('DELETE FROM product'));

		/** Straight to the server, past n8n. */
		const sql = async (text: string) => {
			const question = { item: 0, statement: () => ({ text, values: [] }), without: () => [] };
			const { stored, failures } = await ask({ id: '', data: fields }, RULES, [question]);
			for (const error of failures.values()) throw error;
			return stored.map(({ row }) => row);
		};
		const inTable = async () => await sql('SELECT id, name, price FROM product ORDER BY id');

		const node = (parameters: object, settings: object = {}): NodeOnCanvas => ({
			name: 'Database',
			type: 'n8n-nodes-sealbox.sealboxDatabase',
			typeVersion: 1,
			parameters: { ...parameters },
			credentials: { sealboxDatabaseApi: { id, name: 'rows' } },
			...settings,
		});
		const run = async (nodes: NodeOnCanvas[]): Promise<Execution> =>
			await client.runOnce(inLine(`${name} rows`, ...nodes));
		const product = { table: { __rl: true, mode: 'name', value: 'product' } };
		const autoMap = { columns: { mappingMode: 'autoMapInputData', value: null } };
		const goOn = { onError: 'continueRegularOutput' };
		const pairs = (execution: Execution) =>
			(execution.data.resultData.runData.Database?.[0]?.data?.main[0] ?? []).map(
				(item) => (item as { pairedItem?: unknown }).pairedItem,
			);

		const THREE = [
			{ id: 1, name: 'ink', price: 3 },
			{ id: 2, name: "o'pen; DROP TABLE product; --", price: null },
			{ id: 3, name: 'paper', price: 9 },
		];

		test('items go in by their field names, and come out paired', async () => {
			const insert = node({ operation: 'insert', ...product, ...autoMap });
			const rows = THREE.map((row) => ({ ...row, name: row.name.slice(0, 20) }));
			const execution = await run([...items(...rows), insert]);
			expect(messageOf(execution)).toBe('');
			expect(outputOf(execution, 'Database')).toEqual(rows);
			expect(pairs(execution)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
			expect(await inTable()).toEqual(rows);
		});

		test('columns are filled as the form says; what is empty there gets the default', async () => {
			const value = { id: '={{ $json.id }}', name: '={{ $json.name.slice(0, 3) }}', price: null };
			const columns = { mappingMode: 'defineBelow', value, matchingColumns: ['id'] };
			const upsert = node({ operation: 'upsert', ...product, columns });
			await run([...items(...THREE), upsert]);
			const execution = await run([...items({ id: 3, name: 'ruler' }), upsert]);
			expect(messageOf(execution)).toBe('');
			expect(await inTable()).toEqual([
				{ id: 1, name: 'ink', price: null },
				{ id: 2, name: "o'p", price: null },
				{ id: 3, name: 'rul', price: null },
			]);
		});

		test('values of a query are bound, whatever they say', async () => {
			const execution = await run([
				...items({ id: 1, name: "x'); DROP TABLE product; --" }, { id: 2, name: 'plain' }),
				node({
					operation: 'executeQuery',
					query: 'SELECT $1 AS name, $2 AS id',
					specifyParameters: 'json',
					jsonParameters: '={{ [$json.name, String($json.id)] }}',
				}),
			]);
			expect(messageOf(execution)).toBe('');
			expect(outputOf(execution, 'Database')).toEqual([
				{ name: "x'); DROP TABLE product; --", id: '1' },
				{ name: 'plain', id: '2' },
			]);
			expect(await inTable()).toEqual([]);
		});

		test('an expression in a query is refused until it is allowed', async () => {
			const query = "INSERT INTO product (id, name) VALUES ({{ $json.id }}, 'spliced')";
			const given = { operation: 'executeQuery', query };
			const refused = await run([...items({ id: 1 }), node(given)]);
			expect(refused.status).toBe('error');
			expect(messageOf(refused)).toContain('put the expression into Query Parameters');
			expect(await inTable()).toEqual([]);
			const allowed = { ...given, options: { allowExpressions: true } };
			const execution = await run([...items({ id: 1 }), node(allowed)]);
			expect(messageOf(execution)).toBe('');
			expect(outputOf(execution, 'Database')).toEqual([{ success: true, affectedRows: 1 }]);
		});

		test('select and delete take conditions from items', async () => {
			await run([
				...items(THREE[0] as object, { ...THREE[1], name: 'pen' }, THREE[2] as object),
				node({ operation: 'insert', ...product, ...autoMap }),
			]);
			const where = (column: string, operator: string, value: string) => ({
				where: { values: [{ column, operator, value }] },
			});
			const read = await run([
				...items({ least: 4 }),
				node({
					operation: 'select',
					...product,
					...where('price', 'greater', '={{ $json.least }}'),
				}),
			]);
			expect(outputOf(read, 'Database')).toEqual([THREE[2]]);
			const deleted = await run([
				...items({ id: 1 }, { id: 77 }, { id: 3 }),
				node({ operation: 'deleteRows', ...product, ...where('id', 'equal', '={{ $json.id }}') }),
			]);
			expect(outputOf(deleted, 'Database').map(({ affectedRows }) => affectedRows)).toEqual([
				1, 0, 1,
			]);
			expect(await inTable()).toEqual([{ id: 2, name: 'pen', price: null }]);
		});

		test('rows go into a file on request', async () => {
			await sql(
				"INSERT INTO product (id, name, price) VALUES (1, 'ink, blue', 3), (2, 'pen', NULL)",
			);
			const options = { output: 'csv' };
			const sort = { sort: { values: [{ column: 'id', direction: 'ASC' }] } };
			const execution = await run([node({ operation: 'select', ...product, ...sort, options })]);
			expect(messageOf(execution)).toBe('');
			expect(outputOf(execution, 'Database')).toEqual([{ rows: 2 }]);
			const [item] = execution.data.resultData.runData.Database?.[0]?.data?.main[0] ?? [];
			const file = 'id,name,price\r\n1,"ink, blue",3\r\n2,pen,\r\n';
			expect((item as { binary?: unknown }).binary).toMatchObject({
				data: { fileName: 'rows.csv', mimeType: 'text/csv', fileSize: `${file.length} B` },
			});
		});

		test('nothing is deleted when nothing says what', async () => {
			await sql("INSERT INTO product (id, name) VALUES (1, 'ink')");
			const execution = await run([...items({}), node({ operation: 'deleteRows', ...product })]);
			expect(messageOf(execution)).toContain('Nothing says which rows to delete');
			expect(await inTable()).toHaveLength(1);
		});

		test('one bad item undoes all, and the error names it without its values', async () => {
			const secretive = 'a value that belongs to nobody else';
			const rows = [THREE[0] as object, { id: 2, name: secretive }, THREE[2] as object];
			const insert = node({ operation: 'insert', ...product, ...autoMap });
			const execution = await run([...items(...rows), insert]);
			const { error } = execution.data.resultData as { error?: { context?: object } };
			expect(messageOf(execution)).toContain('too long for');
			expect(error?.context).toMatchObject({ itemIndex: 1 });
			expect(JSON.stringify(error)).not.toContain(secretive);
			expect(await inTable()).toEqual([]);
		});

		test('where the run goes on, one bad item costs no other', async () => {
			const rows = [THREE[0] as object, { id: 2, name: null }, THREE[2] as object];
			const options = { transaction: 'item' };
			const insert = node({ operation: 'insert', ...product, ...autoMap, options }, goOn);
			const execution = await run([...items(...rows), insert]);
			expect(execution.status).toBe('success');
			expect(pairs(execution)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
			expect(outputOf(execution, 'Database')[1]).toEqual({
				error: expect.stringContaining('must not be empty'),
				details: { code: 'ERR_STATEMENT_FAILED' },
			});
			expect(await inTable()).toHaveLength(2);
		});

		test('the editor lists schemas, tables and columns, and says why when it cannot', async () => {
			const post = async (list: string, methodName: string, credential = id) =>
				await client.post(`/rest/dynamic-node-parameters/${list}`, {
					path: 'parameters.table',
					nodeTypeAndVersion: { name: 'n8n-nodes-sealbox.sealboxDatabase', version: 1 },
					currentNodeParameters: { operation: 'insert', schema: { value: '' }, ...product },
					methodName,
					credentials: { sealboxDatabaseApi: { id: credential, name: 'rows' } },
				});
			const names = (answer: unknown) =>
				(answer as { results: { name: string }[] }).results.map((result) => result.name);
			expect(names(await post('resource-locator-results', 'searchSchemas'))).toContain(
				engine === 'postgres' ? 'public' : 'app',
			);
			expect(names(await post('resource-locator-results', 'searchTables'))).toEqual([
				'leak',
				'product',
			]);
			const { fields: columns } = (await post('resource-mapper-fields', 'columnsToMap')) as {
				fields: object[];
			};
			expect(columns).toMatchObject([
				{ id: 'id', type: 'number', required: true, defaultMatch: true },
				{ id: 'name', type: 'string', required: true },
				{ id: 'price', type: 'number', required: false },
			]);
			expect(await post('options', 'listColumns')).toMatchObject([
				{ value: 'id' },
				{ value: 'name' },
				{ value: 'price' },
			]);
			const wrong = await client.createCredential(`${name} wrong`, 'sealboxDatabaseApi', {
				...fields,
				database: 'forbidden',
			});
			await expect(post('resource-locator-results', 'searchTables', wrong)).rejects.toThrow(
				/may not open this database/,
			);
		});

		test('a credential that holds an expression is resolved for each item', async () => {
			const varying = await client.createCredential(`${name} varies`, 'sealboxDatabaseApi', {
				...fields,
				database: '={{ $json.database }}',
			});
			const query = node({ operation: 'executeQuery', query: 'SELECT 1 AS one' }, goOn);
			query.credentials = { sealboxDatabaseApi: { id: varying, name: 'varies' } };
			const execution = await run([
				...items({ database: 'app' }, { database: 'forbidden' }),
				query,
			]);
			expect(outputOf(execution, 'Database')).toEqual([
				{ one: 1 },
				{
					error: expect.stringContaining('may not open this database'),
					details: { code: 'ERR_SERVER_REFUSED' },
				},
			]);
		});

		test('a changed password is used from the next run on, without a restart', async () => {
			const query = node({ operation: 'executeQuery', query: 'SELECT 1 AS one' });
			expect(outputOf(await run([query]), 'Database')).toEqual([{ one: 1 }]);
			await client.updateCredential(id, `${name} rows`, 'sealboxDatabaseApi', {
				...fields,
				password: 'not the password any more',
			});
			expect(messageOf(await run([query]))).toContain('Check User and Password');
			await client.updateCredential(id, `${name} rows`, 'sealboxDatabaseApi', fields);
			expect(outputOf(await run([query]), 'Database')).toEqual([{ one: 1 }]);
		});

		test('the password is nowhere, even where the database shows it', async () => {
			const leak = { table: { __rl: true, mode: 'name', value: 'leak' } };
			const execution = await run([node({ operation: 'select', ...leak })]);
			expect(JSON.stringify(outputOf(execution, 'Database'))).toMatch(/the password is .+!/);
			const canary = { name: `password of ${name}`, value: server.password };
			expect(sightings([canary], client)).toEqual([]);
		});
	});
});
