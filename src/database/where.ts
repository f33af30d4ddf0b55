import { bindable } from './bind';
import type { Engine, Statement } from './link';
import { invalid, quoted, quotedList, quotedTable, type Table } from './names';

export const OPERATORS = [
	'equal',
	'notEqual',
	'greater',
	'greaterOrEqual',
	'less',
	'lessOrEqual',
	'like',
	'notLike',
	'in',
	'isNull',
	'isNotNull',
] as const;

export type Operator = (typeof OPERATORS)[number];

export interface Condition {
	readonly column: string;
	readonly operator: Operator;
	readonly value?: unknown;
}

export interface Where {
	readonly conditions: readonly Condition[];
	readonly combine: 'AND' | 'OR';
}

export interface Selection {
	readonly table: Table;
	readonly where: Where;
	/** Empty for all. */
	readonly columns: readonly string[];
	readonly sort: readonly { column: string; descending: boolean }[];
	/** `null` for all rows. */
	readonly limit: number | null;
}

const SYMBOLS: Partial<Record<Operator, string>> = {
	equal: '=',
	notEqual: '<>',
	greater: '>',
	greaterOrEqual: '>=',
	less: '<',
	lessOrEqual: '<=',
	like: 'LIKE',
	notLike: 'NOT LIKE',
};

export function selectFrom(engine: Engine, selection: Selection): Statement {
	const { columns, sort, limit } = selection;
	const { text, values } = whereOf(engine, selection.where);
	const order = sort.map(
		({ column, descending }) => `${quoted(engine, column)} ${descending ? 'DESC' : 'ASC'}`,
	);
	return {
		text: [
			`SELECT ${columns.length === 0 ? '*' : quotedList(engine, columns)}`,
			`FROM ${quotedTable(engine, selection.table)}${text}`,
			...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
			...(limit === null ? [] : [`LIMIT ${wholeNumber(limit)}`]),
		].join(' '),
		values,
	};
}

/** @throws {@link StatementError} when nothing says which rows, unless all are meant */
export function deleteFrom(
	engine: Engine,
	table: Table,
	where: Where,
	{ meansAll }: { meansAll: boolean },
): Statement {
	if (!meansAll && where.conditions.length === 0) {
		throw invalid(
			'Nothing says which rows to delete. Add a condition, or choose All Rows under Delete.',
		);
	}
	const { text, values } = meansAll ? { text: '', values: [] } : whereOf(engine, where);
	return { text: `DELETE FROM ${quotedTable(engine, table)}${text}`, values };
}

function whereOf(engine: Engine, { conditions, combine }: Where): Statement {
	const values: unknown[] = [];
	const bind = (value: unknown): string => {
		values.push(value);
		return engine === 'postgres' ? `$${values.length}` : '?';
	};
	const parts = conditions.map((condition) => partOf(engine, condition, bind));
	return { text: parts.length === 0 ? '' : ` WHERE ${parts.join(` ${combine} `)}`, values };
}

function partOf(engine: Engine, condition: Condition, bind: (value: unknown) => string): string {
	const { operator } = condition;
	const column = quoted(engine, condition.column);
	if (operator === 'isNull') return `${column} IS NULL`;
	if (operator === 'isNotNull') return `${column} IS NOT NULL`;
	const name = `The value for column "${condition.column}"`;
	if (operator === 'in') return oneOf(engine, column, listOf(condition.value), bind, name);
	const symbol = SYMBOLS[operator];
	if (symbol === undefined)
		throw invalid('The operator of a condition is none that the form offers.');
	const value = bindable(engine, condition.value, name);
	if (value === null) {
		throw invalid(
			`${name} is empty (null), and nothing ever equals that. Choose Is Null, or give a value.`,
		);
	}
	return `${column} ${symbol} ${bind(value)}`;
}

function oneOf(
	engine: Engine,
	column: string,
	list: readonly unknown[],
	bind: (value: unknown) => string,
	name: string,
): string {
	const values = list.map((value) => bindable(engine, value, name));
	if (engine === 'postgres') return `${column} = ANY(${bind(values)})`;
	return values.length === 0 ? 'FALSE' : `${column} IN (${values.map(bind).join(', ')})`;
}

/** A list, or text with commas between the values, as people write it into a form. */
function listOf(value: unknown): readonly unknown[] {
	if (Array.isArray(value)) return value;
	if (typeof value !== 'string') return [value];
	return value.split(',').map((entry) => entry.trim());
}

function wholeNumber(limit: number): number {
	if (Number.isSafeInteger(limit) && limit >= 0) return limit;
	throw invalid('Limit is a whole number, 0 or more.');
}
