import { inspect } from 'node:util';
import { SealboxBearerApi } from '../../credentials/SealboxBearerApi.credentials';
import { SealboxJwtApi } from '../../credentials/SealboxJwtApi.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { json, redirect, TestServer } from '../http/server';
import { Authority } from '../servers/certificates';
import { runNode, type Trial } from './execution';

/*
 * Ways around the scrubber and the destination that need no trick of encoding:
 *  - a secret that stands in no field as it is shown: half of a header, the user of a login,
 *    what was minted, fetched or computed on the way
 *  - a secret in what an answer is called, not in what it holds
 *  - a second Host header, a Host header of a later page, a proxy with an authority of its own
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

const password = (name: string) => ({ name, typeOptions: { password: true } });

/** As the host does it: the token of a session goes into the very fields, the headers are changed in place. */
const session = {
	properties: [password('login'), { name: 'sessionToken', typeOptions: { expirable: true } }],
	authenticate: async (
		values: Record<string, unknown>,
		request: { headers: Record<string, unknown> },
	) => {
		values.sessionToken = SECRET;
		request.headers['X-Session'] = SECRET;
		return request;
	},
};

const minting = {
	properties: [password('apiKey')],
	authenticate: async (_: unknown, request: { headers: object }) => {
		request.headers = { ...request.headers, Authorization: `Bearer ${SECRET}` };
		return request;
	},
};

const types = {
	sealboxBearerApi: new SealboxBearerApi(),
	sealboxJwtApi: new SealboxJwtApi(),
	httpHeaderAuth: { properties: [password('value')] },
	httpBasicAuth: { properties: [password('password')] },
	httpDigestAuth: { properties: [password('password')] },
	httpSslAuth: { properties: [password('key')] },
	metabaseApi: session,
	ghostAdminApi: minting,
} as unknown as Trial['types'];

const CHOICE = {
	sealbox: (type: string) => ({
		authentication: 'sealboxCredential',
		sealboxCredentialType: type,
	}),
	generic: (type: string) => ({ authentication: 'genericCredentialType', genericAuthType: type }),
	predefined: (type: string) => ({
		authentication: 'predefinedCredentialType',
		nodeCredentialType: type,
	}),
};

type Values = Record<string, Record<string, unknown>>;

/** The first credential type is the one that the request is authenticated with. */
const run = async (
	choice: keyof typeof CHOICE,
	credentials: Values,
	parameters: Trial['parameters'] = {},
) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: {
			url: `${service.origin}/start`,
			...CHOICE[choice](Object.keys(credentials)[0] as string),
			...parameters,
		},
		credentials: credentials as Trial['credentials'],
		types,
	});

const shows = (result: Awaited<ReturnType<typeof run>>, secret: string) =>
	inspect([result.items, result.error, result.leftBehind], {
		depth: 12,
		maxStringLength: null,
		showHidden: true,
	}).includes(secret);

const bearer = (fields = {}) => ({ sealboxBearerApi: { token: SECRET, ...fields } });
const paged = (pagination: object) =>
	({ options: { pagination: { pagination } } }) as Trial['parameters'];

describe('a service that shows', () => {
	const pair = Buffer.from(`me:${SECRET}`).toString('base64');
	const userOnly = Buffer.from(`${SECRET}:`).toString('base64');
	const weakPair = Buffer.from('me:hunter2').toString('base64');

	test.each<[string, string, keyof typeof CHOICE, Values]>([
		[
			'the token of a header without its scheme',
			SECRET,
			'generic',
			{ httpHeaderAuth: { name: 'Authorization', value: `Token ${SECRET}` } },
		],
		[
			'the password that a Basic header stands for',
			SECRET,
			'generic',
			{ httpHeaderAuth: { name: 'Authorization', value: `Basic ${pair}` } },
		],
		[
			'the key that a login has for its user',
			SECRET,
			'generic',
			{ httpBasicAuth: { user: SECRET, password: '' } },
		],
		[
			'such a login in base64',
			userOnly,
			'generic',
			{ httpBasicAuth: { user: SECRET, password: '' } },
		],
		[
			'a login with a common password in base64',
			weakPair,
			'generic',
			{ httpBasicAuth: { user: 'me', password: 'hunter2' } },
		],
		['the token of a session', SECRET, 'predefined', { metabaseApi: { login: 'not this one' } }],
		['a token that was minted', SECRET, 'predefined', { ghostAdminApi: { apiKey: 'not this' } }],
	])('%s does not get it into an item', async (_, shown, choice, credentials) => {
		service.answer = (__, response) => json(response, { shown });
		const result = await run(choice, credentials);
		expect(result.error).toBeUndefined();
		expect(result.items).toHaveLength(1);
		expect(shows(result, shown)).toBe(false);
	});

	test('the answer to its Digest challenge does not get it into an item', async () => {
		service.answer = ({ headers: { authorization = '' } }, response) => {
			if (authorization !== '') return json(response, { authorization });
			response.setHeader('www-authenticate', 'Digest realm="r", nonce="n", qop="auth"');
			return json(response, {}, 401);
		};
		const result = await run('generic', { httpDigestAuth: { user: 'me', password: SECRET } });
		const sent = service.received.at(-1)?.headers.authorization ?? '';
		expect(shows(result, /response="(\w+)"/.exec(sent)?.[1] as string)).toBe(false);
	});

	test('a version or a type that a credential also sets leaves it in the item', async () => {
		service.answer = (__, response) => json(response, { type: 'application/json' });
		const { items } = await run('predefined', { metabaseApi: { login: 'not this one' } });
		expect(items[0]?.json).toEqual({ type: 'application/json' });
	});
});

