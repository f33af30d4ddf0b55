import { sealFields } from '../../../src/sealing/itemFields';
import type { Operation } from '../operation';
import { sealingOf, selectionOf } from '../parameters';

/** Replaces the selected fields by sealed values. */
export const seal: Operation = async (context) => async (json, item) =>
	sealFields(json, selectionOf(context, item), await sealingOf(context, item));
