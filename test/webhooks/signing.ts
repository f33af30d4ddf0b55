import { createHmac } from 'node:crypto';
import type { WebhookRequest, WebhookScheme } from '../../src/webhooks';

/** Requests of a sender of our own, for tests that alter them. */

export const NOW_MS = 1_800_000_000_000;
export const SECRET = 'a-secret-that-both-sides-know';
export const clock = { now: () => NOW_MS };

export const custom: WebhookScheme = {
	type: 'signature',
	id: 'partner',
	name: 'Partner',
	algorithm: 'hmac-sha256',
	encoding: 'hex',
	from: { headers: ['x-signature'] },
	content: '{id}.{timestamp}.{body}',
	timestamp: { header: 'x-timestamp', unit: 's' },
	deliveryId: { header: 'x-id', isSigned: true },
};

export const mac = (content: string | Buffer, secret = SECRET, hash = 'sha256') =>
	createHmac(hash, secret).update(content);

type Fields = Partial<Record<'id' | 'timestamp' | 'body' | 'secret', string>> & { bytes?: Buffer };

/** A request that the custom scheme lets in. */
export function signed(fields: Fields = {}): WebhookRequest & {
	headers: Record<string, string | string[]>;
	rawBody: Buffer;
} {
	const { id = 'evt_1', timestamp = String(NOW_MS / 1000), body = '{"a":1}', secret } = fields;
	const rawBody = fields.bytes ?? Buffer.from(body);
	const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), rawBody]);
	return {
		method: 'POST',
		url: 'https://hooks.example.com/in',
		headers: {
			'x-id': id,
			'x-timestamp': timestamp,
			'x-signature': mac(content, secret).digest('hex'),
		},
		rawBody,
	};
}

/** GitHub's way: nothing but the body is signed. */
export const github = (body: string | Buffer, headers: Record<string, string> = {}) => ({
	method: 'POST',
	url: 'https://hooks.example.com/in',
	headers: {
		'x-hub-signature-256': `sha256=${mac(Buffer.from(body)).digest('hex')}`,
		...headers,
	},
	rawBody: Buffer.from(body),
});
