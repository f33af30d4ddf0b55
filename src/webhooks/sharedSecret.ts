import { Buffer } from 'node:buffer';
import { isSameText } from './algorithm';
import { checkedId, type Context, type Verified } from './context';
import { decodeOrNull, textOrNull } from './encoding';
import type { NamedSecret } from './key';
import { demand } from './refusal';
import { valuesAt, type Incoming } from './request';
import type { SecretScheme } from './scheme';
import { chosen } from './signature';

/** Verifies that the secret itself was sent. A copy of such a request looks like a new one. */
export function verifySecret(
	incoming: Incoming,
	scheme: SecretScheme,
	secrets: readonly NamedSecret[],
	context: Context,
): Verified {
	const sent = sentIn(incoming, scheme);
	const matching = secrets.map(({ secret }) =>
		sent.map((one) => isSameText(one, secret)).every(Boolean),
	);
	const secret = chosen(matching, secrets, context.nowMs);
	const id = idOf(incoming, scheme);
	return { ok: true, ...(id === undefined ? {} : { id }), secret, replayKeys: [] };
}

/** Every place in which the scheme has the secret; each must hold it. */
function sentIn(incoming: Incoming, { from }: SecretScheme): string[] {
	if ('query' in from) {
		const values = incoming.query(from.query);
		demand(values.length > 0, 'missing_field');
		demand(values.length === 1, 'duplicate_field');
		return values;
	}
	if ('body' in from) {
		const values = valuesAt(incoming.json(), from.body);
		demand(
			values.length > 0 && values.every((v) => typeof v === 'string' && v !== ''),
			'missing_field',
		);
		return values as string[];
	}
	if ('basic' in from) return [basicIn(incoming.needHeader('authorization'))];
	const value = incoming.needHeader(from.header);
	demand(startsWith(value, from.prefix), 'no_supported_signature');
	return [value.slice(from.prefix.length)];
}

/** RFC 9110 section 11.1: the name of an authentication scheme has no case. */
const startsWith = (value: string, prefix: string): boolean =>
	value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();

/** `user:password`, split nowhere: it is compared as a whole. @see RFC 7617 section 2 */
function basicIn(value: string): string {
	demand(startsWith(value, 'Basic '), 'no_supported_signature');
	const bytes = decodeOrNull(value.slice('Basic '.length), 'base64');
	const text = bytes === null ? null : textOrNull(Buffer.from(bytes));
	demand(text !== null && text.includes(':') && !text.startsWith(':'), 'bad_signature');
	return text;
}

function idOf(incoming: Incoming, { deliveryId }: SecretScheme): string | undefined {
	if (deliveryId === undefined) return undefined;
	if ('body' in deliveryId) return checkedId(incoming.fieldOrUndefined(deliveryId.body));
	return checkedId(incoming.header(deliveryId.header));
}
