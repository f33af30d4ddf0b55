import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { AuthorizationServer } from '../servers/authorizationServer';
import { listen } from '../servers/listen';
import { connectTo, consentAgain, startServer, TYPE } from './consent.ts';
import {
	connect,
	httpRequest,
	inLine,
	messageOf,
	outputOf,
	readHost,
	sealboxRequest,
} from './host.ts';

/**
 * Grants that were consented to in n8n's own window, on a service whose refresh tokens are good for one use:
 * Sealbox alone renews them, whichever node asks.
 */

const NODES = [httpRequest, sealboxRequest];
const n8nRequire = createRequire(join(process.env.SEALBOX_N8N_FOLDER ?? '', 'package.json'));
const client = connect();
let server: AuthorizationServer;

const start = async (accessTokenSeconds?: number) => {
	server = await startServer(readHost().url, accessTokenSeconds);
};
afterEach(() => server.stop());

/** An API that lets in nobody. */
const forbids = createServer((_, response) => response.writeHead(403).end('{}'));
afterAll(() => {
	forbids.close();
	forbids.closeAllConnections();
});

const connected = async (changes: object = {}) => await connectTo(server, client, changes);

/** What n8n keeps of the grant. */
function copyOf(id: string): Record<string, string> {
	const home = join(readHost().folder, '.n8n');
	const { encryptionKey } = JSON.parse(readFileSync(join(home, 'config'), 'utf8')) as {
		encryptionKey: string;
	};
	const database = new DatabaseSync(join(home, 'database.sqlite'), { readOnly: true });
	const row = database.prepare('SELECT data FROM credentials_entity WHERE id = ?').get(id);
	database.close();
	const { CipherAes256CBC } = n8nRequire('n8n-core/dist/encryption/aes-256-cbc') as {
		CipherAes256CBC: new () => { decrypt(data: unknown, key: string): string };
	};
	const fields = new CipherAes256CBC().decrypt(row?.data, encryptionKey);
	return (JSON.parse(fields) as { oauthTokenData: Record<string, string> }).oauthTokenData;
}

/** Each node twice, at once. */
async function useAtOnce(id: string): Promise<void> {
	const url = `${server.url}/resource`;
	const runs = [...NODES, ...NODES].map((node) =>
		client.runOnce(inLine('Consent', node(TYPE, id, { url }))),
	);
	expect((await Promise.all(runs)).map(messageOf)).toEqual(['', '', '', '']);
}

test('both nodes at once ask for one token in place of one that the API refuses, round after round', async () => {
	await start();
	const id = await connected();
	const before = await server.calls();
	await useAtOnce(id);
	expect(await server.calls()).toBe(before);
	expect(Object.keys(copyOf(id))).not.toContain('refresh_token');
	for (let round = 1; round <= 6; round += 1) {
		await server.forget();
		await useAtOnce(id);
		expect(await server.calls()).toBe(before + round);
	}
	expect(await server.refusals()).toBe(0);
	// Whoever goes by n8n's copy has a token that is good, and nothing to end the grant with.
	expect(await server.isLive(copyOf(id).access_token)).toBe(true);
	expect(Object.keys(copyOf(id))).not.toContain('refresh_token');
}, 180_000);

test.each(NODES.map((node) => [node(TYPE, '', {}).name, node] as const))(
	'a new consent counts from the next request of %s on',
	async (_name, node) => {
		await start();
		const id = await connected();
		const workflow = inLine('Consent', node(TYPE, id, { url: `${server.url}/resource` }));
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		const { access_token: earlier } = copyOf(id);
		await consentAgain(id, client);
		const { access_token: later, refresh_token: fresh } = copyOf(id);
		expect([later === earlier, fresh === undefined]).toEqual([false, false]);
		const calls = await server.calls();
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		expect(copyOf(id)).toMatchObject({ access_token: later });
		expect(copyOf(id).refresh_token).toBeUndefined();
		await server.forget();
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		expect(await server.calls()).toBe(calls + 1);
	},
	120_000,
);

test.each(NODES.map((node) => [node(TYPE, '', {}).name, node] as const))(
	'%s says who has to act when the grant has ended at the service',
	async (_name, node) => {
		await start();
		const id = await connected();
		const workflow = inLine('Consent', node(TYPE, id, { url: `${server.url}/resource` }));
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		await server.forgetGrants();
		const said = messageOf(await client.runOnce(workflow));
		expect(said).toMatch(/has ended.*connect it again/);
	},
	120_000,
);

test('fault 4: a named status renews in neither node while the token is good by its own end', async () => {
	await start();
	const url = `http://127.0.0.1:${await listen(forbids)}/resource`;
	const id = await connected({ tokenExpiredStatusCode: 403 });
	const said = async (node: (typeof NODES)[number]) =>
		messageOf(await client.runOnce(inLine('Consent', node(TYPE, id, { url }))));
	const workflow = inLine('Consent', sealboxRequest(TYPE, id, { url: `${server.url}/resource` }));
	// Of a token that Sealbox has got itself the end is known.
	expect(messageOf(await client.runOnce(workflow))).toBe('');
	await server.forget();
	expect(messageOf(await client.runOnce(workflow))).toBe('');
	const before = await server.calls();
	for (const node of NODES) expect(await said(node)).toMatch(/403|Forbidden/);
	expect(await server.calls()).toBe(before);
}, 120_000);

test('tokens that expire are renewed before, and the grant lives', async () => {
	const seconds = 10;
	await start(seconds);
	const id = await connected();
	const before = await server.calls();
	for (let round = 1; round <= 3; round += 1) {
		await useAtOnce(id);
		// Past the half of its life, after which nobody uses a token of so short a life.
		await pause((seconds / 2) * 1_000);
	}
	expect(await server.calls()).toBeGreaterThanOrEqual(before + 2);
	expect(await server.refusals()).toBe(0);
}, 180_000);

test('a grant that is revoked is over here and at the service, and can be consented to again', async () => {
	await start();
	const id = await connected();
	const [sealbox, http] = NODES.map((node) =>
		inLine('Consent', node(TYPE, id, { url: `${server.url}/resource` })),
	);
	expect(messageOf(await client.runOnce(http))).toBe('');
	const { access_token: token } = copyOf(id);
	const revocation = await client.runOnce(
		inLine('Revocation', {
			name: 'Sealbox Token',
			type: 'n8n-nodes-sealbox.sealboxToken',
			typeVersion: 1,
			parameters: { credentialType: TYPE, operation: 'revoke' },
			credentials: { [TYPE]: { id, name: TYPE } },
		}),
	);
	expect(messageOf(revocation)).toBe('');
	expect(outputOf(revocation, 'Sealbox Token')).toEqual([
		{
			state: 'REVOKED',
			health: 'OK',
			service: new URL(server.url).host,
			serviceTold: 'told',
		},
	]);
	expect(await server.isLive(token)).toBe(false);
	expect(copyOf(id)).toBeUndefined();
	for (const workflow of [sealbox, http]) {
		expect(messageOf(await client.runOnce(workflow))).toMatch(/Nobody has consented yet/);
	}
	await consentAgain(id, client);
	for (const workflow of [sealbox, http]) {
		expect(messageOf(await client.runOnce(workflow))).toBe('');
	}
}, 120_000);
