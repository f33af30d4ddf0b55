import { SealboxError } from '../sealing/error';
import type { Fields, OutgoingRequest } from './kind';
import { urlOf } from './outgoing';

/** Refuses to send a credential anywhere but where it says it may go. */
export function assertDestination(fields: Fields, request: OutgoingRequest): void {
	const { baseUrl } = fields;
	const target = urlOf(request);
	if (typeof baseUrl !== 'string' || baseUrl === '') return;
	if (target !== null && target.origin === new URL(baseUrl).origin) return;
	throw new SealboxError(
		'ERR_DESTINATION_REFUSED',
		'This credential may be sent to its Base URL only. Change the URL, or the Base URL of the credential.',
	);
}
