import { inspect } from 'node:util';
import { SealboxApiKeyApi } from '../../credentials/SealboxApiKeyApi.credentials';
import { SealboxBasicAuthApi } from '../../credentials/SealboxBasicAuthApi.credentials';
import { SealboxBearerApi } from '../../credentials/SealboxBearerApi.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { json, redirect, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

/*
 * A second server, which must receive no secret:
 *  - by a URL that leads to it, or seems to lead to the first one (login trick)
 *  - by every kind of redirect, chains and retries included
 *  - by a redirect that copies the secret into its own address
 *  - by the link to a next page, wherever that is found
 *  - by a Host header, or by a proxy that the node names
 * and nothing that a service echoes may come back, in items, errors or the run's context.
 */

const SECRET = 'tok-7e0b1c9d4f6a42c88d15';

let service: TestServer;
let stranger: TestServer;
beforeAll(async () => {
	service = await TestServer.start('127.0.0.1');
	stranger = await TestServer.start('127.0.0.2');
});
afterAll(async () => {
	await service.stop();
	await stranger.stop();
});
beforeEach(() => {
	for (const server of [service, stranger]) {
		server.received.length = 0;
		server.answer = (_, response) => json(response, { ok: true });
	}
});

const types = {
	sealboxApiKeyApi: new SealboxApiKeyApi(),
	sealboxBasicAuthApi: new SealboxBasicAuthApi(),
	sealboxBearerApi: new SealboxBearerApi(),
	httpHeaderAuth: { properties: [password('value')] },
	httpQueryAuth: { properties: [password('value')] },
	httpBasicAuth: { properties: [password('password')] },
	httpCustomAuth: { properties: [{ name: 'json', typeOptions: { redactJsonLeaves: true } }] },
	githubApi: {
		properties: [password('accessToken')],
		authenticate: async (values: { accessToken: string }, request: { headers: object }) => ({
			...request,
			headers: { ...request.headers, 'X-Token': values.accessToken },
		}),
	},
} as unknown as Trial['types'];

function password(name: string) {
	return { name, typeOptions: { password: true } };
}

interface Login {
	type: string;
	values: Record<string, unknown>;
	parameters?: Trial['parameters'];
}

const sealbox = (type: string, values: Record<string, unknown>): Login => ({
	type,
	values,
	parameters: { authentication: 'sealboxCredential', sealboxCredentialType: type },
});
const generic = (type: string, values: Record<string, unknown>): Login => ({
	type,
	values,
	parameters: { authentication: 'genericCredentialType', genericAuthType: type },
});

const bearer = (values = {}) => sealbox('sealboxBearerApi', { token: SECRET, ...values });
const apiKey = (location: string) =>
	sealbox('sealboxApiKeyApi', { key: SECRET, location, name: 'x-key' });

/** Every way in which a credential gets onto a request. */
const LOGINS: Record<string, () => Login> = {
	'Sealbox bearer': bearer,
	'Sealbox API key in a header': () => apiKey('header'),
	'Sealbox API key in the query': () => apiKey('query'),
	'Sealbox API key in a cookie': () => apiKey('cookie'),
	'Sealbox API key in the body': () => apiKey('body'),
	'Sealbox basic': () =>
		sealbox('sealboxBasicAuthApi', { username: 'me', user: 'me', password: SECRET }),
	'n8n header': () => generic('httpHeaderAuth', { name: 'X-Api-Key', value: SECRET }),
	'n8n query': () => generic('httpQueryAuth', { name: 'key', value: SECRET }),
	'n8n basic': () => generic('httpBasicAuth', { user: 'me', password: SECRET }),
	'n8n custom': () =>
		generic('httpCustomAuth', {
			json: JSON.stringify({ headers: { 'X-A': SECRET }, qs: { b: SECRET }, body: { c: SECRET } }),
		}),
	'n8n predefined': () => ({
		type: 'githubApi',
		values: { accessToken: SECRET },
		parameters: { authentication: 'predefinedCredentialType', nodeCredentialType: 'githubApi' },
	}),
};

