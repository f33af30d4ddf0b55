import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { Cases } from '../cases.ts';
import { send, type Sent } from '../send.ts';
import {
	atMs,
	customScheme,
	github,
	hmac,
	JSON_TYPE,
	newId,
	NOW_S,
	PARTNER,
	partner,
	provider,
	SECRET,
	stripe,
} from '../sign.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PUBLIC_PEM = publicKey.export({ format: 'pem', type: 'spki' }).toString();
/** The order of P-256; a signature with an s above half of it has a second spelling below. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const BYTES = 32;

const numberIn = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
const bytesOf = (value: bigint) => Buffer.from(value.toString(16).padStart(2 * BYTES, '0'), 'hex');

/** r and s, the latter in the spelling that is asked for. */
function ecdsa(body: string, isHigh: boolean): Buffer {
	const raw = sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' });
	const s = numberIn(raw.subarray(BYTES));
	const wanted = s > ORDER / 2n === isHigh ? s : ORDER - s;
	return Buffer.concat([raw.subarray(0, BYTES), bytesOf(wanted)]);
}

const KEY = randomBytes(24).toString('base64');

function standard(list: (mac: string) => string, key: Buffer | string): Sent {
	const [id, body] = [newId(), '{"a":1}'];
	const mac = hmac(`${id}.${NOW_S}.${body}`, key).digest('base64');
	const own = { 'webhook-id': id, 'webhook-timestamp': `${NOW_S}`, 'webhook-signature': list(mac) };
	return { body, atMs, headers: { ...JSON_TYPE, ...own } };
}

