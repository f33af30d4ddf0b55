import { textOrNull } from './encoding';
import { demand } from './refusal';
import type { Incoming } from './request';

const REPLACEMENT = '\uFFFD';

/**
 * The parameters of a form-encoded body: each name in order, followed by its value; a name that comes
 * several times by each of its different values, in order.
 *
 * Bytes that are no UTF-8 are refused: decoding would make one of several.
 *
 * @see twilio-node, src/webhooks/webhooks.ts
 */
export function formText(incoming: Incoming): string {
	const text = textOrNull(incoming.rawBody);
	demand(text !== null, 'bad_body');
	const fields = new Map<string, Set<string>>();
	for (const [name, value] of new URLSearchParams(text)) {
		demand(!name.includes(REPLACEMENT) && !value.includes(REPLACEMENT), 'bad_body');
		fields.set(name, (fields.get(name) ?? new Set()).add(value));
	}
	return [...fields.keys()]
		.sort()
		.flatMap((name) => [...(fields.get(name) ?? [])].sort().map((value) => name + value))
		.join('');
}
