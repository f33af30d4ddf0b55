import { z } from '../vendor/zod';
import { assertDestination } from './destination';
import { withHeader } from './outgoing';
import type { Kind } from './kind';

const schema = z.looseObject({
	token: z.string().min(1, 'Token is empty. Paste the token that the service gave you.'),
	baseUrl: z.string().optional(),
	testPath: z.string().optional(),
});

/** RFC 6750 section 2.1: the token in the Authorization header. */
export const bearer: Kind<z.infer<typeof schema>> = {
	name: 'bearer',
	credentialType: 'sealboxBearerApi',
	displayName: 'Sealbox Bearer',
	auth: 'bearer',
	schema,
	secretFields: ['token'],
	authenticate(fields, request) {
		assertDestination(fields, request);
		return withHeader(request, 'Authorization', `Bearer ${fields.token}`);
	},
};
