import type { Link, Row, Statement } from './link';
import { invalid, type Table } from './names';

/** What the database says about its tables: names and types, never data. */
export interface Column {
	readonly name: string;
	/** The engine's own name of the type, for instance `jsonb` or `varchar`. */
	readonly type: string;
	/** Whether a row may leave it out. */
	readonly isOptional: boolean;
	/** Whether the database computes it, so that nothing may be stored in it. */
	readonly isComputed: boolean;
	readonly isKey: boolean;
}

const POSTGRES_COLUMNS = `
SELECT a.attname AS name,
	CASE WHEN t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A' THEN 'ARRAY'
		WHEN t.typtype = 'd' THEN (SELECT typname FROM pg_type b WHERE b.oid = t.typbasetype)
		ELSE t.typname END AS type,
	(NOT a.attnotnull OR a.atthasdef OR a.attidentity <> '') AS optional,
	(a.attgenerated <> '' OR a.attidentity = 'a') AS computed,
	EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique
		AND a.attnum = ANY (i.indkey)) AS key
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`;

const MYSQL_COLUMNS = `
SELECT column_name AS name, data_type AS type,
	(is_nullable = 'YES' OR column_default IS NOT NULL OR extra LIKE '%auto_increment%') AS optional,
	(extra LIKE '%GENERATED%') AS computed, (column_key IN ('PRI', 'UNI')) AS \`key\`
FROM information_schema.columns
WHERE table_schema = COALESCE(NULLIF(?, ''), DATABASE()) AND table_name = ?
ORDER BY ordinal_position`;

const POSTGRES_SCHEMAS = `
SELECT nspname AS name FROM pg_namespace
WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
	AND has_schema_privilege(oid, 'USAGE') ORDER BY 1`;

const MYSQL_SCHEMAS = `
SELECT schema_name AS name FROM information_schema.schemata
WHERE schema_name NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY 1`;

const POSTGRES_TABLES = `
SELECT relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
	AND CASE WHEN $1 = '' THEN pg_table_is_visible(c.oid)
		AND n.nspname NOT IN ('pg_catalog', 'information_schema') ELSE nspname = $1 END
ORDER BY 1`;

const MYSQL_TABLES = `
SELECT table_name AS name FROM information_schema.tables
WHERE table_schema = COALESCE(NULLIF(?, ''), DATABASE()) ORDER BY 1`;

/** The columns of a table. @throws {@link StatementError} when there is no such table */
export async function columnsOf(
	link: Link,
	table: Table,
	qualified: string,
): Promise<readonly Column[]> {
	const rows = await rowsOf(
		link,
		link.engine === 'postgres'
			? { text: POSTGRES_COLUMNS, values: [qualified] }
			: { text: MYSQL_COLUMNS, values: [table.schema, table.name] },
	);
	if (rows.length === 0) {
		throw invalid(
			'There is no such table. Choose it again under Table, and check Schema, and that the user of the credential may use it.',
		);
	}
	return rows.map(({ name, type, optional, computed, key }) => ({
		name: String(name),
		type: String(type).toLowerCase(),
		isOptional: Boolean(optional),
		isComputed: Boolean(computed),
		isKey: Boolean(key),
	}));
}

export const schemasOf = async (link: Link): Promise<string[]> =>
	await namesOf(link, {
		text: link.engine === 'postgres' ? POSTGRES_SCHEMAS : MYSQL_SCHEMAS,
		values: [],
	});

export const tablesOf = async (link: Link, schema: string): Promise<string[]> =>
	await namesOf(link, {
		text: link.engine === 'postgres' ? POSTGRES_TABLES : MYSQL_TABLES,
		values: [schema],
	});

const namesOf = async (link: Link, statement: Statement): Promise<string[]> =>
	(await rowsOf(link, statement)).map(({ name }) => String(name));

async function rowsOf(link: Link, statement: Statement): Promise<Row[]> {
	const rows: Row[] = [];
	await link.run(statement, { largeNumbers: 'exact', all: (found) => void rows.push(...found) });
	return rows;
}
