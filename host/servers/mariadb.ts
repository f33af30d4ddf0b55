import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { freePort } from '../ports.ts';
import { patiently, programOrNull, Throwaway } from './throwaway.ts';

const install = programOrNull('mariadb-install-db');
const mariadbd = programOrNull('mariadbd');

export const hasMariadb = install !== null && mariadbd !== null;

/** A MariaDB of our own with the database `app`; everybody on this machine may log in as `root`. */
export interface Mariadb {
	readonly port: number;
	/** Runs a statement. */
	query(statement: string): Promise<void>;
	stop(): Promise<void>;
}

export async function startMariadb(): Promise<Mariadb> {
	const server = new Throwaway('mariadb', 'mysql');
	const port = await freePort();
	const data = `--datadir=${join(server.folder, 'data')}`;
	server.run(
		install as string,
		'--no-defaults',
		data,
		'--skip-test-db',
		'--auth-root-authentication-method=normal',
	);
	server.own();
	await server.start(
		port,
		mariadbd as string,
		'--no-defaults',
		data,
		`--socket=${join(server.folder, 'socket')}`,
		'--bind-address=127.0.0.1',
		`--port=${port}`,
		'--skip-name-resolve',
		'--innodb-flush-log-at-trx-commit=0',
	);
	const socketPath = join(server.folder, 'socket');
	const admin = await patiently(async () => await createConnection({ socketPath, user: 'root' }));
	await admin.query("CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY ''");
	await admin.query("GRANT ALL ON *.* TO root@'127.0.0.1'");
	await admin.query('CREATE DATABASE app');
	await admin.query('USE app');
	return {
		port,
		query: async (statement) => void (await admin.query(statement)),
		stop: async () => {
			await admin.end();
			await server.stop();
		},
	};
}
