import { z } from '../vendor/zod';
import { pasteWarnings, requiredSecret, secret, text } from './fields';
import type { Kind } from './kind';
import { isExpression } from './pasted';

const REMEDY = 'Paste what the sender shows, or what you agreed on with it.';
const ends = z
	.string()
	.optional()
	.refine(
		(value) => !value || isExpression(value) || !Number.isNaN(Date.parse(value)),
		'Accepted Until is a date and time. Choose one, or leave it empty.',
	);

const schema = z.looseObject({
	keyName: text(),
	secret: requiredSecret('Secret', REMEDY, 'document'),
	earlierKeys: z
		.looseObject({
			keys: z
				.array(
					z.looseObject({
						keyName: text(),
						secret: requiredSecret('Secret', REMEDY, 'document'),
						acceptedUntil: ends,
					}),
				)
				.optional(),
		})
		.optional(),
	verifyToken: secret('Verify Token', 'password').optional(),
});

export type WebhookFields = z.infer<typeof schema>;

/** The secrets that are accepted, the present one first. `endsAtMs` is in milliseconds since 1970. */
export const webhookSecretsOf = ({ keyName, secret: present, earlierKeys }: WebhookFields) => [
	{ secret: present, ...(keyName ? { name: keyName } : {}) },
	...(earlierKeys?.keys ?? []).map((earlier) => ({
		secret: earlier.secret,
		...(earlier.keyName ? { name: earlier.keyName } : {}),
		...(earlier.acceptedUntil ? { endsAtMs: Date.parse(earlier.acceptedUntil) } : {}),
	})),
];

/** What tells whether a webhook is the sender's: a shared secret, or its public key. It stays with Sealbox's nodes. */
export const webhook: Kind<WebhookFields> = {
	name: 'webhook',
	credentialType: 'sealboxWebhookApi',
	displayName: 'Sealbox Webhook',
	auth: 'key',
	schema: schema as unknown as z.ZodType<WebhookFields>,
	secretFields: ['secret', 'earlierKeys.keys[].secret', 'verifyToken'],
	warnings: (fields) => pasteWarnings('Secret', fields.secret, 'document'),
};
