import type { BatchRules } from './batches';
import type { Entry } from './entry';
import type { Engine, LargeNumbers, Link, Row } from './link';
import { invalid, quotedTable, type Table } from './names';
import * as mysql from './mysqlWrites';
import * as postgres from './postgresWrites';
import type { Stored } from './settle';

export type Change = 'insert' | 'update' | 'upsert';

/** What is done to a table, and by which columns rows are found. */
export interface Target {
	readonly change: Change;
	readonly table: Table;
	/** For update and upsert. */
	readonly matchOn: readonly string[];
}

/** Large enough that the way to the server hardly counts, small enough for every server's limits. */
const BATCHES: Record<Engine, BatchRules> = {
	postgres: { maxRows: 5000, maxBytes: 8e6, maxValues: Number.POSITIVE_INFINITY },
	mysql: { maxRows: 1000, maxBytes: 4e6, maxValues: 30_000 },
};

/** Updates in MySQL and MariaDB go one by one: their result tells how many rows matched, not which. */
export const batchRulesOf = (engine: Engine, { change }: Target): BatchRules =>
	engine === 'mysql' && change === 'update' ? { ...BATCHES.mysql, maxRows: 1 } : BATCHES[engine];

/**
 * Writes rows by one statement, and tells for each row that there is now which item it came from. In
 * PostgreSQL it is the row of the table, defaults included; MySQL has no way to tell, so that it is
 * what was sent.
 */
export async function write(
	link: Link,
	target: Target,
	entries: readonly Entry[],
	largeNumbers: LargeNumbers,
): Promise<Stored[]> {
	const [first] = entries as [Entry];
	assertColumns(target, first);
	const table = quotedTable(link.engine, target.table);
	if (link.engine === 'mysql') {
		const { affectedRows } = await link.run(mysql.statementFor(table, target, entries));
		const isKept = target.change !== 'update' || affectedRows > 0;
		return isKept ? entries.map(({ item, row }) => ({ item, row })) : [];
	}
	let rows: Row[] = [];
	const reading = { largeNumbers, all: (found: Row[]) => void (rows = found) };
	await link.run(postgres.statementFor(table, target, entries), reading);
	return postgres.pairs(target, entries, rows);
}

function assertColumns({ change, matchOn }: Target, { columns }: Entry): void {
	if (change === 'insert') return;
	if (matchOn.length === 0) {
		throw invalid('Choose at least one column under Columns to Match On.');
	}
	const missing = matchOn.find((name) => !columns.includes(name));
	if (missing !== undefined) {
		throw invalid(
			`Column ${JSON.stringify(missing.slice(0, 64))} is to be matched on, but has no value. Give it one.`,
		);
	}
	if (change === 'update' && columns.length === matchOn.length) {
		throw invalid('There is nothing to update: every column is one to match on. Give one more.');
	}
}
