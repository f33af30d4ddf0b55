import { Readable } from 'node:stream';
import FormData from 'form-data';
import {
	applyCredential,
	authenticate,
	validateCredential,
	type OutgoingRequest,
} from '../../src/kinds';
import { CANARY, refusal } from './canary';

const TYPE = 'sealboxApiKeyApi';
const URL_A = 'https://a.example/';

const apply = (fields: object, request: OutgoingRequest) =>
	authenticate(TYPE, { key: CANARY, name: 'k', ...fields }, request);
const inBody = (request: OutgoingRequest) =>
	apply({ location: 'body' }, { method: 'POST', url: URL_A, ...request });

test('a key goes into a header of its own, with its prefix', async () => {
	const plain = await apply({ name: 'X-API-Key' }, { url: URL_A, headers: { 'x-api-key': 'old' } });
	expect(plain.headers).toEqual({ 'X-API-Key': CANARY });
	const word = await apply({ name: 'Authorization', prefix: 'Token' }, { url: URL_A });
	expect(word.headers).toEqual({ Authorization: `Token ${CANARY}` });
	const sign = await apply({ name: 'Authorization', prefix: 'key=' }, { url: URL_A });
	expect(sign.headers).toEqual({ Authorization: `key=${CANARY}` });
});

test('a key in the query replaces one of its name, in the URL and beside it', async () => {
	const applied = await apply(
		{ location: 'query' },
		{ url: 'https://a.example/?k=1&b=2', qs: { k: 'old', c: 3 } },
	);
	expect(applied).toMatchObject({ url: 'https://a.example/?b=2', qs: { k: CANARY, c: 3 } });
});

test('a cookie is put beside the others and replaced the second time', async () => {
	const request = { url: URL_A, headers: { cookie: 'a=1; k=old', Cookie: 'b=2' } };
	const once = await apply({ location: 'cookie' }, request);
	expect(once.headers).toEqual({ Cookie: `a=1; b=2; k=${CANARY}` });
	expect(await apply({ location: 'cookie' }, once)).toEqual(once);
});

describe('a key in the body', () => {
	test('is added to an object, to nothing, and to a form of either shape', async () => {
		expect((await inBody({ body: { a: 1 } })).body).toEqual({ a: 1, k: CANARY });
		expect((await inBody({})).body).toEqual({ k: CANARY });
		expect((await inBody({ form: { a: 1 } })).form).toEqual({ a: 1, k: CANARY });
		expect((await inBody({ form: 'a=1&k=2' })).form).toBe(`a=1&k=${CANARY}`);
		expect((await inBody({ formData: { a: 1 } })).formData).toEqual({ a: 1, k: CANARY });
		const parameters = (await inBody({ body: new URLSearchParams('a=1') })).body;
		expect(String(parameters)).toBe(`a=1&k=${CANARY}`);
		const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
		expect((await inBody({ body: 'a=1', headers })).body).toBe(`a=1&k=${CANARY}`);
		expect((await inBody({ headers })).body).toBe(`k=${CANARY}`);
	});

	test.each([
		['{}', `{"k":"${CANARY}"}`],
		[
			' { "n": 12345678901234567890, "f": 1.0 } ',
			`{"k":"${CANARY}", "n": 12345678901234567890, "f": 1.0 } `,
		],
		['{"a":1,"k":"old"}', `{"a":1,"k":"${CANARY}"}`],
		['{"k":"with \\" and } in it","a":1}', `{"k":"${CANARY}","a":1}`],
		['{"a":{"k":1}}', `{"k":"${CANARY}","a":{"k":1}}`],
	])('is added to JSON text without touching the rest: row %#', async (body, expected) => {
		expect((await inBody({ body })).body).toBe(expected);
	});

	test('is written once, however often it is applied', async () => {
		for (const body of ['{"n": 1.50}', '{}', { a: 1 }, undefined, new URLSearchParams('a=1')]) {
			const once = await inBody({ body });
			expect(await inBody(once)).toEqual(once);
		}
	});

	test('escapes what JSON escapes', async () => {
		const key = 'a"b\\c$&d';
		const once = await apply(
			{ key, location: 'body' },
			{ method: 'POST', url: URL_A, body: '{"a":1}' },
		);
		expect(JSON.parse(once.body as string)).toEqual({ a: 1, k: key });
		const twice = await apply({ key, location: 'body' }, once);
		expect(twice).toEqual(once);
	});

	test('is appended to a multipart body once, and not beside an earlier key', async () => {
		const form = new FormData();
		const once = await inBody({ body: form });
		await inBody(once);
		const written = form.getBuffer().toString();
		expect(written.split(CANARY).length - 1).toBe(1);
		await refusal(
			() => apply({ key: 'another', location: 'body' }, { method: 'POST', url: URL_A, body: form }),
			'ERR_BODY_UNSUITABLE',
		);
	});

	test.each([
		['a GET request', { method: 'GET' }, 'GET'],
		['a request without a method', { method: undefined }, 'GET'],
		['bytes', { body: Buffer.from('x') }, 'binary'],
		['a JSON array', { body: [1] }, 'neither'],
		['JSON text of an array', { body: '[1]' }, 'not a JSON object'],
		['text', { body: CANARY }, 'not a JSON object'],
		['a stream', { body: Readable.from(['x']) }, 'neither'],
		['a number', { body: 7 }, 'neither'],
	])('cannot be added to %s', async (_what, request, reason) => {
		const sentence = await refusal(() => inBody(request as OutgoingRequest), 'ERR_BODY_UNSUITABLE');
		expect(sentence).toContain(reason);
		expect(sentence).toContain('another place');
	});
});

