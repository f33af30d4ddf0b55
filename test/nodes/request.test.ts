import type { INodeExecutionData, NodeApiError } from 'n8n-workflow';
import { SealboxBearerApi } from '../../credentials/SealboxBearerApi.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { json, redirect, TestServer, type Received } from '../http/server';
import { runNode, type Trial } from './execution';

const TOKEN = 'tok-7e0b1c9d4f6a42c88d15';

let server: TestServer;
beforeAll(async () => {
	server = await TestServer.start();
});
afterAll(async () => await server.stop());
beforeEach(() => {
	server.received.length = 0;
	server.answer = (_, response) => json(response, { ok: true });
});

const run = async (parameters: Trial['parameters'] = {}, rest: Partial<Trial> = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: { url: server.origin, ...parameters },
		types: { sealboxBearerApi: new SealboxBearerApi() },
		...rest,
	});

const withBearer = {
	authentication: 'sealboxCredential',
	sealboxCredentialType: 'sealboxBearerApi',
};
const credentials = { sealboxBearerApi: { token: TOKEN } };

const rows = (...parameters: object[]) => ({ parameters }) as Trial['parameters'];
const contents = (items: INodeExecutionData[]) => items.map((item) => item.json);
const QUICK = { retry: { retry: { retries: 3, base: 1, cap: 2000 } } };
const NO_RETRY = { retry: { retry: { retries: 0 } } };
const options = (value: object) => ({ options: value }) as Trial['parameters'];
const file = (text: string, fileName = 'report.txt'): INodeExecutionData => ({
	json: { from: 'input' },
	binary: {
		data: { data: Buffer.from(text).toString('base64'), mimeType: 'text/plain', fileName },
	},
});

