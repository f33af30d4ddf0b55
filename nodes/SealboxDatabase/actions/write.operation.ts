import { change, type Result } from '../../../src/database/work';
import type { Change } from '../../../src/database/write';
import type { Row } from '../../../src/database/link';
import type { Table } from '../../../src/database/names';
import type { SealboxError } from '../../../src/sealing/error';
import type { Operation, Task } from '../operation';
import { inWords, option, read, tableOf } from '../parameters';

/** Insert, update and upsert: the rows of items, by table. */
export const writing =
	(what: Change): Operation =>
	async (task) => {
		const { parameters, access, rules } = task;
		const { tables, failures } = rowsByTable(task);
		const [first] = failures.values();
		// All or nothing begins with what the form says.
		if (first !== undefined && (rules.isAtomic || !rules.goesOn)) {
			return { stored: [], failures, bytes: new Set() };
		}
		const matchOn = what === 'insert' ? [] : matchingColumns(task);
		const results: Result[] = [];
		for (const { table, rows } of tables) {
			const entries = {
				ignoresUnknown: option(parameters, 'ignoreUnknown', false),
				emptyTextIsNull: option(parameters, 'emptyTextIsNull', false),
			};
			results.push(
				await change(access, { ...rules, ...entries }, { change: what, table, matchOn }, rows),
			);
		}
		return {
			stored: results.flatMap(({ stored }) => stored),
			failures: new Map([...results.flatMap((result) => [...result.failures]), ...failures]),
			bytes: new Set(results.flatMap(({ bytes }) => [...bytes])),
		};
	};

interface TableRows {
	readonly table: Table;
	readonly rows: { item: number; row: Row }[];
}

function rowsByTable(task: Task) {
	const tables = new Map<string, TableRows>();
	const failures = new Map<number, SealboxError>();
	const rowOf = rowReader(task);
	for (const item of task.items) {
		try {
			const table = tableOf(task.parameters, item);
			const key = JSON.stringify(table);
			const known = tables.get(key) ?? { table, rows: [] };
			known.rows.push({ item, row: rowOf(item) });
			tables.set(key, known);
		} catch (error) {
			failures.set(item, inWords(error));
		}
	}
	return { tables: [...tables.values()], failures };
}

/** How the columns of an item are found: by the names of its fields, or as the form says. */
function rowReader({ context, parameters }: Task): (item: number) => Row {
	const input = context.getInputData();
	if (parameters.choice('columns.mappingMode', 0, 'autoMapInputData') === 'autoMapInputData') {
		return (item) => input[item]?.json ?? {};
	}
	const raw = (parameters.raw('columns.value') ?? {}) as Row;
	// What was never filled in gets the default of the table; an expression may well give null.
	const filled = Object.keys(raw).filter((name) => raw[name] !== null && raw[name] !== undefined);
	return (item) => {
		const values = read(() => parameters.get<Row | null>('columns.value', item, {})) ?? {};
		return Object.fromEntries(filled.map((name) => [name, values[name]]));
	};
}

const matchingColumns = ({ parameters }: Task): string[] =>
	((parameters.raw('columns.matchingColumns') ?? []) as unknown[]).map(String);
