import type { Entry } from './entry';
import type { Statement } from './link';
import { quoted, quotedList } from './names';
import type { Target } from './write';

const name = (column: string): string => quoted('mysql', column);

export function statementFor(
	table: string,
	{ change, matchOn }: Target,
	entries: readonly Entry[],
): Statement {
	const [first] = entries as [Entry];
	if (change === 'update') return update(table, first, matchOn);
	const { columns } = first;
	const row = `(${columns.map(() => '?').join(',')})`;
	const rows = entries.map(() => row).join(',');
	const insert = `INSERT INTO ${table} (${quotedList('mysql', columns)}) VALUES ${rows}`;
	return {
		text: change === 'upsert' ? `${insert} ${onDuplicate(columns, matchOn)}` : insert,
		values: entries.flatMap(({ sent }) => sent as readonly unknown[]),
	};
}

/** `VALUES()` is what MySQL and MariaDB both understand. */
function onDuplicate(columns: readonly string[], matchOn: readonly string[]): string {
	const others = columns.filter((column) => !matchOn.includes(column));
	const changed = others.length > 0 ? others : matchOn.slice(0, 1);
	const sets = changed.map((column) => `${name(column)} = VALUES(${name(column)})`);
	return `ON DUPLICATE KEY UPDATE ${sets.join(', ')}`;
}

function update(table: string, { columns, sent }: Entry, matchOn: readonly string[]): Statement {
	const valueOf = (column: string) => (sent as readonly unknown[])[columns.indexOf(column)];
	const others = columns.filter((column) => !matchOn.includes(column));
	const sets = others.map((column) => `${name(column)} = ?`).join(', ');
	const matches = matchOn.map((column) => `${name(column)} = ?`).join(' AND ');
	return {
		text: `UPDATE ${table} SET ${sets} WHERE ${matches}`,
		values: [...others, ...matchOn].map(valueOf),
	};
}