const POST = {
	method: 'POST',
	sendBody: true,
	specifyBody: 'json',
	jsonBody: '{"note":"hello"}',
};

const run = async (login: Login, parameters: Trial['parameters'], rest: Partial<Trial> = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: { url: `${service.origin}/start`, ...POST, ...login.parameters, ...parameters },
		credentials: { [login.type]: login.values } as Trial['credentials'],
		types,
		...rest,
	});

const forms = [
	SECRET,
	encodeURIComponent(SECRET),
	Buffer.from(SECRET).toString('base64').slice(0, -4),
	Buffer.from(`me:${SECRET}`).toString('base64'),
];
const showsSecret = (text: string) => forms.some((form) => text.includes(form));

/** Nothing of the secret may be in what a run leaves, however deep. */
const traceOf = (result: Awaited<ReturnType<typeof run>>) =>
	inspect([result.items, result.error, result.leftBehind], {
		depth: 12,
		maxStringLength: null,
		showHidden: true,
	});

describe.each(Object.entries(LOGINS))('%s', (_, login) => {
	test('reaches the service that it is for', async () => {
		const { error } = await run(login(), {});
		expect(error).toBeUndefined();
		expect(showsSecret(service.everything)).toBe(true);
	});

	test.each([301, 302, 303, 307, 308])(
		'a %i to another server takes no secret along',
		async (status) => {
			service.answer = (__, response) => redirect(response, `${stranger.origin}/landing`, status);
			const result = await run(login(), {});
			expect(result.error).toBeUndefined();
			expect(stranger.received).toHaveLength(1);
			expect(showsSecret(stranger.everything)).toBe(false);
			expect(showsSecret(traceOf(result))).toBe(false);
		},
	);

	test('comes back scrubbed from a service that echoes all it receives', async () => {
		service.answer = (request, response) => {
			response.setHeader('x-echo', encodeURIComponent(request.all));
			json(response, { echo: request.all, headers: request.headers });
		};
		const result = await run(login(), {
			options: { response: { response: { fullResponse: true } } },
		});
		expect(result.items).toHaveLength(1);
		expect(showsSecret(traceOf(result))).toBe(false);
	});

	test('shows in no error of a service that echoes it with a bad status', async () => {
		service.answer = (request, response) => {
			response.writeHead(400, request.all.replace(/[^\x20-\x7e]/g, ' '));
			response.end(request.all);
		};
		const result = await run(login(), {});
		expect(result.error?.message).toMatch(/^POST 127\.0\.0\.1:\d+ answered 400 Bad Request\./);
		expect(showsSecret(traceOf(result))).toBe(false);
	});

	test('shows in no error of a connection that breaks', async () => {
		service.answer = (__, response) => response.destroy();
		const result = await run(login(), { options: { retry: { retry: { retries: 0 } } } });
		expect(result.error?.message).toMatch(/^POST 127\.0\.0\.1:\d+ closed the connection/);
		expect(showsSecret(traceOf(result))).toBe(false);
	});

	test('is not carried by a link to a next page on another server', async () => {
		service.answer = (__, response) => {
			response.setHeader('link', `<${stranger.origin}/2>; rel="next"`);
			json(response, { next: `${stranger.origin}/2` });
		};
		const pagination = { pagination: { pagination: { paginationMode: 'linkHeader' } } };
		const result = await run(login(), { options: pagination });
		expect(result.error).toBeUndefined();
		expect(stranger.received).toHaveLength(1);
		expect(showsSecret(stranger.everything)).toBe(false);
	});
});

