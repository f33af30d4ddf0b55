import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Authority, Identity } from './certificates';
import { freePort } from './listen';
import { patiently, programOrNull, Throwaway } from '../../host/servers/throwaway.ts';

const install = programOrNull('mariadb-install-db');
const mariadbd = programOrNull('mariadbd');

export const hasMariadb = install !== null && mariadbd !== null;

export interface MariadbServer {
	readonly port: number;
	readonly password: string;
	/** Connections that clients have open at this moment. */
	clients(): Promise<number>;
	/** Shows another certificate from now on. */
	show(identity: Identity): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Starts a MariaDB server of our own that speaks TLS.
 *
 * User `sealbox` may do anything in `app` and may not open `forbidden`; `certified` needs a client certificate, `tlsonly`
 * needs TLS, and `locked` is locked.
 */
export async function startMariadb(identity: Identity, clients: Authority): Promise<MariadbServer> {
	const server = new Throwaway('mariadb', 'mysql');
	const at = (name: string) => join(server.folder, name);
	const password = randomBytes(18).toString('base64url');
	const port = await freePort();

	server.run(
		install as string,
		'--no-defaults',
		`--datadir=${at('data')}`,
		'--skip-test-db',
		'--auth-root-authentication-method=normal',
	);
	writeFileSync(at('server.pem'), identity.certificate);
	writeFileSync(at('server.key'), identity.key);
	writeFileSync(at('clients.pem'), clients.certificate);
	server.own();
	await server.start(
		port,
		mariadbd as string,
		'--no-defaults',
		`--datadir=${at('data')}`,
		`--socket=${at('socket')}`,
		'--bind-address=127.0.0.1',
		`--port=${port}`,
		'--skip-name-resolve',
		'--innodb-buffer-pool-size=8M',
		`--ssl-cert=${at('server.pem')}`,
		`--ssl-key=${at('server.key')}`,
		`--ssl-ca=${at('clients.pem')}`,
	);

	const socketPath = at('socket');
	const admin = await patiently(async () => await createConnection({ socketPath, user: 'root' }));
	for (const [user, demand] of [
		['sealbox', ''],
		['certified', 'REQUIRE X509'],
		['tlsonly', 'REQUIRE SSL'],
		['locked', 'ACCOUNT LOCK'],
	]) {
		await admin.query(`CREATE USER ${user}@'127.0.0.1' IDENTIFIED BY '${password}' ${demand}`);
	}
	await admin.query('CREATE DATABASE app');
	await admin.query('CREATE DATABASE forbidden');
	await admin.query(
		"GRANT ALL ON app.* TO sealbox@'127.0.0.1', certified@'127.0.0.1', tlsonly@'127.0.0.1', locked@'127.0.0.1'",
	);
	return {
		port,
		password,
		clients: async () => {
			const [rows] = await admin.query(
				"SELECT count(*) AS n FROM information_schema.processlist WHERE user = 'sealbox'",
			);
			return Number((rows as { n: number }[])[0]?.n);
		},
		show: async (other) => {
			writeFileSync(at('server.pem'), other.certificate);
			writeFileSync(at('server.key'), other.key);
			await admin.query('FLUSH SSL');
		},
		stop: async () => {
			await admin.end();
			await server.stop();
		},
	};
}
