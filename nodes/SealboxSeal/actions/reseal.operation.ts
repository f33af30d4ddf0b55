import { resealFields } from '../../../src/sealing/itemFields';
import type { Operation } from '../operation';
import { sealingOf, selectionOf } from '../parameters';

/** Moves sealed values to the present key. */
export const reseal: Operation = async (context) => async (json, item) =>
	resealFields(json, selectionOf(context, item), await sealingOf(context, item));
