import { createHmac, type BinaryLike } from 'node:crypto';
import { createCanary } from '../../../host/canary.ts';
import type { Sent } from './send.ts';

/** The one secret of all requests that are signed here. */
export const SECRET = createCanary('webhook secret', 'plain').value;

/** The clock stands still, so that a second more or less is one. */
export const NOW_S = Math.floor(Date.now() / 1000);
export const atMs = NOW_S * 1000;

export const hmac = (content: BinaryLike, secret: BinaryLike = SECRET, hash = 'sha256') =>
	createHmac(hash, secret).update(content);

export const JSON_TYPE = { 'content-type': 'application/json' };

export const provider = (id: string, options: object = {}, more: object = {}) => ({
	authentication: 'provider',
	provider: id,
	options,
	...more,
});

export const customScheme = (scheme: object, options: object = {}) => ({
	authentication: 'custom',
	customScheme: JSON.stringify({ type: 'signature', id: 'partner', name: 'Partner', ...scheme }),
	options,
});

/** A scheme with all that can be wrong: an id, a timestamp and the body, all of them signed. */
export const PARTNER = {
	algorithm: 'hmac-sha256',
	encoding: 'hex',
	from: { headers: ['x-signature'] },
	content: '{id}.{timestamp}.{body}',
	timestamp: { header: 'x-timestamp', unit: 's' },
	deliveryId: { header: 'x-id', isSigned: true },
};

let count = 0;
/** Another id with each call: two requests that are not told to be alike are no copies. */
export const newId = () => `evt_${(count += 1)}`;

interface Fields {
	id?: string;
	timestamp?: string | number;
	body?: string | Buffer;
	secret?: BinaryLike;
}

export function partner(
	{ id = newId(), timestamp = NOW_S, body = '{"a":1}', secret }: Fields = {},
	headers: Sent['headers'] = {},
): Sent & { headers: Record<string, string | string[]> } {
	const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body)]);
	return {
		body,
		atMs,
		headers: {
			...JSON_TYPE,
			'x-id': id,
			'x-timestamp': String(timestamp),
			'x-signature': hmac(content, secret).digest('hex'),
			...headers,
		},
	};
}

/** GitHub's way: nothing but the body is signed. */
export const github = (
	body: string | Buffer = JSON.stringify({ id: newId() }),
	headers: Sent['headers'] = {},
): Sent & { headers: Record<string, string | string[]> } => ({
	body,
	atMs,
	headers: {
		...JSON_TYPE,
		'x-hub-signature-256': `sha256=${hmac(body).digest('hex')}`,
		...headers,
	},
});

/** Stripe's way: `t=…,v1=…` in one header. */
export const stripe = (header: (mac: string) => string): Sent => {
	const body = JSON.stringify({ id: newId() });
	const mac = hmac(`${NOW_S}.${body}`).digest('hex');
	return { body, atMs, headers: { ...JSON_TYPE, 'stripe-signature': header(mac) } };
};
