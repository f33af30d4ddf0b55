import { demand } from './refusal';
import type { Incoming } from './request';

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const CONFIRMATION = [
	'Message',
	'MessageId',
	'SubscribeURL',
	'Timestamp',
	'Token',
	'TopicArn',
	'Type',
];
const SIGNED_FIELDS = new Map([
	['Notification', ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']],
	['SubscriptionConfirmation', CONFIRMATION],
	['UnsubscribeConfirmation', CONFIRMATION],
]);

/** Each field's name and value on a line of its own. Only a message may hold line breaks. */
export function snsText(incoming: Incoming): string {
	const fields = SIGNED_FIELDS.get(incoming.field('Type') ?? '');
	demand(fields !== undefined, 'missing_field');
	return fields
		.flatMap((name) => {
			const value = incoming.field(name);
			demand(value !== undefined || name === 'Subject', 'missing_field');
			demand(name === 'Message' || !value?.includes('\n'), 'ambiguous_content');
			return value === undefined ? [] : [`${name}\n${value}\n`];
		})
		.join('');
}
