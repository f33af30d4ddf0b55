import { redactFields } from '../../../src/sealing/itemFields';
import type { Operation } from '../operation';
import { selectionOf } from '../parameters';

/** Takes whatever stands in the selected fields out of the item. */
export const redact: Operation = async (context) => async (json, item) =>
	redactFields(json, selectionOf(context, item));
