import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { SealboxError } from '../../../src/sealing/error';
import { openValue } from '../../../src/sealing/itemFields';
import { needlesIn } from '../../../src/sealing/itemNeedles';
import { createScrubber, type Needle, type Scrubber } from '../../../src/sealing/scrub';
import type { Operation } from '../operation';
import { entriesOf, sealingOf } from '../parameters';

/**
 * Removes known secrets from whole items: the secrets of all items from every item, because an
 * answer may carry what another item sent.
 */
export const scrub: Operation = async (context, items) => {
	const found = await Promise.all(
		items.map(async ({ json }, item) => await needlesOrFailure(context, json, item)),
	);
	const scrubber = createScrubber(found.flatMap((each) => ('failure' in each ? [] : each.needles)));
	warnOfWeak(context, scrubber);
	return async (json, item) => {
		const each = found[item];
		if ('failure' in each) throw each.failure;
		return scrubber.value(json);
	};
};

type Found = { needles: Needle[] } | { failure: unknown };

/** A failure is kept for its item's turn: the secrets of the others are looked for all the same. */
async function needlesOrFailure(
	context: IExecuteFunctions,
	json: IDataObject,
	item: number,
): Promise<Found> {
	try {
		const paths = entriesOf(context, 'sourceFields', 'Fields with Secrets', item);
		const mayMiss = context.getNodeParameter('ignoreMissing', item) as boolean;
		return { needles: needlesIn(json, paths, mayMiss, await openerOf(context, item)) };
	} catch (failure) {
		return { failure };
	}
}

async function openerOf(
	context: IExecuteFunctions,
	item: number,
): Promise<(envelope: string) => unknown> {
	if (context.getNodeParameter('secretsAre', item) === 'sealed') {
		const sealing = await sealingOf(context, item);
		return (envelope) => openValue(envelope, sealing);
	}
	return () => {
		throw new SealboxError(
			'ERR_VALUE_INVALID',
			'A secret field holds a sealed value. Set "Secrets Are" to "In Sealed Fields".',
		);
	};
}

function warnOfWeak(context: IExecuteFunctions, { weak }: Scrubber): void {
	if (weak.length === 0) return;
	const names = [...new Set(weak.map(({ name }) => name))].join(', ');
	context.addExecutionHints({
		message: `Too short or too common to be found inside other text, so removed only where they are a whole value: ${names}`,
		type: 'warning',
		location: 'outputPane',
	});
}
