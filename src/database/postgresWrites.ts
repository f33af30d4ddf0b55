import type { Entry } from './entry';
import type { Row, Statement } from './link';
import { quoted, quotedList } from './names';
import type { Stored } from './settle';
import type { Target } from './write';

/**
 * Rows travel as one JSON value, and the server turns each field into the type of its column: one
 * parameter for thousands of rows, and arrays, enumerations and ranges need no rule of ours.
 */

const name = (column: string): string => quoted('postgres', column);
const list = (columns: readonly string[]): string => quotedList('postgres', columns);

/** Where an update says which row of the JSON value it used. No column can have this name by chance. */
const ITEM = 'sealbox: item';

export function statementFor(
	table: string,
	{ change, matchOn }: Target,
	entries: readonly Entry[],
): Statement {
	const [{ columns }] = entries as [Entry];
	if (columns.length === 0) {
		return { text: `INSERT INTO ${table} DEFAULT VALUES RETURNING *`, values: [] };
	}
	const values = [`[${entries.map(({ sent }) => sent as string).join(',')}]`];
	if (change === 'update') return { text: update(table, columns, matchOn), values };
	const insert = `INSERT INTO ${table} (${list(columns)}) SELECT ${list(columns)} FROM json_populate_recordset(NULL::${table}, $1::json)`;
	const conflict = change === 'upsert' ? ` ${onConflict(columns, matchOn)}` : '';
	return { text: `${insert}${conflict} RETURNING *`, values };
}

/** With nothing to change, a key is set to itself: else the row would not be given back. */
function onConflict(columns: readonly string[], matchOn: readonly string[]): string {
	const others = columns.filter((column) => !matchOn.includes(column));
	const changed = others.length > 0 ? others : matchOn.slice(0, 1);
	const sets = changed.map((column) => `${name(column)} = EXCLUDED.${name(column)}`);
	return `ON CONFLICT (${list(matchOn)}) DO UPDATE SET ${sets.join(', ')}`;
}

function update(table: string, columns: readonly string[], matchOn: readonly string[]): string {
	const sets = columns
		.filter((column) => !matchOn.includes(column))
		.map((column) => `${name(column)} = source.${name(column)}`);
	const matches = matchOn.map((column) => `target.${name(column)} = source.${name(column)}`);
	return [
		`UPDATE ${table} AS target SET ${sets.join(', ')}`,
		'FROM json_array_elements($1::json) WITH ORDINALITY AS entry(value, item),',
		`LATERAL json_populate_record(NULL::${table}, entry.value) AS source`,
		`WHERE ${matches.join(' AND ')} RETURNING target.*, entry.item::int AS "${ITEM}"`,
	].join(' ');
}

/** Which item each row came from. Inserted rows come back in the order in which they were sent. */
export function pairs(target: Target, entries: readonly Entry[], rows: Row[]): Stored[] {
	if (target.change === 'update') return rows.map((row) => numbered(row, entries));
	if (rows.length === entries.length) {
		return rows.map((row, index) => ({ item: (entries[index] as Entry).item, row }));
	}
	// A trigger or a rule kept some rows out: which ones, the database does not say.
	const items = entries.map(({ item }) => item);
	return rows.map((row) => ({ item: items.length === 1 ? (items[0] as number) : items, row }));
}

function numbered(row: Row, entries: readonly Entry[]): Stored {
	const { item } = entries[Number(row[ITEM]) - 1] as Entry;
	delete row[ITEM];
	return { item, row };
}
