import { setTimeout as pause } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { Authority } from '../servers/certificates';
import { hasMariadb, startMariadb } from '../servers/mariadb';
import { hasPostgres, startPostgres } from '../servers/postgres';
import { describeWith } from '../servers/required';
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

/** A credential that changes while n8n runs: used from the next request on, and nothing is cut. */

const client = connect();
const authority = new Authority('Sealbox rotation');
const forLocalhost = authority.issue({ name: 'localhost' });
const tls = { ca: authority.certificate };

/** A session of our own on the server. */
interface Session {
	query(text: string): Promise<Array<Record<string, unknown>>>;
	end(): Promise<void>;
}

type Login = { host: string; port: number; user: string; password: string; database: string };

const ENGINES = [
	{
		name: 'PostgreSQL',
		engine: 'postgres',
		isThere: hasPostgres,
		start: startPostgres,
		async open(login: Login): Promise<Session> {
			const session = new Client({ ...login, ssl: tls });
			await session.connect();
			return {
				query: async (text) => (await session.query<Record<string, unknown>>(text)).rows,
				end: async () => await session.end(),
			};
		},
		lock: 'SELECT pg_advisory_lock(7)',
		unlock: 'SELECT pg_advisory_unlock(7)',
		long: "SELECT 'done' AS said FROM pg_advisory_lock(7)",
		waiting: "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
		change: (password: string) => `ALTER ROLE sealbox PASSWORD '${password}'`,
	},
	{
		name: 'MariaDB',
		engine: 'mysql',
		isThere: hasMariadb,
		start: startMariadb,
		async open(login: Login): Promise<Session> {
			const session = await createConnection({ ...login, ssl: tls });
			return {
				query: async (text) => (await session.query(text))[0] as Array<Record<string, unknown>>,
				end: async () => await session.end(),
			};
		},
		lock: "SELECT GET_LOCK('gate', 60)",
		unlock: "SELECT RELEASE_LOCK('gate')",
		long: "SELECT 'done' AS said WHERE GET_LOCK('gate', 60) = 1",
		waiting: "SELECT 1 FROM information_schema.processlist WHERE state = 'User lock'",
		change: (password: string) => `SET PASSWORD = PASSWORD('${password}')`,
	},
] as const;

/** What a test leaves open, the latest last. */
const opened: Array<() => Promise<unknown>> = [];
afterEach(async () => {
	for (const close of opened.splice(0).reverse()) await close();
});

const CHANGED = 'canary-changed-password-7Kq2';

async function until(isSo: () => Promise<boolean>): Promise<void> {
	for (let tries = 0; !(await isSo()); tries += 1) {
		if (tries > 300) throw new Error('it does not come to pass');
		await pause(100);
	}
}

describe.each(ENGINES)('a password of $name that is changed while a query runs', (engine) => {
	describeWith(engine.name, engine.isThere)('in n8n', () => {
		test('counts for the next query, and the running one comes to its end', async () => {
			const server = await engine.start(forLocalhost, authority);
			opened.push(async () => await server.stop());
			const login = {
				host: 'localhost',
				port: server.port,
				database: 'app',
				user: 'sealbox',
				password: server.password,
			};
			const session = await engine.open(login);
			opened.push(async () => await session.end());
			const fields = { ...login, engine: engine.engine, tls: 'verifyCa', ca: tls.ca };
			const type = 'sealboxDatabaseApi';
			const id = await client.createCredential('Rotated', type, fields);
			const workflow = (query: string) =>
				inLine('Rotation', {
					name: 'Database',
					type: 'n8n-nodes-sealbox.sealboxDatabase',
					typeVersion: 1,
					parameters: { operation: 'executeQuery', query },
					credentials: { [type]: { id, name: 'Rotated' } },
				});
			await session.query(engine.lock);
			const long = client.runOnce(workflow(engine.long));
			await until(async () => (await session.query(engine.waiting)).length === 1);

			await session.query(engine.change(CHANGED));
			await client.updateCredential(id, 'Rotated', type, { ...fields, password: CHANGED });
			const next = await client.runOnce(workflow("SELECT 'here' AS said"));
			expect(messageOf(next)).toBe('');
			expect(outputOf(next, 'Database')).toEqual([{ said: 'here' }]);
			expect(await session.query(engine.waiting)).toHaveLength(1);

			await session.query(engine.unlock);
			const ended = await long;
			expect(messageOf(ended)).toBe('');
			expect(outputOf(ended, 'Database')).toEqual([{ said: 'done' }]);
			// Ours and the one with the new password are left.
			await until(async () => (await server.clients()) === 2);
		}, 120_000);
	});
});

test.each([httpRequest, sealboxRequest].map((node) => [node('', '', {}).name, node] as const))(
	'another client secret counts from the next request of %s on',
	async (_name, node) => {
		const service = await new TokenService().start();
		opened.push(async () => await service.stop());
		const proofs: Array<string | undefined> = [];
		let good = 'canary-first-secret-7Kq2';
		service.answers = [
			({ path, headers, body }, response) => {
				const isToken = path === '/token';
				const isRight = body.get('client_secret') === good || headers.authorization === 'Bearer t2';
				if (isToken) proofs.push(body.get('client_secret') ?? undefined);
				response.writeHead(isRight ? 200 : 401, { 'content-type': 'application/json' });
				const given = { access_token: `t${proofs.length}`, expires_in: 3_600 };
				response.end(JSON.stringify(isToken && isRight ? given : { error: 'invalid_client' }));
			},
		];
		const type = 'sealboxTokenApi';
		const fields = {
			grantType: 'clientCredentials',
			accessTokenUrl: service.tokenUrl,
			clientId: node('', '', {}).name,
			clientSecret: 'canary-first-secret-7Kq2',
			authentication: 'body',
		};
		good = CHANGED;
		const id = await client.createCredential('Rotated', type, fields);
		const workflow = inLine('Rotation', node(type, id, { url: `${service.url}/api` }));
		expect(messageOf(await client.runOnce(workflow))).toMatch(/invalid_client/);
		await client.updateCredential(id, 'Rotated', type, { ...fields, clientSecret: CHANGED });
		expect(messageOf(await client.runOnce(workflow))).toBe('');
		expect(proofs).toEqual(['canary-first-secret-7Kq2', CHANGED]);
	},
);

test('no password is in what n8n stores, shows or logs', () => {
	expect(sightings([{ name: 'changed', value: CHANGED }], client)).toEqual([]);
});