describe('what is sent', () => {
	const sent = () => server.received[0];

	test('a query, fields and a list in it, after the query that the URL has', async () => {
		await run({
			url: `${server.origin}/a?first=%20`,
			sendQuery: true,
			queryParameters: rows(
				{ name: 'q', value: 'a&b=c d' },
				{ name: 'tag', value: 'x' },
				{ name: 'tag', value: 'y' },
			),
			options: { queryParameterArrays: 'repeat' },
		});
		expect(sent()?.url).toBe('/a?first=%20&q=a%26b%3Dc%20d&tag=x&tag=y');
	});

	test('a query as JSON, with objects in it', async () => {
		const jsonQuery = '{"page":{"size":2},"ids":[1,2]}';
		await run({ sendQuery: true, specifyQuery: 'json', jsonQuery });
		expect(decodeURIComponent(sent()?.url ?? '')).toBe('/?page[size]=2&ids[]=1&ids[]=2');
	});

	test('headers, in lower case, with a list joined', async () => {
		const headerParameters = rows({ name: 'X-One', value: '1' }, { name: 'X-One', value: '2' });
		await run({ sendHeaders: true, headerParameters });
		expect(sent()?.headers['x-one']).toBe('1, 2');
		expect(sent()?.all).toContain('x-one\n');
	});

	test('JSON from fields, nested by dots and brackets', async () => {
		const bodyParameters = rows(
			{ name: 'user.name', value: 'Ada' },
			{ name: 'user.tags[0]', value: 'math' },
			{ name: '__proto__.x', value: 'harmless' },
		);
		await run({ method: 'POST', sendBody: true, bodyParameters });
		expect(sent()?.body).toBe(
			'{"user":{"name":"Ada","tags":["math"]},"__proto__":{"x":"harmless"}}',
		);
		expect(sent()?.headers['content-type']).toBe('application/json');
		expect(({} as Record<string, unknown>).x).toBeUndefined();
	});

	test('JSON text byte for byte, digits that a number cannot hold included', async () => {
		const jsonBody = '{ "id": 12345678901234567890, "s": "ü" }';
		await run({ method: 'PUT', sendBody: true, specifyBody: 'json', jsonBody });
		expect(sent()?.body).toBe(jsonBody);
	});

	test('an empty JSON object', async () => {
		await run({ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{}' });
		expect(sent()?.body).toBe('{}');
	});

	test.each([
		['fields', { bodyParameters: rows({ name: 'a', value: 'x y' }, { name: 'b', value: '&' }) }],
		['one text', { specifyBody: 'string', body: 'a=x+y&b=%26' }],
	])('a form from %s', async (_, body) => {
		await run({ method: 'POST', sendBody: true, contentType: 'form-urlencoded', ...body });
		expect(sent()?.body).toBe('a=x+y&b=%26');
		expect(sent()?.headers['content-type']).toBe('application/x-www-form-urlencoded');
	});

	test('a form with a file, with its length', async () => {
		const bodyParameters = rows(
			{ parameterType: 'formData', name: 'title', value: 'Résumé "1"' },
			{ parameterType: 'formBinaryData', name: 'up"load', inputDataFieldName: 'data' },
		);
		await run(
			{ method: 'POST', sendBody: true, contentType: 'multipart-form-data', bodyParameters },
			{ items: [file('hello file')] },
		);
		const form = await new Response(sent()?.body, {
			headers: { 'content-type': sent()?.headers['content-type'] ?? '' },
		}).formData();
		expect(form.get('title')).toBe('Résumé "1"');
		const part = form.get('up"load') as File;
		expect([part.name, part.type, await part.text()]).toEqual([
			'report.txt',
			'text/plain',
			'hello file',
		]);
		expect(sent()?.headers['content-length']).toBe(String(Buffer.byteLength(sent()?.body ?? '')));
	});

	test('a file as the body', async () => {
		await run(
			{ method: 'PUT', sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' },
			{ items: [file('bytes')] },
		);
		expect(sent()).toMatchObject({ method: 'PUT', body: 'bytes' });
		expect(sent()?.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '5' });
	});

	test('the body of a GET, as some search services want it', async () => {
		await run({ sendBody: true, specifyBody: 'json', jsonBody: '{"q":1}' });
		expect(sent()).toMatchObject({ method: 'GET', body: '{"q":1}' });
		expect(sent()?.headers['content-type']).toBe('application/json');
	});

	test('raw text with its own type', async () => {
		const raw = { contentType: 'raw', rawContentType: 'application/xml', body: '<a/>' };
		await run({ method: 'POST', sendBody: true, ...raw });
		expect(sent()).toMatchObject({ body: '<a/>' });
		expect(sent()?.headers['content-type']).toBe('application/xml');
	});

	test('raw text that says it is JSON is not rewritten', async () => {
		const raw = { contentType: 'raw', rawContentType: 'application/json', body: 'not {json' };
		await run({ method: 'POST', sendBody: true, ...raw });
		expect(sent()?.body).toBe('not {json');
	});

	test('a credential whose field is an expression has its own value for each item', async () => {
		const items = [
			{ json: { t: 'tok-for-the-first-item' } },
			{ json: { t: 'tok-for-the-second-one' } },
		];
		const own = { sealboxBearerApi: { token: '={{ $json.t }}' } };
		const { decrypted } = await run(withBearer, { credentials: own, items });
		expect(server.received.map(({ headers }) => headers.authorization).sort()).toEqual([
			'Bearer tok-for-the-first-item',
			'Bearer tok-for-the-second-one',
		]);
		expect(decrypted).toBe(2);
	});
});

describe('what comes back', () => {
	const answers = (type: string, body: string | Buffer, headers = {}) => {
		server.answer = (_, response) => {
			response.writeHead(200, { 'content-type': type, ...headers });
			response.end(body);
		};
	};

	test('a list becomes one item for each entry', async () => {
		answers('application/json', '[{"a":1},{"a":2},3,null]');
		const { items } = await run();
		expect(contents(items)).toEqual([{ a: 1 }, { a: 2 }, { data: 3 }, {}]);
		expect(items.every(({ pairedItem }) => (pairedItem as { item: number }).item === 0)).toBe(true);
	});

	test.each([
		['application/json', '', {}],
		['application/problem+json; charset=utf-8', '\ufeff{"a":1}', { a: 1 }],
		['text/plain', 'hello', { data: 'hello' }],
		['text/html; charset=iso-8859-1', Buffer.from([0xe9]), { data: 'é' }],
		['text/plain; charset=no-such-charset', 'x', { data: 'x' }],
	])('%s is read for what it is', async (type, body, expected) => {
		answers(type, body);
		expect(contents((await run()).items)).toEqual([expected]);
	});

	test('headers and status when they are asked for', async () => {
		answers('application/json', '{"a":1}', { 'X-One': '1' });
		const { items } = await run(options({ response: { response: { fullResponse: true } } }));
		expect(items[0]?.json).toMatchObject({ body: { a: 1 }, statusCode: 200, statusMessage: 'OK' });
		expect(items[0]?.json.headers).toMatchObject({ 'x-one': '1' });
	});

	test('a file keeps its bytes, gets a name, and stands beside what came in', async () => {
		const bytes = Buffer.from([0, 255, 128, 10, 13, 200]);
		answers('application/pdf', bytes, {
			'content-disposition': 'attachment; filename="../a b.pdf"',
		});
		const { items } = await run({ ...withBearer }, { credentials, items: [file('in')] });
		const { data, fileName, mimeType } = items[0]?.binary?.data ?? {};
		expect(Buffer.from(data ?? '', 'base64')).toEqual(bytes);
		expect([fileName, mimeType]).toEqual(['a b.pdf', 'application/pdf']);
		expect(items[0]?.json).toEqual({ from: 'input' });
	});

	test('a file that holds the secret comes without it', async () => {
		answers('application/octet-stream', Buffer.from(`\u0000\u00ff${TOKEN}\u0001`, 'latin1'));
		const { items } = await run(withBearer, { credentials });
		const bytes = Buffer.from(items[0]?.binary?.data?.data ?? '', 'base64').toString('latin1');
		expect(bytes).not.toContain(TOKEN);
		expect(bytes.startsWith('\u0000\u00ff')).toBe(true);
	});

	test('JSON that hides the secret behind escapes comes without it', async () => {
		const escaped = [...TOKEN].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
		answers('application/json', `{"a":"${escaped.join('')}"}`);
		const { items } = await run(withBearer, { credentials });
		expect(JSON.stringify(items)).not.toContain(TOKEN);
	});

	test('something that only says it is JSON is refused without being quoted', async () => {
		answers('application/json', '{"half":');
		const { error } = await run();
		expect(error?.message).toBe(
			'The response is not valid JSON. Set Response Format to Text to see what it is.',
		);
	});

	test('a bad status is an item when errors are off', async () => {
		server.answer = (_, response) => json(response, { why: 'no' }, 422);
		const { items } = await run(
			options({ response: { response: { neverError: true, fullResponse: true } } }),
		);
		expect(items[0]?.json).toMatchObject({ body: { why: 'no' }, statusCode: 422 });
	});
});

describe('errors', () => {
	test('name method, host and status, and say what to do', async () => {
		server.answer = (_, response) => json(response, { detail: 'private' }, 404);
		const { error } = await run({ url: `${server.origin}/people/private?q=private` });
		expect(error?.message).toBe(
			`GET 127.0.0.1:${server.port} answered 404 Not Found. Check the URL.`,
		);
		expect((error as NodeApiError).httpCode).toBe('404');
		expect(JSON.stringify({ ...error, node: null })).not.toContain('private');
	});

	test('one bad item loses no other', async () => {
		server.answer = ({ url }, response) => json(response, { url }, url === '/1' ? 400 : 200);
		const { items } = await run(
			{ url: `=${server.origin}/{{ $itemIndex }}` },
			{ continueOnFail: true, items: [{ json: {} }, { json: {} }, { json: {} }] },
		);
		expect(items).toEqual([
			{ json: { url: '/0' }, pairedItem: { item: 0 } },
			{
				json: { error: { code: 'ERR_RESPONSE_STATUS', message: expect.stringMatching(/400/) } },
				pairedItem: { item: 1 },
			},
			{ json: { url: '/2' }, pairedItem: { item: 2 } },
		]);
	});

	test('the first item that fails is named, after the others have settled', async () => {
		let settled = 0;
		server.answer = ({ url }, response) => {
			const isSlow = url === '/1';
			setTimeout(
				() => {
					settled += 1;
					json(response, {}, url === '/0' ? 200 : 400);
				},
				isSlow ? 60 : 0,
			);
		};
		const { error } = await run(
			{ url: `=${server.origin}/{{ $itemIndex }}` },
			{ items: [{ json: {} }, { json: {} }, { json: {} }] },
		);
		expect((error as NodeApiError).context.itemIndex).toBe(1);
		expect(settled).toBe(3);
	});

	test.each<[string, Trial['parameters'], RegExp]>([
		['no URL', { url: '' }, /^URL has to be a full address/],
		['a URL without a scheme', { url: 'api.example.com' }, /^URL has to be a full address/],
		['a URL of another scheme', { url: 'file:///etc/passwd' }, /^URL has to be a full address/],
		['a URL that is a number', { url: '={{ 42 }}' }, /^URL has to be a full address/],
		[
			'a method with a line break',
			{ method: '={{ "GET\\r\\nX: y" }}' },
			/^Method has to be one word/,
		],
		[
			'a header with a line break',
			{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: '{"X-A":"b\\r\\nX-B: c"}' },
			/^The header x-a holds a line break/,
		],
		[
			'a header name with a space',
			{ sendHeaders: true, headerParameters: rows({ name: 'X A', value: 'b' }) },
			/^A header has a name/,
		],
		[
			'headers that are no JSON',
			{ sendHeaders: true, specifyHeaders: 'json', jsonHeaders: 'secret' },
			/^Headers: the JSON is not valid/,
		],
		[
			'a query that is a list',
			{ sendQuery: true, specifyQuery: 'json', jsonQuery: '"secret"' },
			/^Query Parameters: the JSON has to be an object/,
		],
		[
			'a body that is no JSON',
			{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{secret' },
			/^Body: the JSON is not valid/,
		],
		[
			'a file that is not there',
			{ method: 'POST', sendBody: true, contentType: 'binaryData', inputDataFieldName: 'data' },
			/no file in the field "data"/,
		],
		[
			'a type that is not listed',
			{ authentication: 'predefinedCredentialType', nodeCredentialType: 'strangeApi' },
			/cannot use credentials of the type strangeApi/,
		],
		[
			'no type at all',
			{ authentication: 'predefinedCredentialType' },
			/^No credential type is chosen/,
		],
		['a credential that is not chosen', withBearer, /^The credential could not be opened/],
	])('%s: a sentence that says what to do', async (_, parameters, sentence) => {
		const { error } = await run(parameters, { continueOnFail: false });
		expect(error?.message).toMatch(sentence);
		expect(error?.message).not.toContain('secret');
		expect(server.received).toHaveLength(0);
	});

	test('a host that does not answer is said in words', async () => {
		const { error } = await run({ url: 'http://127.0.0.1:1', ...options(NO_RETRY) });
		expect(error?.message).toMatch(/^GET 127\.0\.0\.1:1 refused the connection\./);
	});

	test('an answer that takes too long is said in words', async () => {
		server.answer = () => undefined;
		const { error } = await run(options({ ...NO_RETRY, timeout: 50 }));
		expect(error?.message).toMatch(/took too long to answer/);
	});

	test('an answer that stops half-way is said in words', async () => {
		server.answer = (_, response) => {
			response.writeHead(200, { 'content-type': 'application/json' });
			response.write('{"a":');
		};
		const { error } = await run(options({ ...NO_RETRY, timeout: 80 }));
		expect(error?.message).toMatch(/took too long to answer/);
	});
});

describe('retries', () => {
	const failsTwice = (status: number, headers = {}) => {
		server.answer = (_, response) => {
			if (server.received.length > 2) return json(response, { done: true });
			response.writeHead(status, headers);
			response.end();
		};
	};

	test.each([429, 502, 503, 504])('a GET is tried again after %i', async (status) => {
		failsTwice(status);
		const { items } = await run(options(QUICK));
		expect(contents(items)).toEqual([{ done: true }]);
		expect(server.received).toHaveLength(3);
	});

	test.each([400, 401, 404, 500, 501])('a GET is not tried again after %i', async (status) => {
		failsTwice(status);
		const { error } = await run(options(QUICK));
		expect(error?.message).toContain(String(status));
		expect(server.received).toHaveLength(1);
	});

	test('a GET is tried again after a broken connection, a POST is not', async () => {
		server.answer = (_, response) =>
			server.received.length > 2 ? json(response, { done: true }) : response.destroy();
		const { items } = await run(options(QUICK));
		expect(contents(items)).toEqual([{ done: true }]);
		server.received.length = 0;
		const { error } = await run({ method: 'POST', ...options(QUICK) });
		expect(error?.message).toMatch(/closed the connection/);
		expect(server.received).toHaveLength(1);
	});

	test('a body that broke off is asked for again', async () => {
		server.answer = (_, response) => {
			if (server.received.length > 1) return json(response, { whole: true });
			response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
			response.write('{"half":');
			setTimeout(() => response.destroy(), 10);
		};
		expect(contents((await run(options(QUICK))).items)).toEqual([{ whole: true }]);
	});

	test('a POST with a form and a file is sent whole again after 429', async () => {
		failsTwice(429);
		const bodyParameters = rows({
			parameterType: 'formBinaryData',
			name: 'f',
			inputDataFieldName: 'data',
		});
		const form = {
			method: 'POST',
			sendBody: true,
			contentType: 'multipart-form-data',
			bodyParameters,
		};
		await run({ ...form, ...options(QUICK) }, { items: [file('all of it')] });
		expect(server.received.map(({ body }) => body.includes('all of it'))).toEqual([
			true,
			true,
			true,
		]);
	});

	test('Retry-After is waited for, and one beyond the longest pause ends it', async () => {
		failsTwice(503, { 'retry-after': '1' });
		const start = Date.now();
		await run({ method: 'POST', ...options({ retry: { retry: { retries: 1, base: 1 } } }) });
		expect(Date.now() - start).toBeGreaterThanOrEqual(990);
		expect(server.received).toHaveLength(2);
		server.received.length = 0;
		failsTwice(503, { 'retry-after': '3600' });
		await run(options(QUICK));
		expect(server.received).toHaveLength(1);
	});
});

describe('redirects', () => {
	test('that are not to be followed are the answer', async () => {
		server.answer = (_, response) => redirect(response, '/next');
		const { items } = await run(
			options({
				redirect: { redirect: { followRedirects: false } },
				response: { response: { neverError: true, fullResponse: true } },
			}),
		);
		expect(items[0]?.json).toMatchObject({ statusCode: 302, headers: { location: '/next' } });
		expect(server.received).toHaveLength(1);
	});

	test('end after as many as are allowed', async () => {
		server.answer = (_, response) => redirect(response, '/again');
		const { error } = await run(options({ redirect: { redirect: { maxRedirects: 3 } } }));
		expect(error?.message).toMatch(/was redirected more than 3 times/);
		expect(server.received).toHaveLength(4);
	});
});

describe('pages', () => {
	const pagination = (value: object) => options({ pagination: { pagination: value } });
	const page = (url: string) => Number(new URL(url, server.origin).searchParams.get('page') ?? 1);

	test('are found by the Link header', async () => {
		server.answer = ({ url }, response) => {
			if (page(url) < 3) {
				response.setHeader('link', `</?page=9>; rel="prev", </?page=${page(url) + 1}>; rel=next`);
			}
			json(response, [{ page: page(url) }]);
		};
		const { items } = await run(pagination({ paginationMode: 'linkHeader' }));
		expect(contents(items)).toEqual([{ page: 1 }, { page: 2 }, { page: 3 }]);
	});

	test('are found by a field, and a circle ends with a sentence', async () => {
		server.answer = (_, response) => json(response, { links: [{ href: '/?page=2' }] });
		const { error } = await run(
			pagination({ paginationMode: 'nextLinkField', nextLinkPath: 'links[0].href' }),
		);
		expect(error?.message).toMatch(
			/^After 2 pages the next one is a page that was already fetched/,
		);
	});

	test('are counted up until one is empty', async () => {
		server.answer = ({ url }, response) =>
			json(response, page(url) > 2 ? [] : [{ page: page(url) }]);
		const { items } = await run(pagination({ paginationMode: 'pageNumber' }));
		expect(contents(items)).toEqual([{ page: 1 }, { page: 2 }]);
		expect(server.received).toHaveLength(3);
	});

	test('are counted up until the status that ends them', async () => {
		server.answer = ({ url }, response) =>
			json(response, [{ at: page(url) }], page(url) > 20 ? 416 : 200);
		const { items } = await run(
			pagination({
				paginationMode: 'pageNumber',
				firstPage: 0,
				pageStep: 10,
				paginationCompleteWhen: 'receiveSpecificStatusCodes',
				statusCodesWhenComplete: '404, 416',
			}),
		);
		expect(contents(items)).toEqual([{ at: 0 }, { at: 10 }, { at: 20 }]);
	});

	test("are found by expressions as in n8n's HTTP Request", async () => {
		server.answer = ({ url }, response) =>
			json(response, page(url) > 2 ? [] : [{ page: page(url) }]);
		const { items, error } = await run(
			pagination({
				paginationMode: 'updateAParameterInEachRequest',
				parameters: { parameters: [{ type: 'qs', name: 'page', value: '={{ $pageCount + 1 }}' }] },
				paginationCompleteWhen: 'responseIsEmpty',
			}),
		);
		expect(error).toBeUndefined();
		expect(contents(items)).toEqual([{ page: 1 }, { page: 2 }]);
		expect(server.received.map(({ url }) => url)).toEqual(['/?page=1', '/?page=2', '/?page=3']);
	});

	describe('with a cursor', () => {
		const cursor = (value: object, rest: object = {}) => ({
			...pagination({ paginationMode: 'cursor', ...value }),
			...rest,
		});
		/** Three pages, the second one empty; `where` finds the cursor that came. */
		const serve = (where: (request: Received) => string | null | undefined) => {
			server.answer = (request, response) => {
				const at = Number(where(request) ?? 1);
				const next = at < 3 && { next: { page: at + 1 } };
				json(response, { page: at, items: at === 2 ? [] : [at], ...next });
			};
		};

		test('go on over an empty page, until there is no cursor', async () => {
			serve(({ url }) => new URL(url, server.origin).searchParams.get('token'));
			const { items, error } = await run({
				url: `${server.origin}/list?size=1&token=1`,
				...cursor({ cursorPath: 'next.page', cursorName: 'token' }),
			});
			expect(error).toBeUndefined();
			expect(items.map(({ json: { page } }) => page)).toEqual([1, 2, 3]);
			const urls = server.received.map(({ url }) => url);
			expect(urls).toEqual([
				'/list?size=1&token=1',
				'/list?size=1&token=2',
				'/list?size=1&token=3',
			]);
		});

		test('may have an object as one, in a JSON body', async () => {
			serve(({ body }) => (JSON.parse(body) as { Start?: { page: string } }).Start?.page);
			const { items } = await run(
				cursor(
					{ cursorPath: 'next', cursorInto: 'body', cursorName: 'Start' },
					{ method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"Table":"t"}' },
				),
			);
			expect(items.map(({ json: { page } }) => page)).toEqual([1, 2, 3]);
			expect(server.received.at(-1)?.body).toBe('{"Table":"t","Start":{"page":3}}');
		});

		test('may have it in a form or a header', async () => {
			serve(({ body }) => new URLSearchParams(body).get('next'));
			const form = {
				contentType: 'form-urlencoded',
				bodyParameters: rows({ name: 'a', value: 'b' }),
			};
			const inForm = { cursorPath: 'next.page', cursorInto: 'body', cursorName: 'next' };
			await run(cursor(inForm, { method: 'POST', sendBody: true, ...form }));
			expect(server.received.at(-1)?.body).toBe('a=b&next=3');
			serve(({ headers }) => headers['x-next'] as string | undefined);
			await run(cursor({ cursorPath: 'next.page', cursorInto: 'header', cursorName: 'X-Next' }));
			expect(server.received.at(-1)?.headers['x-next']).toBe('3');
		});

		test.each([
			['that is the same again', {}, { next: 'x' }, /already fetched/],
			['that is no text, in the query', {}, { next: { a: 1 } }, /text or number/],
			['for a body that there is not', { cursorInto: 'body' }, { next: 'x' }, /neither a JSON/],
			['without a name', { cursorName: '' }, {}, /Cursor Name/],
			['with a line break in a header', { cursorInto: 'header' }, { next: 'a\nb' }, /line break/],
		])('%s ends with a sentence', async (_what, value, answer, reason) => {
			server.answer = (_, response) => json(response, answer);
			const { error } = await run(cursor({ cursorPath: 'next', ...value }));
			expect(error?.message).toMatch(reason);
		});
	});

	test('end at the limit', async () => {
		server.answer = ({ url }, response) => json(response, [{ page: page(url) }]);
		const { items } = await run(
			pagination({ paginationMode: 'pageNumber', limitPagesFetched: true, maxRequests: 2 }),
		);
		expect(items).toHaveLength(2);
	});
});

describe('many items', () => {
	const many = (count: number) => Array.from({ length: count }, () => ({ json: {} }));

	test('keep their order, whatever the order of the answers', async () => {
		server.answer = ({ url }, response) => {
			setTimeout(() => json(response, { url }), 30 - 3 * Number(url.slice(1)));
		};
		const { items } = await run({ url: `=${server.origin}/{{ $itemIndex }}` }, { items: many(10) });
		expect(items.map(({ pairedItem }) => (pairedItem as { item: number }).item)).toEqual([
			...Array(10).keys(),
		]);
		expect(contents(items)[9]).toEqual({ url: '/9' });
	});

	test('are never under way in greater number than the limit', async () => {
		let under = 0;
		let most = 0;
		server.answer = (_, response) => {
			most = Math.max(most, ++under);
			setTimeout(() => {
				under -= 1;
				json(response, {});
			}, 5);
		};
		const batch = { concurrency: 3, batchSize: -1, batchInterval: 0 };
		const { items } = await run(options({ batching: { batch } }), { items: many(20) });
		expect(items).toHaveLength(20);
		expect(most).toBe(3);
	});

	test('are started in batches with a pause between', async () => {
		const start = Date.now();
		const batch = { batchSize: 2, batchInterval: 40 };
		await run(options({ batching: { batch } }), { items: many(5) });
		expect(Date.now() - start).toBeGreaterThanOrEqual(78);
	});
});
