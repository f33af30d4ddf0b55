import { statusOf, type Reason } from '../../src/webhooks/refusal.ts';
import { secretsOf, vectors, type SignatureVector } from '../webhooks/vectors.ts';
import { connect, readHost } from './host.ts';
import { Doors, type Door, type Run } from './webhooks/doors.ts';
import type { Sent } from './webhooks/send.ts';

/** Every published vector as a request to an active workflow, by the clock of the vector. */

const host = readHost();
const doors = new Doors({ client: connect(), url: host.url, folder: host.folder });

const provider = (id: string, url?: string, method = 'POST') => ({
	httpMethod: method,
	authentication: 'provider',
	provider: id,
	options: url === undefined ? {} : { publicUrl: url.replace(/\?.*$/, '') },
});
const custom = (scheme: object) => ({
	authentication: 'custom',
	customScheme: JSON.stringify({ id: 'partner', name: 'Partner', ...scheme }),
});
/** Genuine, and a question of Discord's that is answered without a run. */
const PING = 'discord-frozen-third-party';
const queryOf = (url = '') => /\?.*$/.exec(url)?.[0] ?? '';
const bytesOf = ({ body_base64: body }: { body_base64: string }) => Buffer.from(body, 'base64');
const atMs = (seconds?: number) => (seconds === undefined ? {} : { atMs: seconds * 1000 });

/** A door for each: requests that are signed alike would be copies of each other. */
const signatures = vectors.signature_vectors.map((vector): [string, Door, SignatureVector] => {
	const { id, scheme, url, method } = vector;
	return [id, doors.add(id, provider(scheme, url, method), secretsOf(vector)), vector];
});

const MESSAGE = { type: 'message-signature', algorithms: ['hmac-sha256', 'rsa-pss-sha512'] };
const SIGNED_AT = 1_618_884_473;
/** It covers `@status`, which no request has. */
const RESPONSE = { algorithms: ['ecdsa-p256-sha256'], coversTarget: false };
/** Which policy, by RFC 9421's section B.2, and what the door then says. */
const messages: [string, Record<string, unknown> | 'rfc9421', string][] = [
	['rfc9421-b21', 'rfc9421', 'not_covered'],
	['rfc9421-b21', { coversBody: false, coversTarget: false }, 'valid'],
	['rfc9421-b22', 'rfc9421', 'valid'],
	['rfc9421-b24', 'rfc9421', 'not_covered'],
	['rfc9421-b24', RESPONSE, 'no_supported_signature'],
	['rfc9421-b25', 'rfc9421', 'not_covered'],
	['rfc9421-b25', { coversBody: false, required: ['date', '@authority'] }, 'valid'],
];
const messageDoors = messages.map(([id, policy, expected]) => {
	const vector = vectors.rfc9421_vectors.find((one) => one.id === id);
	if (vector === undefined) throw new Error(`there is no vector ${id}`);
	const path = vector.start_line.split(' ')[1] ?? '';
	const url = path.startsWith('/') ? `https://example.com${path}` : 'https://example.com/';
	const name = `${id}, ${policy === 'rfc9421' ? 'preset' : 'custom'}`;
	const parameters =
		policy === 'rfc9421'
			? provider(policy, url)
			: { ...custom({ ...MESSAGE, ...policy }), options: provider('', url).options };
	const keys = [{ secret: vector.key_material, keyName: vector.keyid }];
	return [name, doors.add(name, parameters, keys), vector, queryOf(url), expected] as const;
});

/** RFC 7515's tokens have an issuer and an expiry, and no audience. */
const TOKEN_AT = 1_300_819_379;
const tokens = vectors.jws_vectors.map(({ id, algorithm, jwk, token }) => {
	const algorithms = [algorithm === 'none' ? 'HS256' : algorithm];
	const parameters = { authentication: 'jwt', issuer: 'joe', audience: 'n8n', algorithms };
	const key = jwk ?? vectors.jws_vectors[0]?.jwk;
	return [id, doors.add(id, parameters, [JSON.stringify(key)]), token] as const;
});

const primitives = vectors.primitive_vectors.map((vector) => {
	const scheme = {
		type: 'signature',
		algorithm: vector.algorithm,
		encoding: 'hex',
		from: { headers: ['x-signature'] },
		content: '{body}',
		key: { kind: 'shared', encoding: 'hex' },
	};
	return [vector.id, doors.add(vector.id, custom(scheme), [vector.key_hex]), vector] as const;
});

beforeAll(() => doors.open());

const expectOutcome = async (door: Door, sent: Sent, expected: string) => {
	if (door.name === PING) await doors.answers(door, sent, '{"type":1}');
	else if (expected === 'valid') await doors.lets(door, sent);
	else await doors.refuses(door, sent, expected, statusOf(expected as Reason));
};

test.each(signatures)('%s', async (_id, door, vector) => {
	const sent = {
		method: vector.method ?? 'POST',
		headers: vector.headers,
		body: bytesOf(vector),
		query: queryOf(vector.url),
		...atMs(vector.verify_at_unix),
	};
	await expectOutcome(door, sent, vector.expected);
});

test.each(messageDoors)('%s', async (_name, door, vector, query, expected) => {
	const sent = { headers: vector.headers, body: bytesOf(vector), query, ...atMs(SIGNED_AT) };
	await expectOutcome(door, sent, expected);
});

test.each(tokens)('%s', async (id, door, token) => {
	const sent = (text: string) => ({
		headers: { authorization: `Bearer ${text}` },
		...atMs(TOKEN_AT),
	});
	if (id === 'rfc7519-6-1-unsecured')
		return await doors.refuses(door, sent(token), 'wrong_algorithm');
	await doors.refuses(door, sent(token), 'bad_audience');
	const [head, claims, signature = ''] = token.split('.');
	const altered = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
	return await doors.refuses(door, sent([head, claims, altered].join('.')), 'bad_signature');
});

test.each(primitives)('%s', async (_id, door, vector) => {
	const body = Buffer.from(vector.data_hex, 'hex');
	const sent = (signature: string) => ({ headers: { 'x-signature': signature }, body });
	await doors.refuses(
		door,
		sent(vector.expected_hex.replace(/^./, (c) => (c === '0' ? '1' : '0'))),
		'bad_signature',
	);
	await doors.lets(door, sent(vector.expected_hex));
});

describe('all of them together', () => {
	let runs: Map<string, Run[]>;
	beforeAll(async () => {
		runs = await doors.runs();
	});

	test('one run for each request that was let in, and none for the others', () => {
		const counts = new Map([...runs].map(([name, own]) => [name, own.length]));
		expect(counts).toEqual(doors.expected.runs);
		expect([...runs.values()].flat().map(({ status }) => status)).not.toContain('error');
	});

	test('one audit event with the reason for each request that was refused', async () => {
		expect(await doors.reasons()).toEqual(doors.expected.reasons);
	});

	test('no stored run holds a secret', () => {
		const stored = [...runs.values()].flat();
		expect(stored.length).toBeGreaterThan(20);
		for (const { raw } of stored) {
			expect(doors.secrets.filter((secret) => raw.includes(secret))).toEqual([]);
		}
	});
});
