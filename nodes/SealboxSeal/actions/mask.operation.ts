import { maskFields } from '../../../src/sealing/itemFields';
import type { Operation } from '../operation';
import { selectionOf } from '../parameters';

/** Puts a stand-in of fixed shape in place of the selected fields. */
export const mask: Operation = async (context) => async (json, item) => {
	const reveal = context.getNodeParameter('show', item) === 'ends' ? 'ends' : 'none';
	return maskFields(json, selectionOf(context, item), { reveal });
};
