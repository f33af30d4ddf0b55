import { testDatabase, type DatabaseReport } from '../../src/connections/database';
import type { Fields } from '../../src/kinds/kind';
import { Authority, type Identity } from '../servers/certificates';
import { freePort } from '../servers/listen';
import { hasMariadb, startMariadb } from '../servers/mariadb';
import { hasPostgres, startPostgres } from '../servers/postgres';
import { describeWith } from '../servers/required';
import { refusal } from './refusal';

/*
 * Real servers of our own, that check passwords and certificates. Each case changes one field of a
 * credential that works, and must be told so in a sentence about that field.
 */

const servers = new Authority('Sealbox test servers');
const clients = new Authority('Sealbox test clients');
const strangers = new Authority('Sealbox test strangers');

const forLocalhost = servers.issue({ name: 'localhost' });
const client = clients.issue({ name: 'sealbox' });
const stranger = strangers.issue({ name: 'sealbox' });

const asClient = (identity: Identity): Fields => ({
	tls: 'clientCertificate',
	clientCertificate: identity.certificate,
	clientPrivateKey: identity.key,
});

interface TestServer {
	port: number;
	password: string;
	clients(): Promise<number>;
	show(identity: Identity): Promise<void>;
	stop(): Promise<void>;
}

const ENGINES = [
	{
		name: 'PostgreSQL',
		engine: 'postgres',
		isThere: hasPostgres,
		start: startPostgres,
		certified: { database: 'certified' },
		plain: { user: 'legacy' },
	},
	{
		name: 'MariaDB',
		engine: 'mysql',
		isThere: hasMariadb,
		start: startMariadb,
		certified: { user: 'certified' },
		plain: { user: 'tlsonly' },
	},
];

