import { SealboxError } from '../../../src/sealing/error';
import { openFields } from '../../../src/sealing/itemFields';
import type { Operation } from '../operation';
import { sealingOf, selectionOf } from '../parameters';

/** Puts sealed values back in clear, which has to be asked for twice: by the operation and by the switch. */
export const open: Operation = async (context) => async (json, item) => {
	if (context.getNodeParameter('reveal', item) !== true) {
		throw new SealboxError(
			'ERR_REVEAL_REFUSED',
			'Open puts values into the items in clear, where later nodes and the stored execution can hold them. Turn on "Reveal Opened Values" if that is what you want.',
		);
	}
	return openFields(json, selectionOf(context, item), await sealingOf(context, item));
};