describe('the name of a file', () => {
	const file = (response: Parameters<TestServer['answer']>[1], disposition?: string) => {
		if (disposition) response.setHeader('content-disposition', disposition);
		response.writeHead(200, { 'content-type': 'application/octet-stream' });
		response.end('bytes');
	};

	test('that comes from the address of a redirect shows no secret', async () => {
		service.answer = (request, response) =>
			request.url === '/start' ? redirect(response, `/files/${SECRET}.bin`) : file(response);
		const result = await run('sealbox', bearer());
		expect(result.items[0]?.binary?.data).toMatchObject({ fileExtension: 'bin' });
		expect(shows(result, SECRET)).toBe(false);
	});

	test.each([
		['a backslash before each sign', (text: string) => `filename="${text.replace(/./g, '\\$&')}"`],
		[
			'an invisible control character inside',
			(text: string) => `filename*=utf-8''${text.slice(0, 9)}%C2%85${text.slice(9)}`,
		],
	])('with %s shows no secret', async (_, write) => {
		service.answer = (__, response) => file(response, `attachment; ${write(SECRET)}`);
		const result = await run('sealbox', bearer());
		expect(result.items[0]?.binary?.data?.fileName).toBeTruthy();
		expect(shows(result, SECRET)).toBe(false);
	});
});

describe('a token that was minted for this request', () => {
	const jwt = {
		sealboxJwtApi: { algorithm: 'HS256', keyType: 'secret', secret: SECRET + SECRET, claims: '{}' },
	};
	const tokenIn = (authorization = '') => authorization.slice('Bearer '.length);

	test('is not taken to another server by the address of a redirect', async () => {
		service.answer = ({ headers }, response) =>
			redirect(response, `${stranger.origin}/?t=${tokenIn(headers.authorization)}`);
		const { error } = await run('sealbox', jwt);
		expect(error?.message).toMatch(/with a secret of the credential in the address/);
		expect(stranger.received).toHaveLength(0);
	});

	test('is not taken to another server by the address of a next page', async () => {
		service.answer = ({ headers }, response) =>
			json(response, { next: `${stranger.origin}/?t=${tokenIn(headers.authorization)}` });
		const { error } = await run('sealbox', jwt, paged({ paginationMode: 'nextLinkField' }));
		expect(error?.message).toMatch(/with a secret of the credential in the address/);
		expect(stranger.received).toHaveLength(0);
	});
});

describe('somebody else named beside the URL', () => {
	test('by the second of two Host headers is refused', async () => {
		const host = new URL(service.origin).host;
		const { error } = await run('sealbox', bearer({ baseUrl: service.origin }), {
			sendHeaders: true,
			specifyHeaders: 'json',
			jsonHeaders: JSON.stringify({ host, Host: 'stranger.example' }),
			options: { lowercaseHeaders: false },
		});
		expect(error?.message).toMatch(/^The Host header names another host/);
		expect(service.received).toHaveLength(0);
	});

	test('by the Host header of a page is refused', async () => {
		const rows = [{ type: 'headers', name: 'Host', value: 'stranger.example' }];
		const { error } = await run('sealbox', bearer({ baseUrl: service.origin }), {
			...paged({
				paginationMode: 'updateAParameterInEachRequest',
				parameters: { parameters: rows },
				limitPagesFetched: true,
				maxRequests: 1,
			}),
		});
		expect(error?.message).toMatch(/^The Host header names another host/);
		expect(service.received).toHaveLength(0);
	});

	test('by a proxy whose certificates the node vouches for is refused', async () => {
		const { error } = await run(
			'sealbox',
			{ ...bearer(), httpSslAuth: { ca: new Authority('Stranger').certificate } },
			{
				url: 'https://service.invalid/',
				provideSslCertificates: true,
				options: { proxy: stranger.origin },
			},
		);
		expect(error?.message).toMatch(/^With a proxy/);
		expect(stranger.received).toHaveLength(0);
	});
});