/** How signatures are written, with which secrets, and how many of them. */
export const signatureCases: Cases = (doors) => {
	const door = doors.add('github, signatures', provider('github'), [SECRET]);
	const partners = doors.add('partner, signatures', customScheme(PARTNER), [SECRET]);
	const stripes = doors.add('stripe, signatures', provider('stripe'), [SECRET]);
	const slack = doors.add('slack', provider('slack'), [SECRET]);
	const hooks = doors.add('standard', provider('standard-webhooks'), [`whsec_${KEY}`]);
	const asText = doors.add('github, base64', provider('github'), [KEY]);
	const rotated = doors.add('rotated', provider('github'), [
		{ secret: 'the-new-secret-of-the-sender' },
		{ secret: SECRET, acceptedUntil: new Date(atMs).toISOString() },
	]);
	const empty = ['', '   '].map((secret, i) =>
		doors.add(`empty secret ${i}`, provider('github'), [secret]),
	);
	const prefixOnly = doors.add('prefix only', provider('standard-webhooks'), ['whsec_']);
	const curve = doors.add(
		'ecdsa',
		customScheme({
			algorithm: 'ecdsa-p256-sha256',
			encoding: 'hex',
			from: { headers: ['x-signature'] },
			content: '{body}',
			key: { kind: 'public' },
			lowS: true,
		}),
		[PUBLIC_PEM],
	);
	const withHeader = (value: (mac: string) => string): Sent => {
		const sent = github();
		const [, mac = ''] = String(sent.headers['x-hub-signature-256']).split('=');
		return { ...sent, headers: { ...JSON_TYPE, 'x-hub-signature-256': value(mac) } };
	};
	return [
		{
			number: 37,
			run: async () => {
				await doors.refuses(
					door,
					withHeader(() => ''),
					'missing_header',
				);
				await doors.refuses(
					door,
					withHeader(() => 'sha256='),
					'bad_signature',
				);
			},
		},
		{
			number: 38,
			run: async () => {
				const { headers, ...sent } = github();
				const value = headers['x-hub-signature-256'] as string;
				await doors.lets(door, { ...sent, headers: { 'X-HUB-Signature-256': value } });
			},
		},
		{
			number: 40,
			run: async () => {
				const id = newId();
				const sent = partner({ id }, { 'x-id': [id, id] });
				await doors.refuses(partners, sent, 'duplicate_header');
			},
		},
		{
			number: 41,
			run: async () => {
				const short = (mac: string) => `sha256=${mac.slice(2)}`;
				const long = (mac: string) => `sha256=${mac}00`;
				for (const value of [short, long]) {
					await doors.refuses(door, withHeader(value), 'bad_signature');
				}
			},
		},
		{
			number: 43,
			run: async () => {
				const junk = (mac: string) => `sha256=${mac}zz`;
				const odd = (mac: string) => `sha256=${mac}0`;
				for (const value of [junk, odd]) {
					await doors.refuses(door, withHeader(value), 'bad_signature');
				}
			},
		},
		{
			number: 44,
			run: async () => {
				await doors.lets(
					door,
					withHeader((mac) => `sha256=${mac.toUpperCase()}`),
				);
			},
		},
		{
			number: 46,
			run: async () => {
				await doors.refuses(
					door,
					withHeader((mac) => `sha1=${mac}`),
					'no_supported_signature',
				);
			},
		},
		{
			number: 47,
			run: async () => {
				const key = Buffer.from(KEY, 'base64');
				await doors.refuses(
					hooks,
					standard((mac) => `v2,${mac}`, key),
					'no_supported_signature',
				);
				const old = stripe((mac) => `t=${NOW_S},v0=${mac}`);
				await doors.refuses(stripes, old, 'no_supported_signature');
				const mac = hmac(`v0:${NOW_S}:{}`).digest('hex');
				const own = { 'x-slack-request-timestamp': `${NOW_S}`, 'x-slack-signature': `v1=${mac}` };
				const sent = { body: '{}', atMs, headers: { ...JSON_TYPE, ...own } };
				await doors.refuses(slack, sent, 'no_supported_signature');
			},
		},
		{
			number: 49,
			run: async () => {
				const many = (count: number) => (mac: string) =>
					`t=${NOW_S},${'v1=00,'.repeat(count)}v1=${mac}`;
				// Node itself takes 16 KiB of headers.
				const answer = await send(stripes.url, stripe(many(10_000)));
				expect(answer.status).toBe(431);
				await doors.refuses(stripes, stripe(many(2_000)), 'too_many_signatures');
			},
		},
		{
			number: 50,
			run: async () => {
				const other = '0'.repeat(64);
				await doors.lets(
					stripes,
					stripe((mac) => `t=${NOW_S},v1=${mac},v1=${other}`),
				);
				await doors.lets(
					stripes,
					stripe((mac) => `t=${NOW_S},v1=${other},v1=${mac}`),
				);
			},
		},
		{
			number: 52,
			run: async () => {
				await doors.refuses(rotated, github(), 'secret_ended');
				await doors.lets(rotated, { ...github(), atMs: atMs - 1 });
			},
		},
		{
			number: 53,
			run: async () => {
				for (const one of empty) {
					const sent = github();
					const mac = hmac(String(sent.body), one.keys[0]?.secret).digest('hex');
					const headers = { ...JSON_TYPE, 'x-hub-signature-256': `sha256=${mac}` };
					await doors.refuses(one, { ...sent, headers }, 'no_secret', 500);
				}
				await doors.refuses(
					prefixOnly,
					standard((mac) => `v1,${mac}`, ''),
					'no_secret',
					500,
				);
			},
		},
		{
			number: 55,
			run: async () => {
				const [text, bytes] = [`whsec_${KEY}`, Buffer.from(KEY, 'base64')];
				await doors.refuses(
					hooks,
					standard((mac) => `v1,${mac}`, text),
					'bad_signature',
				);
				await doors.lets(
					hooks,
					standard((mac) => `v1,${mac}`, bytes),
				);
				const body = JSON.stringify({ id: newId() });
				const signed = (key: string | Buffer) => ({
					body,
					headers: { 'x-hub-signature-256': `sha256=${hmac(body, key).digest('hex')}` },
				});
				await doors.refuses(asText, signed(bytes), 'bad_signature');
				await doors.lets(asText, signed(KEY));
			},
		},
		{
			number: 100,
			run: async () => {
				const body = JSON.stringify({ id: newId() });
				const der = sign('sha256', Buffer.from(body), privateKey);
				const zero = Buffer.alloc(BYTES);
				const low = ecdsa(body, false);
				const bad = [
					der,
					Buffer.concat([zero, zero]),
					Buffer.concat([zero, low.subarray(BYTES)]),
					Buffer.concat([low.subarray(0, BYTES), zero]),
					ecdsa(body, true),
				];
				const sent = (bytes: Buffer) => ({
					body,
					headers: { 'x-signature': bytes.toString('hex') },
				});
				for (const bytes of bad) await doors.refuses(curve, sent(bytes), 'bad_signature');
				await doors.lets(curve, sent(low));
			},
		},
	];
};
