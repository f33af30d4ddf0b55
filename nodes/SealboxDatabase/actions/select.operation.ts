import { selectFrom } from '../../../src/database/where';
import { ask } from '../../../src/database/work';
import { whereOf } from '../conditions';
import type { Operation, Task } from '../operation';
import { listed, option, read, tableOf } from '../parameters';

interface SortRule {
	column?: string;
	direction?: string;
}

/** Reads the rows that fit, once for each item. */
export const select: Operation = async (task) =>
	await ask(
		task.access,
		task.rules,
		task.items.map((item) => ({
			item,
			...task.files.sinkOf(task.parameters, item),
			statement: (engine) =>
				selectFrom(
					engine,
					read(() => selectionOf(task, item)),
				),
			without: () => [],
		})),
	);

function selectionOf({ parameters }: Task, item: number) {
	const sort = parameters.get<SortRule[]>('sort.values', item, []);
	const returnsAll = parameters.get('returnAll', item, false);
	return {
		table: tableOf(parameters, item),
		where: whereOf(parameters, item),
		columns: listed(option(parameters, 'outputColumns', '', item)),
		sort: sort.map(({ column = '', direction }) => ({ column, descending: direction === 'DESC' })),
		limit: returnsAll ? null : Number(parameters.get<unknown>('limit', item, 50)),
	};
}
