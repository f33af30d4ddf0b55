import { gzipSync } from 'node:zlib';
import {
	requestOf,
	secretsOf,
	vectorNamed,
	type SignatureVector,
} from '../../../webhooks/vectors.ts';
import type { Cases } from '../cases.ts';
import { send, sendBytes } from '../send.ts';
import { github, hmac, newId, provider, SECRET } from '../sign.ts';

const BOMB_BYTES = 30 * 2 ** 20;
const DEPTH = 10_000;
const sentOf = (vector: SignatureVector) => {
	const { headers, rawBody } = requestOf(vector);
	const seconds = vector.verify_at_unix;
	return { headers, body: rawBody, ...(seconds === undefined ? {} : { atMs: seconds * 1000 }) };
};

/** Which bytes were signed, and which arrive. */
export const bytesCases: Cases = (doors) => {
	const door = doors.add('github, bytes', provider('github'), [SECRET]);
	const small = doors.add('1 KiB', provider('github', { largestBodyKib: 1 }), [SECRET]);
	const [genuine, swapped] = ['c-invalid-utf8-original', 'c-invalid-utf8-swapped'].map(
		vectorNamed,
	) as [SignatureVector, SignatureVector];
	const bytes = doors.add('github, no UTF-8', provider('github'), secretsOf(genuine));
	// The request of one vector fits the key of the other.
	const events = vectorNamed('sendgrid-sdk-failing-key');
	const sendgrid = doors.add(
		'sendgrid',
		provider('sendgrid'),
		secretsOf(vectorNamed('sendgrid-sdk-failing-signature')),
	);
	const body = () => JSON.stringify({ id: newId() });
	return [
		{
			number: 11,
			run: async () => {
				const { headers } = github('{"a":1}');
				await doors.refuses(door, { headers, body: '{"a": 1}' }, 'bad_signature');
				const spaced = github('{"a": 1}');
				await doors.refuses(door, { ...spaced, body: '{"a":1}' }, 'bad_signature');
			},
		},
		{
			number: 13,
			run: async () => {
				const sent = sentOf(events);
				expect(sent.body.subarray(-2).toString()).toBe('\r\n');
				await doors.refuses(
					sendgrid,
					{ ...sent, body: sent.body.subarray(0, -2) },
					'bad_signature',
				);
				await doors.lets(sendgrid, sent);
			},
		},
		{
			number: 14,
			run: async () => {
				const sent = github();
				await doors.refuses(door, { ...sent, body: `\ufeff${String(sent.body)}` }, 'bad_signature');
			},
		},
		{
			number: 16,
			run: async () => {
				await doors.refuses(bytes, sentOf(swapped), 'bad_signature');
				await doors.lets(bytes, sentOf(genuine));
			},
		},
		{
			number: 17,
			run: async () => {
				const { headers } = github('');
				await doors.lets(door, { headers });
			},
		},
		{
			number: 19,
			run: async () => {
				const type = { 'content-type': 'application/cloudevents+json' };
				await doors.lets(door, github('{"specversion":"1.0"}', type));
			},
			after: (runs) => {
				const bodies = runs.get(door.name)?.map(({ item }) => item.body);
				expect(bodies).toContainEqual({ specversion: '1.0' });
			},
		},
		{
			number: 20,
			run: async () => {
				const form = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
				const type = { 'content-type': 'multipart/form-data; boundary=b' };
				await doors.refuses(door, github(form, type), 'no_raw_body', 415);
			},
		},
		{
			number: 22,
			run: async () => {
				const sent = github(body(), { 'content-encoding': 'gzip' });
				await doors.lets(door, { ...sent, body: gzipSync(sent.body ?? '') });
			},
		},
		{
			number: 23,
			run: async () => {
				const sent = github(gzipSync(body()), { 'content-encoding': 'gzip' });
				await doors.refuses(door, sent, 'bad_signature');
			},
		},
		{
			number: 25,
			run: async () => {
				const bomb = gzipSync(Buffer.alloc(BOMB_BYTES));
				const answer = await send(door.url, github(bomb, { 'content-encoding': 'gzip' }));
				expect(answer.status).toBe(500);
			},
		},
		{
			number: 26,
			run: async () => {
				const cut = gzipSync(body()).subarray(0, 15);
				const answer = await send(door.url, github(cut, { 'content-encoding': 'gzip' }));
				expect(answer.status).toBeGreaterThanOrEqual(400);
				await doors.lets(door, github());
			},
		},
		{
			number: 28,
			run: async () => {
				const start = 'POST PATH HTTP/1.1\r\nhost: HOST\r\n';
				const both = 'content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
				const two = 'content-length: 2\r\ncontent-length: 3\r\n\r\n{}';
				for (const rest of [both, two]) {
					expect(await sendBytes(door.url, start + rest)).toMatch(/^HTTP\/1\.1 400 /);
				}
			},
		},
		{
			number: 29,
			run: async () => {
				const text = (length: number) => `"${'a'.repeat(length - 2)}"`;
				await doors.lets(small, github(text(1024)));
				await doors.refuses(small, github(text(1025)), 'too_large', 413);
			},
		},
		{
			number: 31,
			run: async () => {
				const text = body();
				const mac = hmac(text).digest('hex');
				const head = `content-length: ${text.length + 1}\r\nx-hub-signature-256: sha256=${mac}`;
				const start = `POST PATH HTTP/1.1\r\nhost: HOST\r\ncontent-type: application/json\r\n`;
				expect(await sendBytes(door.url, `${start}${head}\r\n\r\n${text}`, true)).toBe('');
				await doors.lets(door, github(text));
			},
		},
		{
			number: 32,
			run: async () => {
				const answer = await send(door.url, { ...github(), body: '{"a":' });
				expect(answer.status).toBe(422);
			},
		},
		{
			number: 34,
			run: async () => {
				const hostile = '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}';
				await doors.lets(door, github(`{"twice":1,"twice":2,${hostile}}`));
				await doors.lets(door, github('{"twice":"after"}'));
			},
			after: (runs) => {
				const bodies = (runs.get(door.name) ?? []).map(
					({ item }) => (item.body ?? {}) as Record<string, unknown>,
				);
				const ours = bodies.filter((one) => 'twice' in one);
				expect(ours.map(({ twice }) => twice)).toEqual([2, 'after']);
				expect(ours.map((one) => one.polluted)).toEqual([undefined, undefined]);
			},
		},
		{
			number: 35,
			run: async () => {
				await doors.lets(door, github('['.repeat(DEPTH) + ']'.repeat(DEPTH)));
			},
		},
	];
};
