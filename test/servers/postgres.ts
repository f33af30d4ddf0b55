import { randomBytes } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { Authority, Identity } from './certificates';
import { freePort } from './listen';
import { programOrNull, Throwaway } from '../../host/servers/throwaway.ts';

const initdb = programOrNull('initdb');
const postgres = programOrNull('postgres');

export const hasPostgres = initdb !== null && postgres !== null;

/** Login rules: who has to come how. The first that fits decides. */
const RULES = `
hostssl certified    all all scram-sha-256 clientcert=verify-ca
hostssl all     sealbox all scram-sha-256
hostssl all     postgres all scram-sha-256
hostssl all     legacy all md5
`;

export interface PostgresServer {
	readonly port: number;
	readonly password: string;
	/** Connections that clients have open at this moment. */
	clients(): Promise<number>;
	/** Shows another certificate from now on. */
	show(identity: Identity): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server of our own that checks passwords (SCRAM) and speaks TLS.
 *
 * User `sealbox` owns `app` and may not open `forbidden`; `certified` takes client certificates only.
 */
export async function startPostgres(
	identity: Identity,
	clients: Authority,
): Promise<PostgresServer> {
	const server = new Throwaway('postgres', 'postgres');
	const at = (name: string) => join(server.folder, name);
	const password = randomBytes(18).toString('base64url');
	const port = await freePort();

	writeFileSync(at('password'), password, { mode: 0o600 });
	server.own();
	server.run(
		initdb as string,
		'-D',
		at('data'),
		'-U',
		'postgres',
		'-A',
		'scram-sha-256',
		'--pwfile',
		at('password'),
		'-N',
	);
	writeFileSync(at('server.pem'), identity.certificate);
	writeFileSync(at('server.key'), identity.key, { mode: 0o600 });
	writeFileSync(at('clients.pem'), clients.certificate);
	writeFileSync(at('data/pg_hba.conf'), RULES);
	appendFileSync(at('data/postgresql.conf'), settings(port, server.folder));
	server.own();
	await server.start(port, postgres as string, '-D', at('data'));

	const admin = await adminOf(port, password);
	await admin.query(`CREATE ROLE sealbox LOGIN PASSWORD '${password}'`);
	for (const name of ['app', 'certified', 'forbidden'])
		await admin.query(`CREATE DATABASE ${name}`);
	await admin.query('ALTER DATABASE app OWNER TO sealbox');
	await admin.query('REVOKE CONNECT ON DATABASE forbidden FROM PUBLIC');
	return {
		port,
		password,
		clients: async () => {
			const { rows } = await admin.query<{ n: number }>(
				"SELECT count(*)::int AS n FROM pg_stat_activity WHERE usename = 'sealbox'",
			);
			return rows[0]?.n as number;
		},
		show: async (other) => {
			writeFileSync(at('server.pem'), other.certificate);
			writeFileSync(at('server.key'), other.key);
			await admin.query('SELECT pg_reload_conf()');
			await sleep(300);
		},
		stop: async () => {
			await admin.end();
			await server.stop();
		},
	};
}

const settings = (port: number, folder: string): string => `
port = ${port}
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
shared_buffers = 1MB
max_connections = 12
ssl = on
ssl_cert_file = '${folder}/server.pem'
ssl_key_file = '${folder}/server.key'
ssl_ca_file = '${folder}/clients.pem'
`;

/** The port opens a moment before the server lets anyone in (SQLSTATE 57P03). */
async function adminOf(port: number, password: string): Promise<Client> {
	const ssl = { rejectUnauthorized: false };
	for (let attempt = 0; ; attempt++) {
		const admin = new Client({
			host: '127.0.0.1',
			port,
			user: 'postgres',
			password,
			database: 'postgres',
			ssl,
		});
		try {
			await admin.connect();
			return admin;
		} catch (error) {
			if ((error as { code?: string }).code !== '57P03' || attempt === 50) throw error;
			await sleep(100);
		}
	}
}
