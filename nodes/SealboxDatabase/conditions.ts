import type { Condition, Where } from '../../src/database/where';
import type { Parameters } from '../parameters';

/** The conditions of one item. */
export const whereOf = (parameters: Parameters, item: number): Where => ({
	conditions: parameters
		.get<Partial<Condition>[]>('where.values', item, [])
		.map(({ column = '', operator = 'equal', value = '' }) => ({ column, operator, value })),
	combine: parameters.choice('combineConditions', item, 'AND') === 'OR' ? 'OR' : 'AND',
});
