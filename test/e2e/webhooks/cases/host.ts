import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import type { Cases } from '../cases.ts';
import { send } from '../send.ts';
import {
	atMs,
	customScheme,
	github,
	hmac,
	JSON_TYPE,
	NOW_S,
	PARTNER,
	partner,
	provider,
	SECRET,
} from '../sign.ts';

const PUBLIC = 'https://hooks.example.com/in';
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const CERTIFICATE = '/SimpleNotificationService-0123.pem';
const AMAZON = 'sns.us-east-1.amazonaws.com';

/** Where no certificate of Amazon is. `HERE` listens, and would know. */
const NOT_AMAZON = (here: string) => [
	`https://${AMAZON}.evil.example${CERTIFICATE}`,
	`http://${AMAZON}${CERTIFICATE}`,
	`https://${AMAZON}:8443${CERTIFICATE}`,
	`https://user@${AMAZON}${CERTIFICATE}`,
	`https://${AMAZON}@${here}${CERTIFICATE}`,
	`https://sns.eu-west-1.amazonaws.com${CERTIFICATE}`,
	`https://${here}${CERTIFICATE}`,
];

/** What the host answers itself, what providers ask, and what breaks on this side. */
export const hostCases =
	(here: { host: string; asked: readonly string[] }): Cases =>
	(doors) => {
		const door = doors.add('github, host', provider('github'), [SECRET]);
		const broken = doors.add('broken', customScheme(PARTNER), [SECRET]);
		const [zoom, slack, asana] = ['zoom', 'slack', 'asana'].map((id) =>
			doors.add(`${id}, handshake`, provider(id), [SECRET]),
		);
		const sns = doors.add('sns', provider('aws-sns', {}, { topicArn: TOPIC }));
		const paypal = doors.add('paypal', provider('paypal', {}, { providerWebhookId: 'WH-1' }));
		const behind = ['square', 'twilio-form', 'hubspot-v3'].map((id) =>
			doors.add(`${id}, proxy`, provider(id, { publicUrl: PUBLIC }), [SECRET]),
		);
		const forwarded = {
			host: 'n8n.internal',
			'x-forwarded-host': 'evil.example',
			'x-forwarded-proto': 'http',
		};
		return [
			{
				number: 91,
				run: async () => {
					const { headers } = github('');
					for (const method of ['GET', 'PUT', 'DELETE']) {
						expect((await send(door.url, { headers, method })).status).toBe(404);
					}
				},
			},
			{
				number: 92,
				run: async () => {
					const headers = {
						origin: 'https://evil.example',
						'access-control-request-method': 'POST',
					};
					const { status } = await send(door.url, { method: 'OPTIONS', headers });
					expect(status).toBe(204);
				},
			},
			{
				number: 94,
				run: async () => {
					const path = door.url.split('/').at(-1) ?? '';
					const at = (text: string) => ({ ...door, url: door.url.replace(path, text) });
					const elsewhere = [
						`..%2f${path}`,
						`%2e%2e/${path}`,
						`%252e%252e%252f${path}`,
						`/${path}`,
						`${path}%2f..`,
					];
					for (const text of elsewhere) {
						expect([text, (await send(at(text).url, github())).status]).toEqual([text, 404]);
					}
					await doors.lets(door, github());
					const { status } = await send(`${door.url}/`, github());
					expect(status).toBe(200);
					door.runs += 1;
				},
			},
			{
				number: 95,
				run: async () => {
					const ask = (body: object, headers = {}) => ({
						body: JSON.stringify(body),
						atMs,
						headers: { ...JSON_TYPE, ...headers },
					});
					const url = { event: 'endpoint.url_validation', payload: { plainToken: 'x' } };
					await doors.refuses(zoom!, ask(url), 'missing_header');
					const challenge = { type: 'url_verification', challenge: 'x' };
					await doors.refuses(slack!, ask(challenge), 'missing_header');
					await doors.refuses(asana!, ask({}, { 'x-hook-secret': 'another' }), 'bad_signature');
				},
			},
			{
				number: 97,
				run: async () => {
					for (const address of NOT_AMAZON(here.host)) {
						const message = {
							Type: 'Notification',
							MessageId: 'm',
							TopicArn: TOPIC,
							Message: 'x',
							Timestamp: new Date(atMs).toISOString(),
							SignatureVersion: '2',
							Signature: 'AA==',
							SigningCertURL: address,
						};
						const headers = { 'content-type': 'text/plain; charset=UTF-8' };
						const sent = { body: JSON.stringify(message), atMs, headers };
						await doors.refuses(sns, sent, 'bad_certificate_url');
					}
					expect(here.asked).not.toContain(CERTIFICATE);
				},
			},
			{
				number: 98,
				run: async () => {
					const path = '/v1/notifications/certs/CERT-1';
					const elsewhere = [here.host, 'api.paypal.com.evil.example', 'evilpaypal.com'];
					for (const name of elsewhere) {
						const headers = {
							...JSON_TYPE,
							'paypal-transmission-id': 'id',
							'paypal-transmission-time': new Date(atMs).toISOString(),
							'paypal-transmission-sig': 'AA==',
							'paypal-auth-algo': 'SHA256withRSA',
							'paypal-cert-url': `https://${name}${path}`,
						};
						await doors.refuses(paypal, { body: '{}', atMs, headers }, 'bad_certificate_url');
					}
					expect(here.asked).not.toContain(path);
				},
			},
			{
				number: 101,
				run: async () => {
					const [square, twilio, hubspot] = behind;
					const body = '{"event_id":"1"}';
					const base64 = (text: string, hash = 'sha256') =>
						hmac(text, SECRET, hash).digest('base64');
					await doors.lets(square!, {
						body,
						headers: {
							...JSON_TYPE,
							...forwarded,
							'x-square-hmacsha256-signature': base64(`${PUBLIC}${body}`),
						},
					});
					await doors.lets(twilio!, {
						body: 'b=2&a=1',
						query: '?x=1',
						headers: {
							'content-type': 'application/x-www-form-urlencoded',
							...forwarded,
							'x-twilio-signature': base64(`${PUBLIC}?x=1a1b2`, 'sha1'),
						},
					});
					await doors.lets(hubspot!, {
						body,
						atMs,
						headers: {
							...JSON_TYPE,
							...forwarded,
							'x-hubspot-request-timestamp': `${NOW_S * 1000}`,
							'x-hubspot-signature-v3': base64(`POST${PUBLIC}${body}${NOW_S * 1000}`),
						},
					});
				},
			},
			{
				number: 107,
				run: async () => {
					const sent = partner();
					const store = new DatabaseSync(join(doors.folder, '.n8n', 'sealbox', 'state.sqlite'));
					store.exec('ALTER TABLE record RENAME TO gone');
					try {
						await doors.refuses(broken, sent, 'store_unavailable', 503);
					} finally {
						store.exec('ALTER TABLE gone RENAME TO record');
						store.close();
					}
					await doors.lets(broken, sent);
				},
			},
		];
	};