test('several keys go to several places at once', async () => {
	const { request, used } = await applyCredential(
		TYPE,
		{
			key: 'one1',
			name: 'X-One',
			moreKeys: {
				keys: [
					{ key: 'two2', name: 'two', location: 'query' },
					{ key: 'three3', name: 'three', location: 'cookie' },
					{ key: 'four4', name: 'four', location: 'body' },
					{ key: 'five5', name: 'X-Five', location: 'header', prefix: 'Key' },
				],
			},
		},
		{ method: 'POST', url: URL_A },
	);
	expect(request).toMatchObject({
		headers: { 'X-One': 'one1', Cookie: 'three=three3', 'X-Five': 'Key five5' },
		qs: { two: 'two2' },
		body: { four: 'four4' },
	});
	const values = used.map(({ value }) => value);
	expect(values).toEqual(
		expect.arrayContaining(['one1', 'two2', 'three3', 'four4', 'five5', 'Key five5']),
	);
});

test.each([
	['name', { name: '' }, 'empty'],
	['name', { name: 'a b' }, 'letters, digits'],
	['name', { name: 'X-Key:' }, 'letters, digits'],
	['name', { name: 'a\r\nX-Evil: 1' }, 'letters, digits'],
	['name', { name: 'content-length' }, 'sets itself'],
	['name', { name: 'Host' }, 'sets itself'],
	['name', { name: 'a;b', location: 'cookie' }, 'letters, digits'],
	['key', { key: `${CANARY};x`, location: 'cookie' }, 'cookie'],
	['key', { key: `${CANARY}ü` }, 'ASCII'],
	['key', { key: `${CANARY}\r\nX-Evil: 1` }, 'line break'],
	['key', { key: `${CANARY}\u0007`, location: 'query' }, 'control'],
	['prefix', { prefix: 'a\nb' }, 'ASCII'],
	['location', { location: 'path' }, 'Location'],
	[
		'moreKeys.keys[1].name',
		{
			moreKeys: {
				keys: [
					{ key: CANARY, name: 'a' },
					{ key: 'x1', name: 'K' },
				],
			},
		},
		'twice',
	],
	['moreKeys.keys[0].key', { moreKeys: { keys: [{ key: '', name: 'a' }] } }, 'empty'],
])('what cannot be sent is refused at its field: %s, row %#', async (field, fields, reason) => {
	const validation = validateCredential('apiKey', { key: CANARY, name: 'k', ...fields });
	expect(validation).toMatchObject({
		valid: false,
		errors: expect.arrayContaining([
			{ field, message: expect.stringContaining(reason) as string },
		]) as unknown[],
	});
	expect(JSON.stringify(validation)).not.toContain(CANARY);
	await refusal(() => apply(fields, { method: 'POST', url: URL_A }), 'ERR_CREDENTIAL_INVALID');
});

test('a key that a client would take along to another origin is not redirected', async () => {
	const unredirected = {
		disableFollowRedirect: true,
		followRedirect: false,
		followAllRedirects: false,
	};
	for (const fields of [{}, { location: 'body' }, { name: 'X-Key' }]) {
		expect(await apply(fields, { method: 'POST', url: URL_A })).toMatchObject(unredirected);
	}
	for (const fields of [{ location: 'query' }, { location: 'cookie' }, { name: 'authorization' }]) {
		const applied = await apply(fields, { method: 'POST', url: URL_A });
		expect(applied).not.toHaveProperty('followRedirect');
		expect(applied).toMatchObject({ sendCredentialsOnCrossOriginRedirect: false });
	}
});