describe.each(ENGINES)('$name', ({ name, engine, isThere, start, certified, plain }) => {
	describeWith(name, isThere)('Test Connection', () => {
		let server: TestServer;
		let good: Fields;

		beforeAll(async () => {
			server = await start(forLocalhost, clients);
			const { port, password } = server;
			good = {
				engine,
				host: 'localhost',
				port,
				database: 'app',
				user: 'sealbox',
				password,
				tls: 'verifyCa',
				ca: servers.certificate,
				connectTimeout: 5000,
			};
		}, 60_000);

		afterAll(async () => await server.stop(), 20_000);

		const report = async (change: Fields = {}): Promise<DatabaseReport> =>
			await testDatabase({ ...good, ...change });

		const refused = async (change: Fields) =>
			await refusal(testDatabase({ ...good, ...change }), [server.password]);

		test('reports server, version and verified TLS, and says goodbye', async () => {
			const { ok, server: facts, tls, warnings, latencyMs } = await report();
			expect(ok).toBe(true);
			expect(facts).toEqual({ product: name, version: expect.stringMatching(/^\d+(\.\d+)+$/) });
			expect(tls).toEqual({
				encrypted: true,
				verified: true,
				protocol: expect.stringMatching(/^TLSv1\.[23]$/),
				cipher: expect.stringMatching(/^[A-Z0-9_-]+$/),
				certificateExpires: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
			});
			expect(warnings).toEqual([]);
			expect(latencyMs).toBeLessThan(5000);
			expect(await left(server)).toBe(0);
		});

		test('a wrong password is refused, and the connection is closed', async () => {
			expect(await refused({ password: 'not the password' })).toMatchObject({
				code: 'ERR_LOGIN_REFUSED',
				message: expect.stringContaining('Check User and Password'),
			});
			expect(await left(server)).toBe(0);
		});

		test('an unknown user reads like a wrong password', async () => {
			const wrong = await refused({ password: 'not the password' });
			expect(await refused({ user: 'nobody-of-that-name' })).toMatchObject({
				code: wrong.code,
				message: expect.stringContaining('User'),
			});
		});

		test('an empty password is not filled in from the environment', async () => {
			process.env.PGPASSWORD = server.password;
			process.env.MYSQL_PWD = server.password;
			try {
				expect(await refused({ password: '' })).toMatchObject({
					code: 'ERR_LOGIN_REFUSED',
					message: expect.stringContaining('Password'),
				});
			} finally {
				delete process.env.PGPASSWORD;
				delete process.env.MYSQL_PWD;
			}
		});

		test('an unknown database is named as the fault', async () => {
			expect((await refused({ database: 'nowhere' })).message).toMatch(
				/Check Database|open this database/,
			);
		});

		test('a database that the user may not open is named as the fault', async () => {
			expect(await refused({ database: 'forbidden' })).toMatchObject({
				code: 'ERR_SERVER_REFUSED',
				message: expect.stringContaining('may not open this database'),
			});
		});

		test('a certificate of an unknown authority is refused', async () => {
			for (const change of [{ tls: 'verify' }, { ca: strangers.certificate }]) {
				expect(await refused(change)).toMatchObject({
					code: 'ERR_TLS_FAILED',
					message: expect.stringContaining('signed by nobody'),
				});
			}
		});

		test('a certificate for another host is refused, for an address as for a name', async () => {
			expect(await refused({ host: '127.0.0.1' })).toMatchObject({
				code: 'ERR_TLS_FAILED',
				message: expect.stringContaining('for another name'),
			});
			await server.show(servers.issue({ name: 'db.example.com' }));
			try {
				expect(await refused({})).toMatchObject({
					message: expect.stringContaining('for another name'),
				});
			} finally {
				await server.show(forLocalhost);
			}
		});

		test('a certificate for the address is accepted', async () => {
			await server.show(servers.issue({ name: 'db', alternatives: ['IP:127.0.0.1'] }));
			try {
				expect((await report({ host: '127.0.0.1' })).tls.verified).toBe(true);
			} finally {
				await server.show(forLocalhost);
			}
		});

		test('an expired certificate is refused', async () => {
			await server.show(servers.issue({ name: 'localhost', expired: true }));
			try {
				expect(await refused({})).toMatchObject({
					code: 'ERR_TLS_FAILED',
					message: expect.stringContaining('expired'),
				});
			} finally {
				await server.show(forLocalhost);
			}
		});

		test('an unverified connection works, is reported as such, and warns', async () => {
			const { tls, warnings } = await report({ tls: 'unverified' });
			expect(tls).toMatchObject({ encrypted: true, verified: false });
			expect(warnings).toEqual([expect.stringContaining('not verified')]);
		});

		test('a server that insists on TLS says so to a connection without', async () => {
			const refusedPlain = await refused({ tls: 'off', ca: '', ...plain });
			expect(refusedPlain.code).toMatch(/^ERR_(TLS_FAILED|LOGIN_REFUSED)$/);
		});

		test('a client certificate opens what asks for one, line breaks lost or not', async () => {
			const flattened = { ...client, key: client.key.replace(/\n/g, '\\n') };
			expect((await report({ ...certified, ...asClient(client) })).tls.verified).toBe(true);
			expect((await report({ ...certified, ...asClient(flattened) })).ok).toBe(true);
		});

		test('a missing or foreign client certificate is refused', async () => {
			const without = await refused(certified);
			const foreign = await refused({ ...certified, ...asClient(stranger) });
			expect(without.code).toBe('ERR_LOGIN_REFUSED');
			expect(['ERR_TLS_FAILED', 'ERR_LOGIN_REFUSED', 'ERR_UNREACHABLE']).toContain(foreign.code);
			expect(foreign.message).toMatch(/certificate/i);
		});

		test('the other engine at this port is not mistaken for a slow one', async () => {
			const other = engine === 'postgres' ? 'mysql' : 'postgres';
			expect(await refused({ engine: other, connectTimeout: 700 })).toMatchObject({
				code: 'ERR_UNREACHABLE',
				message: expect.stringMatching(/not speak (MySQL|PostgreSQL)/),
			});
		});

		test('a closed port and an unknown host are told apart', async () => {
			expect(await refused({ port: await freePort() })).toMatchObject({
				code: 'ERR_UNREACHABLE',
				message: expect.stringContaining('Nothing accepts connections'),
			});
			expect(await refused({ host: 'no-such-host.invalid' })).toMatchObject({
				code: 'ERR_UNREACHABLE',
				message: expect.stringMatching(/Host (has no address|could not be looked up)/),
			});
		});
	});
});

/** Connections still open, once the server has had the time to notice. */
async function left(server: TestServer): Promise<number> {
	for (let attempt = 0; attempt < 20 && (await server.clients()) > 0; attempt++) {
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	return await server.clients();
}
