import { deleteFrom } from '../../../src/database/where';
import { ask } from '../../../src/database/work';
import { whereOf } from '../conditions';
import type { Operation } from '../operation';
import { read, tableOf } from '../parameters';

/** Deletes the rows that fit, once for each item, and says how many they were. */
export const deleteRows: Operation = async ({ parameters, access, rules, items }) =>
	await ask(
		access,
		rules,
		items.map((item) => ({
			item,
			statement: (engine) => {
				const meansAll = parameters.choice('deleteWhat', item, 'fitting') === 'all';
				const where = read(() => whereOf(parameters, item));
				return deleteFrom(engine, tableOf(parameters, item), where, { meansAll });
			},
			without: ({ affectedRows }) => [{ success: true, affectedRows }],
		})),
	);