describe('a redirect', () => {
	test.each([
		['as it is', (text: string) => text],
		[
			'percent-encoded',
			(text: string) => [...text].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
		],
		['as base64', (text: string) => Buffer.from(text).toString('base64url')],
	])('that copies the secret %s into its address is refused', async (__, encode) => {
		service.answer = (___, response) =>
			redirect(response, `${stranger.origin}/?k=${encode(SECRET)}`);
		const result = await run(bearer(), {});
		expect(result.error?.message).toMatch(/with a secret of the credential in the address/);
		expect(stranger.received).toHaveLength(0);
		expect(showsSecret(traceOf(result))).toBe(false);
	});

	test.each([
		['protocol-relative', (host: string) => `//${host}/x`],
		['with backslashes', (host: string) => `/\\${host}/x`],
		['with a tab in it', (host: string) => `ht\ttp://${host}/x`.replace('\t', '%09')],
	])('written %s is seen for what it is', async (__, write) => {
		const host = `${stranger.host}:${stranger.port}`;
		service.answer = (request, response) =>
			request.url === '/start' ? redirect(response, write(host)) : json(response, {});
		await run(bearer(), {});
		expect(showsSecret(stranger.everything)).toBe(false);
	});

	test('to an address with a login in it is refused', async () => {
		service.answer = (__, response) =>
			redirect(response, stranger.origin.replace('//', `//127.0.0.1:${service.port}@`));
		const { error } = await run(bearer(), {});
		expect(error?.message).toMatch(/to an address with a login in it\. It was not followed\.$/);
		expect(stranger.received).toHaveLength(0);
	});

	test.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'data:text/plain,x'])(
		'to %s is refused',
		async (location) => {
			service.answer = (__, response) => redirect(response, location);
			const { error } = await run(bearer(), {});
			expect(error?.message).toMatch(/to something other than http or https/);
		},
	);

	test('away and back again does not give the secret to whoever sent us back', async () => {
		service.answer = (request, response) =>
			request.url === '/start' ? redirect(response, `${stranger.origin}/x`) : json(response, {});
		stranger.answer = (__, response) =>
			redirect(response, `${service.origin}/transfer?to=stranger`);
		await run(bearer(), {});
		expect(service.received.map(({ url }) => url)).toEqual(['/start', '/transfer?to=stranger']);
		expect(showsSecret(service.received[1]?.all ?? '')).toBe(false);
	});

	test('is retried at the other server without the secret as well', async () => {
		service.answer = (__, response) => redirect(response, `${stranger.origin}/x`, 303);
		stranger.answer = (__, response) =>
			stranger.received.length < 3 ? json(response, {}, 503) : json(response, { done: true });
		const { items } = await run(bearer(), {
			options: { retry: { retry: { retries: 3, base: 1 } } },
		});
		expect(items[0]?.json).toEqual({ done: true });
		expect(stranger.received).toHaveLength(3);
		expect(showsSecret(stranger.everything)).toBe(false);
	});

	test('takes no header along that the workflow set for the first server', async () => {
		service.answer = (__, response) => redirect(response, `${stranger.origin}/x`, 307);
		await run(bearer(), {
			sendHeaders: true,
			specifyHeaders: 'json',
			jsonHeaders:
				'{"X-Session":"from-the-workflow","Cookie":"id=from-the-workflow","Accept-Language":"de"}',
		});
		expect(stranger.everything).not.toContain('from-the-workflow');
		expect(stranger.received[0]?.headers['accept-language']).toBe('de');
	});

	test('within the service keeps the secret, the method and the body', async () => {
		service.answer = (request, response) =>
			request.url === '/start' ? redirect(response, '/moved', 308) : json(response, {});
		await run(bearer(), {});
		expect(service.received[1]).toMatchObject({
			method: 'POST',
			url: '/moved',
			body: '{"note":"hello"}',
		});
		expect(service.received[1]?.headers.authorization).toBe(`Bearer ${SECRET}`);
	});

	test('to a host that the credential names takes it along', async () => {
		const login = bearer({
			allowedHttpRequestDomains: 'domains',
			allowedDomains: '127.0.0.1, 127.0.0.2',
		});
		service.answer = (__, response) => redirect(response, `${stranger.origin}/x`, 307);
		await run(login, {});
		expect(stranger.received[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
	});

	test('to a host outside the allowed domains is refused', async () => {
		const login = bearer({ allowedHttpRequestDomains: 'domains', allowedDomains: '127.0.0.1' });
		service.answer = (__, response) => redirect(response, `${stranger.origin}/x`, 307);
		const { error } = await run(login, {});
		expect(error?.message).toMatch(/127\.0\.0\.1/);
		expect(stranger.received).toHaveLength(0);
	});
});

