import { bindable, isMoment, isoOf, jsonOf, mysqlDate } from './bind';
import type { Column } from './catalogue';
import { StatementError } from './error';
import type { Engine, Row } from './link';

/** One row to write, ready to be sent. */
export interface Entry {
	/** The item it comes from. */
	readonly item: number;
	/** Columns in order; what is not among them gets the default of the table. */
	readonly columns: readonly string[];
	/** As the item has it. */
	readonly row: Row;
	/** PostgreSQL: the row as JSON text. MySQL: one value for each column. */
	readonly sent: string | readonly unknown[];
	/** Bytes of what is sent, roughly. */
	readonly size: number;
	/** Equal for rows that match the same row of the table. */
	readonly key: string;
}

export interface EntryRules {
	readonly columns: readonly Column[];
	/** What rows are found by; empty for a plain insert. */
	readonly matchOn: readonly string[];
	/** Whether fields without a column are left out instead of refused. */
	readonly ignoresUnknown: boolean;
	readonly emptyTextIsNull: boolean;
}

const MOMENTS = new Set(['datetime', 'timestamp']);

/** Makes rows ready for one table. */
export function entryMaker(engine: Engine, rules: EntryRules): (item: number, row: Row) => Entry {
	const types = new Map(rules.columns.map(({ name, type }) => [name, type]));
	const known = (name: string, type: string | undefined): boolean => {
		if (type !== undefined) return true;
		if (rules.ignoresUnknown) return false;
		throw new StatementError(
			`The table has no column ${JSON.stringify(name.slice(0, 64))}. Rename or remove the field, or turn on Ignore Unknown Fields.`,
			'row',
			'ERR_STATEMENT_INVALID',
		);
	};
	return (item, row) => {
		const columns: string[] = [];
		const cells: unknown[] = [];
		for (const name of Object.keys(row)) {
			const type = types.get(name);
			if (!known(name, type)) continue;
			const value = rules.emptyTextIsNull && row[name] === '' ? null : row[name];
			columns.push(name);
			cells.push(cellOf(engine, type as string, value, name));
		}
		return {
			item,
			columns,
			row,
			...sentAs(engine, columns, cells),
			key: keyOf(row, rules.matchOn),
		};
	};
}

function sentAs(engine: Engine, columns: readonly string[], cells: unknown[]) {
	if (engine === 'postgres') {
		const row: Row = {};
		columns.forEach((name, index) => (row[name] = cells[index]));
		const sent = JSON.stringify(row);
		return { sent, size: sent.length };
	}
	const size = cells.reduce<number>(
		(sum, cell) => sum + (typeof cell === 'string' || Buffer.isBuffer(cell) ? cell.length : 8),
		0,
	);
	return { sent: cells, size };
}

const keyOf = (row: Row, matchOn: readonly string[]): string =>
	matchOn.length === 0 ? '' : JSON.stringify(matchOn.map((name) => String(row[name])));

function cellOf(engine: Engine, type: string, value: unknown, name: string): unknown {
	if (engine === 'postgres') return jsonCell(type, value, name);
	if (typeof value === 'string' && MOMENTS.has(type) && isMoment(value)) return mysqlDate(value);
	return bindable(engine, value, `Field "${name}"`);
}

const JSON_TYPES = new Set(['json', 'jsonb']);

/**
 * A value as it stands in the JSON row that PostgreSQL takes apart; the server turns it into the type
 * of the column. Text that is a JSON object or list goes into a JSON column as what it says.
 */
function jsonCell(type: string, value: unknown, name: string): unknown {
	if (typeof value === 'string') return JSON_TYPES.has(type) ? jsonOrText(value) : value;
	if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
	if (typeof value !== 'object') return bindable('postgres', value, `Field "${name}"`);
	if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
	return isoOf(value, `Field "${name}"`) ?? (jsonOf(value, `Field "${name}"`) && value);
}

function jsonOrText(text: string): unknown {
	if (!/^\s*[[{]/.test(text)) return text;
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
