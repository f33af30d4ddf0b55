import { z } from '../vendor/zod';

/** A request by which a sender makes sure that an address is ours, and what it wants to hear. */

const text = z.string().min(1).max(200);

const value = z.union([
	z.strictObject({ echo: text }),
	/** HMAC-SHA-256 of a field of the body with the secret, in hex. */
	z.strictObject({ mac: text }),
	z.strictObject({ value: z.union([z.string(), z.number()]) }),
]);

export const handshake = z.strictObject({
	/** All of these hold for a handshake, and for nothing else. */
	when: z.strictObject({
		method: z.enum(['GET', 'HEAD', 'POST']).optional(),
		query: z.array(text).default([]),
		header: text.optional(),
		/** A header's value, compared without regard to case. */
		headerIs: z.string().optional(),
		body: z.strictObject({ path: text, is: z.union([z.string(), z.number()]) }).optional(),
	}),
	/** Answered only when the request is signed: an answer to anybody would be made to measure. */
	isSigned: z.boolean(),
	/** A query parameter that has to be the receiver's own `verifyToken`. */
	tokenInQuery: text.optional(),
	answer: z.union([
		z.strictObject({ status: z.union([z.literal(200), z.literal(204)]) }),
		z.strictObject({ echoQuery: text }),
		/** The header is the secret of all later requests: honoured only while there is none. */
		z.strictObject({ echoHeaderAsSecret: text }),
		z.strictObject({ json: z.record(z.string(), value) }),
		/** A field of the body is an address that has to be fetched. */
		z.strictObject({ visit: text }),
	]),
});

export type Handshake = z.output<typeof handshake>;