describe('the first URL', () => {
	test('at another server than the Base URL is refused', async () => {
		const { error } = await run(bearer({ baseUrl: service.origin }), {
			url: `${stranger.origin}/x`,
		});
		expect(error?.message).toMatch(/may be sent to http:\/\/127\.0\.0\.1:\d+ only/);
		expect(stranger.received).toHaveLength(0);
	});

	test('outside the allowed domains of an n8n credential is refused', async () => {
		const login = generic('httpHeaderAuth', {
			name: 'X-A',
			value: SECRET,
			allowedHttpRequestDomains: 'domains',
			allowedDomains: '127.0.0.1',
		});
		const { error } = await run(login, { url: stranger.origin });
		expect(error?.message).toMatch(/Allowed Domains/);
		expect(stranger.received).toHaveLength(0);
	});

	test('is refused for a credential that is set to no HTTP request', async () => {
		const login = generic('httpHeaderAuth', {
			name: 'X-A',
			value: SECRET,
			allowedHttpRequestDomains: 'none',
			allowedDomains: '',
		});
		const { error } = await run(login, {});
		expect(error?.message).toMatch(/Allowed HTTP Request Domains/);
		expect(service.received).toHaveLength(0);
	});

	test('with the service as a login before the real host is refused', async () => {
		const url = stranger.origin.replace('//', `//127.0.0.1:${service.port}@`);
		const { error } = await run(bearer({ baseUrl: service.origin }), { url });
		expect(error?.message).toMatch(/^URL holds a login before the host name/);
		expect(stranger.received).toHaveLength(0);
	});

	test('with another Host header is refused', async () => {
		const { error } = await run(bearer({ baseUrl: service.origin }), {
			sendHeaders: true,
			specifyHeaders: 'keypair',
			headerParameters: { parameters: [{ name: 'HOST', value: 'stranger.example' }] },
		});
		expect(error?.message).toMatch(/^The Host header names another host than the URL/);
		expect(service.received).toHaveLength(0);
	});

	test('over http through a proxy of the node is refused when there is a credential', async () => {
		const { error } = await run(bearer(), { options: { proxy: stranger.origin } });
		expect(error?.message).toMatch(/proxy/);
		expect(stranger.received).toHaveLength(0);
	});
});

describe('a next page', () => {
	const paged = (pagination: object) =>
		({ options: { pagination: { pagination } } }) as Trial['parameters'];

	test.each([
		['a JSON field', { paginationMode: 'nextLinkField', nextLinkPath: 'next' }],
		[
			'an expression',
			{
				paginationMode: 'responseContainsNextURL',
				nextURL: '={{ $response.body.next }}',
				paginationCompleteWhen: 'other',
				completeExpression: '={{ !$response.body.next }}',
			},
		],
	])('found by %s on another server is asked for without the secret', async (__, pagination) => {
		service.answer = (___, response) => json(response, { next: `${stranger.origin}/2` });
		stranger.answer = (___, response) => json(response, { last: true });
		const { items, error } = await run(bearer(), paged(pagination));
		expect(error).toBeUndefined();
		expect(items.map(({ json: item }) => item)).toEqual([
			{ next: `${stranger.origin}/2` },
			{ last: true },
		]);
		expect(stranger.received).toHaveLength(1);
		expect(showsSecret(stranger.everything)).toBe(false);
	});

	test('with the secret in its address is refused', async () => {
		service.answer = (__, response) => json(response, { next: `${stranger.origin}/?t=${SECRET}` });
		const { error } = await run(bearer(), paged({ paginationMode: 'nextLinkField' }));
		expect(error?.message).toMatch(/with a secret of the credential in the address/);
		expect(stranger.received).toHaveLength(0);
	});
});
