import { ask } from '../../../src/database/work';
import type { Operation } from '../operation';
import { read } from '../parameters';
import { queryOf } from '../query';

/** Runs the query once for each item. */
export const executeQuery: Operation = async ({
	context,
	parameters,
	access,
	rules,
	items,
	files,
}) =>
	await ask(
		access,
		rules,
		items.map((item) => ({
			item,
			...files.sinkOf(parameters, item),
			statement: (engine) => read(() => queryOf(context, parameters, item, engine)),
			without: ({ affectedRows, insertId }) => [
				{ success: true, affectedRows, ...(insertId === undefined ? {} : { insertId }) },
			],
		})),
	);
