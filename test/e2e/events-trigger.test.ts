import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { search, type Canary } from '../../host/canary.ts';
import type { NodeOnCanvas } from '../../host/client.ts';
import { auditLines } from '../../host/observe/auditTrail.ts';
import { TokenService, type Answer } from '../servers/tokenService';
import {
	connect,
	httpRequest,
	inLine,
	messageOf,
	outputOf,
	readHost,
	sealboxRequest,
	sightings,
} from './host.ts';

/** What happens to credentials in a real n8n starts workflows: for each event once. */

const client = connect();
const { folder } = readHost();
const canaries: Canary[] = [];
let service: TokenService;
/** How the token endpoint answers from now on; everything else is let in. */
let answersTokens: Answer;

const canary = (name: string): string => {
	const value = `canary-${name}-${randomUUID()}`;
	canaries.push({ name, value });
	return value;
};

beforeEach(async () => {
	service = await new TokenService().start();
	answersTokens = (_asked, response) => {
		const tokens = {
			access_token: canary('access'),
			refresh_token: canary('refresh'),
			expires_in: 3_600,
		};
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(tokens));
	};
	service.answers = [
		(asked, response, socket) => {
			if (asked.path !== '/token') return void response.end('{}');
			(answersTokens as Extract<Answer, (...args: never[]) => void>)(asked, response, socket);
		},
	];
});
afterEach(() => service.stop());

const refuses =
	(status: number, error: string): Answer =>
	(_asked, response) => {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ error }));
	};

const trigger = (events: string[], credentials: string): NodeOnCanvas => ({
	name: 'Trigger',
	type: 'n8n-nodes-sealbox.sealboxEventsTrigger',
	typeVersion: 1,
	parameters: { events, options: { credentials } },
});

const END = { name: 'End', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} };

