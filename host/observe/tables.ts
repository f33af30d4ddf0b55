import { DatabaseSync } from 'node:sqlite';
import { query } from '../servers/postgres.ts';

/** What one column of a table holds, as one text. */
export interface Column {
	name: string;
	content: Buffer;
}

/**
 * Every table of a SQLite database. Its file alone does not do: a value may lie across two pages.
 */
export function readSqlite(file: string): Column[] {
	const database = new DatabaseSync(file, { readOnly: true });
	try {
		return database
			.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
			.all()
			.flatMap(({ name }) => {
				const rows = database.prepare(`SELECT * FROM "${String(name)}"`).all();
				return columnsOf(String(name), rows);
			});
	} finally {
		database.close();
	}
}

function columnsOf(table: string, rows: Record<string, unknown>[]): Column[] {
	const [first = {}] = rows;
	return Object.keys(first).map((column) => ({
		name: `table ${table}.${column}`,
		content: joined(rows.map((row) => row[column])),
	}));
}

const TABLES = `
	SELECT table_schema, table_name, json_agg(column_name ORDER BY ordinal_position)
	FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
	WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
	GROUP BY 1, 2`;

/** Every table of a PostgreSQL database, values unescaped. */
export async function readPostgres(port: number): Promise<Column[]> {
	const columns: Column[] = [];
	for (const [schema, table, names] of await query(port, TABLES)) {
		const rows = await query(port, `SELECT * FROM "${schema}"."${table}"`);
		for (const [index, name] of (JSON.parse(names as string) as string[]).entries()) {
			const values = rows.map((row) => row[index]);
			columns.push({ name: `table ${table}.${name}`, content: joined(values.map(fromBytea)) });
		}
	}
	return columns;
}

const fromBytea = (value: string | null): unknown =>
	value?.startsWith('\\x') ? Buffer.from(value.slice(2), 'hex') : value;

const joined = (values: unknown[]): Buffer =>
	Buffer.concat(values.flatMap((value) => [bytesOf(value), Buffer.from('\n')]));

const bytesOf = (value: unknown): Buffer =>
	value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value ?? ''));
