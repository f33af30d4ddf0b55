import { z } from '../vendor/zod';
import {
	destinationWarnings,
	hostFields,
	isHeaderValue,
	pasteWarnings,
	requiredSecret,
	service,
	trimmed,
} from './fields';
import { originsOf, type Kind } from './kind';
import { withHeader } from './outgoing';

const schema = z.looseObject({
	token: requiredSecret('Token', 'Paste the token that the service gave you.', 'token', (token) =>
		isHeaderValue(trimmed(token))
			? null
			: 'Token may hold visible ASCII characters only. Copy it again from the service.',
	),
	...service,
	...hostFields,
});

/** A token in the Authorization header; RFC 6750 section 2.1. */
export const bearer: Kind<z.infer<typeof schema>> = {
	name: 'bearer',
	credentialType: 'sealboxBearerApi',
	displayName: 'Sealbox Bearer',
	auth: 'bearer',
	schema,
	secretFields: ['token'],
	warnings: (fields) => [...pasteWarnings('Token', fields.token), ...destinationWarnings(fields)],
	reach: originsOf,
	authenticate: ({ token }, request) => ({
		request: withHeader(request, 'Authorization', `Bearer ${trimmed(token)}`),
		used: [{ name: 'token', value: trimmed(token) }],
	}),
};