/** A workflow that the events of these credentials start. */
async function workflow(events: string[], credentials: string): Promise<string> {
	return await client.createWorkflow({
		name: `Events ${events.join(', ')}`,
		nodes: [trigger(events, credentials), END],
		connections: { Trigger: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
	});
}

async function activated(events: string[], credentials: string): Promise<string> {
	const id = await workflow(events, credentials);
	await client.activateWorkflow(id);
	return id;
}

const hostOf = () => new URL(service.url).host;

const tokenCredential = async (changes: object = {}): Promise<string> =>
	await client.createCredential('Token', 'sealboxTokenApi', {
		grantType: 'refreshToken',
		accessTokenUrl: service.tokenUrl,
		clientId: 'app',
		clientSecret: canary('client-secret'),
		refreshToken: canary('first-refresh'),
		baseUrl: service.url,
		...changes,
	});

const use = async (id: string): Promise<string> =>
	messageOf(
		await client.runOnce(
			inLine('Use', httpRequest('sealboxTokenApi', id, { url: `${service.url}/api` })),
		),
	);

/** What the runs of a workflow got, oldest first, once there are as many. */
async function runsOf(id: string, expected: number): Promise<Record<string, unknown>[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	for (let tries = 0; tries < 150; tries += 1) {
		const { results } = await client.get<{ results: { id: string }[] }>(
			`/rest/executions?filter=${filter}&limit=100`,
		);
		if (results.length >= expected) {
			const ids = results.map((run) => Number(run.id)).sort((a, b) => a - b);
			const runs = await Promise.all(ids.map((run) => client.waitForExecution(String(run))));
			return runs.flatMap((run) => outputOf(run, 'Trigger'));
		}
		await sleep(200);
	}
	throw new Error(`there are no ${expected} runs`);
}

/** The types of what is on record of a service. */
function recordedOf(host: string): string[] {
	return auditLines(folder, 'triggers')
		.filter((line) => line.includes(`"label":"${host}"`))
		.map((line) => (JSON.parse(line) as { type: string }).type);
}

test('a token that is renewed starts each of two workflows once, and is on record', async () => {
	const ids = [await activated(['refreshed'], hostOf()), await activated(['refreshed'], hostOf())];
	const other = await activated(['refreshed'], 'another.example.com');
	const [first, second] = [await tokenCredential(), await tokenCredential()];
	expect([await use(first), await use(first)]).toEqual(['', '']);
	for (const id of ids) await runsOf(id, 1);
	// The second one shows that there is no second run of the first.
	expect(await use(second)).toBe('');
	for (const id of ids) {
		const items = await runsOf(id, 2);
		expect(items).toHaveLength(2);
		expect(new Set(items.map(({ eventId }) => eventId)).size).toBe(2);
		expect(items[0]).toMatchObject({
			event: 'refreshed',
			credential: { kind: 'token', service: hostOf() },
			message: `The token credential for ${hostOf()} was renewed. Nothing is to be done.`,
		});
	}
	expect(await runsOf(other, 0)).toEqual([]);
	expect(recordedOf(hostOf())).toEqual(expect.arrayContaining(['credential.refreshed']));
});

test('a grant that is revoked is told once, however often it is revoked and used afterwards', async () => {
	const id = await activated(['revoked'], hostOf());
	const credentialType = 'sealboxTokenApi';
	const revoke = async (credential: string) => {
		const node = {
			name: 'Sealbox Token',
			type: 'n8n-nodes-sealbox.sealboxToken',
			typeVersion: 1,
			parameters: { credentialType, operation: 'revoke' },
			credentials: { [credentialType]: { id: credential, name: 'Token' } },
		};
		const run = await client.runOnce(inLine('Revocation', node));
		expect(messageOf(run)).toBe('');
		return outputOf(run, 'Sealbox Token');
	};
	const revocationUrl = `${service.url}/revoke`;
	const [first, second] = [
		await tokenCredential({ revocationUrl }),
		await tokenCredential({ revocationUrl }),
	];
	expect(await use(first)).toBe('');
	expect(await revoke(first)).toMatchObject([{ state: 'REVOKED', serviceTold: 'told' }]);
	await runsOf(id, 1);
	await revoke(first);
	expect(await use(first)).toMatch(/was revoked/);
	// The second one shows that there is no second run of the first.
	await revoke(second);
	const items = await runsOf(id, 2);
	expect(items).toMatchObject([
		{
			event: 'revoked',
			credential: { kind: 'token', service: hostOf() },
			message: expect.stringMatching(/was revoked, and nobody is given its tokens/) as string,
		},
		{ event: 'revoked' },
	]);
	expect(new Set(items.map(({ credential }) => JSON.stringify(credential))).size).toBe(2);
	expect(recordedOf(hostOf())).toEqual(expect.arrayContaining(['credential.revoked']));
});

test('a grant that has ended asks for a person once, however many ask for its token', async () => {
	const id = await activated(['reauthenticationRequired', 'refreshFailing'], hostOf());
	const credential = await tokenCredential();
	answersTokens = refuses(400, 'invalid_grant');
	for (let i = 0; i < 3; i += 1) expect(await use(credential)).toMatch(/has ended/);
	// A client that is not accepted is another event, and comes after all that was said of the grant.
	answersTokens = refuses(401, 'invalid_client');
	expect(await use(await tokenCredential())).toMatch(/refuses to give|does not accept/);
	const items = await runsOf(id, 2);
	expect(items.map(({ event, reason }) => [event, reason])).toEqual([
		['reauthenticationRequired', 'grant-dead: invalid_grant'],
		['refreshFailing', 'client-bad: invalid_client'],
	]);
	expect(items[0]?.message).toMatch(/connect it again or paste a new refresh token/);
});

test('what limits forbid is told once for a node, with the credential and the place', async () => {
	const name = `Bearer ${randomUUID()}`;
	const id = await activated(['accessDenied'], name);
	const credential = await client.createCredential(name, 'sealboxBearerApi', {
		token: canary('bearer'),
		baseUrl: 'https://elsewhere.example.com',
	});
	const node = sealboxRequest('sealboxBearerApi', credential, { url: `${service.url}/api` });
	node.credentials = { sealboxBearerApi: { id: credential, name } };
	const denied = await client.createWorkflow(inLine('Denied', node));
	for (let i = 0; i < 2; i += 1) {
		expect(messageOf(await client.runWorkflow(denied))).toMatch(/may be sent|may not be sent/);
	}
	expect(await runsOf(id, 1)).toMatchObject([
		{
			event: 'accessDenied',
			reason: 'ERR_DESTINATION_REFUSED',
			credential: { id: credential, name, kind: 'bearer' },
			workflow: { id: denied, node: 'Sealbox Request' },
		},
	]);
	expect(service.calls).toBe(0);
});

test('a credential that holds another secret than before is told once', async () => {
	const name = `Bearer ${randomUUID()}`;
	const id = await activated(['rotated'], name);
	const data = { token: canary('bearer'), baseUrl: service.url };
	const credential = await client.createCredential(name, 'sealboxBearerApi', data);
	const node = sealboxRequest('sealboxBearerApi', credential, { url: `${service.url}/api` });
	node.credentials = { sealboxBearerApi: { id: credential, name } };
	const request = await client.createWorkflow(inLine('Use', node));
	const run = async () => expect(messageOf(await client.runWorkflow(request))).toBe('');
	for (const token of [data.token, canary('second-bearer'), canary('third-bearer')]) {
		await client.updateCredential(credential, name, 'sealboxBearerApi', { ...data, token });
		await run();
		await run();
	}
	const items = await runsOf(id, 2);
	expect(items).toHaveLength(2);
	expect(items).toMatchObject([
		{ event: 'rotated', credential: { id: credential, name, kind: 'bearer' } },
		{ event: 'rotated' },
	]);
});

test('a deactivated workflow misses what happens; in the editor the latest event is shown', async () => {
	const id = await activated(['refreshed'], hostOf());
	await client.post(`/rest/workflows/${id}/deactivate`, {});
	expect(await use(await tokenCredential())).toBe('');
	await client.activateWorkflow(id);
	expect(await use(await tokenCredential())).toBe('');
	expect(await runsOf(id, 1)).toHaveLength(1);
	const shown = await client.runWorkflow(await workflow(['refreshed'], hostOf()));
	expect(outputOf(shown, 'Trigger')).toMatchObject([{ event: 'refreshed' }]);
});

test('a trigger without an event cannot be activated', async () => {
	await expect(activated([], '')).rejects.toThrow(/Missing or invalid required/);
});

test('no secret is in what n8n stores, shows or logs', () => {
	expect(canaries.length).toBeGreaterThan(10);
	expect(sightings(canaries, client)).toEqual([]);
	expect(search(canaries, 'answers', client.answers.join('\n'))).toEqual([]);
});
