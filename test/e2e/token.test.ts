import { search, type Canary } from '../../host/canary.ts';
import { TokenService } from '../servers/tokenService';
import {
	connect,
	httpRequest,
	inLine,
	messageOf,
	outputOf,
	sealboxRequest,
	sightings,
} from './host.ts';

/** A Sealbox Token credential on a real n8n: HTTP Request and Sealbox Request with one grant. */

const TYPE = 'sealboxTokenApi';
const client = connect();
let service: TokenService;
/** What the API takes; everything else is refused. */
let good = '';
let refusals = 0;
/** What everything else is answered with. */
let refusal: [status: number, body: object];

beforeEach(async () => {
	service = await new TokenService().start();
	refusals = 0;
	refusal = [401, { ok: false }];
	service.answers = [
		({ path, headers, body }, response) => {
			if (path === '/token') return grant(body, response);
			const isGood = headers.authorization === `Bearer ${good}`;
			if (!isGood) refusals += 1;
			const [status, said] = isGood ? [200, { ok: true }] : refusal;
			response.writeHead(status, { 'content-type': 'application/json' });
			response.end(JSON.stringify(said));
		},
	];
});
afterEach(() => service.stop());

const issued: Canary[] = [];
let spent = new Set<string>();

/** Each refresh token is good for one use; a second one ends the grant. */
function grant(body: URLSearchParams, response: import('node:http').ServerResponse): void {
	const used = body.get('refresh_token') ?? '';
	const isDead = used !== '' && spent.has(used);
	spent.add(used);
	const number = issued.length;
	good = `canary-access-${number}-${Math.random().toString(36).slice(2)}`;
	const refresh = `canary-refresh-${number}-${Math.random().toString(36).slice(2)}`;
	issued.push(
		{ name: `access ${number}`, value: good },
		{ name: `refresh ${number}`, value: refresh },
	);
	response.writeHead(isDead ? 400 : 200, { 'content-type': 'application/json' });
	const tokens = { access_token: good, refresh_token: refresh, expires_in: 3_600 };
	response.end(JSON.stringify(isDead ? { error: 'invalid_grant' } : tokens));
}

const tokenCalls = () => service.asked.filter(({ path }) => path === '/token').length;

async function credential(changes: Record<string, unknown> = {}): Promise<string> {
	spent = new Set();
	return await client.createCredential('Token', TYPE, {
		grantType: 'refreshToken',
		accessTokenUrl: service.tokenUrl,
		clientId: 'app',
		clientSecret: 'app-secret',
		refreshToken: `first-${service.url}-${Math.random().toString(36).slice(2)}`,
		baseUrl: service.url,
		...changes,
	});
}

const nodes = { 'HTTP Request': httpRequest, 'Sealbox Request': sealboxRequest };

test('both nodes use one grant, at once and one after the other, and ask for one token', async () => {
	const id = await credential();
	const url = `${service.url}/api`;
	const runs = Object.values(nodes).flatMap((node) => [node, node]);
	const executions = await Promise.all(
		runs.map((node) => client.runOnce(inLine('Token', node(TYPE, id, { url })))),
	);
	expect(executions.map(messageOf)).toEqual(['', '', '', '']);
	expect(tokenCalls()).toBe(1);
	const last = await client.runOnce(inLine('Token', httpRequest(TYPE, id, { url })));
	expect(messageOf(last)).toBe('');
	expect(tokenCalls()).toBe(1);
});

test.each(Object.entries(nodes))(
	'%s gets another token when the API refuses the one it has',
	async (_name, node) => {
		const id = await credential();
		const workflow = inLine('Token', node(TYPE, id, { url: `${service.url}/api` }));
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		good = 'nothing';
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		expect(tokenCalls()).toBe(2);
		expect(refusals).toBe(1);
		// And goes on with it.
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		expect(tokenCalls()).toBe(2);
	},
);

test.each(Object.entries(nodes))(
	'58: %s does not repeat a POST whose connection breaks after a renewal',
	async (_name, node) => {
		const id = await credential();
		const url = `${service.url}/api`;
		expect(messageOf(await client.runOnce(inLine('Token', node(TYPE, id, { url }))))).toBe('');
		good = 'nothing';
		let posts = 0;
		service.answers = [
			({ path, headers, body }, response, socket) => {
				if (path === '/token') return grant(body, response);
				posts += 1;
				if (headers.authorization === `Bearer ${good}`) socket.resetAndDestroy();
				else response.writeHead(401).end();
			},
		];
		const workflow = inLine('Token', node(TYPE, id, { method: 'POST', url }));
		expect(messageOf(await client.runOnce(workflow))).not.toBe('');
		expect(tokenCalls()).toBe(2);
		expect(posts).toBe(2);
	},
);

test('a grant that has ended says what to do', async () => {
	const id = await credential({ refreshToken: 'spent' });
	spent.add('spent');
	const workflow = inLine('Token', sealboxRequest(TYPE, id, { url: `${service.url}/api` }));
	expect(messageOf(await client.runOnce(workflow))).toMatch(/has ended.*connect it again/);
});

test('a login call of an API of its own', async () => {
	const id = await credential({
		grantType: 'login',
		loginUrl: service.tokenUrl,
		loginBody: JSON.stringify({ password: 'canary-login-password' }),
		tokenPath: 'access_token',
		expiryPath: 'expires_in',
	});
	const workflow = inLine('Token', httpRequest(TYPE, id, { url: `${service.url}/api` }));
	expect(messageOf(await client.runOnce(workflow))).toBe('');
	expect(service.asked[0].text).toContain('canary-login-password');
});

test('a session whose end is told by a body alone is renewed once, and the request repeated', async () => {
	refusal = [200, { error: 'session expired' }];
	const id = await credential({
		grantType: 'login',
		loginUrl: service.tokenUrl,
		loginBody: JSON.stringify({ password: 'canary-login-password', user: 'told by a body' }),
		tokenPath: 'access_token',
		refusalPath: 'error',
		refusalValues: 'session expired',
	});
	const workflow = inLine('Token', sealboxRequest(TYPE, id, { url: `${service.url}/api` }));
	await client.runOnce(workflow);
	good = 'nothing';
	const execution = await client.runOnce(workflow);
	expect(messageOf(execution)).toBe('');
	expect(outputOf(execution, 'Sealbox Request')).toEqual([{ ok: true }]);
	expect(service.asked.map(({ path }) => path)).toEqual([
		'/token',
		'/api',
		'/api',
		'/token',
		'/api',
	]);
});

test('no token is in what n8n stores, shows or logs', () => {
	expect(issued.length).toBeGreaterThan(4);
	const secrets = [...issued, { name: 'login', value: 'canary-login-password' }];
	expect(sightings(secrets, client)).toEqual([]);
	expect(search(secrets, 'answers', client.answers.join('\n'))).toEqual([]);
});
