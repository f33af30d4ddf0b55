import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../ports.ts';
import { programOrNull, Throwaway } from './throwaway.ts';

const initdb = programOrNull('initdb');
const postgres = programOrNull('postgres');

export const hasPostgres = initdb !== null && postgres !== null;

/** A PostgreSQL of our own for one n8n; everybody on this machine may log in. */
export interface Postgres {
	readonly port: number;
	/** Its files: tables, and the log of all that was ever written. */
	readonly folder: string;
	stop(): Promise<void>;
}

/** @param isDurable - waits for the disk as one in earnest does; without, tests are faster */
export async function startPostgres(isDurable = false): Promise<Postgres> {
	const server = new Throwaway('postgres', 'postgres');
	const data = join(server.folder, 'data');
	const port = await freePort();
	server.run(initdb as string, '-D', data, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8');
	appendFileSync(join(data, 'postgresql.conf'), settings(port, isDurable));
	server.own();
	await server.start(port, postgres as string, '-D', data);
	await query(port, 'SELECT 1');
	return { port, folder: server.folder, stop: () => server.stop() };
}

/** Nothing that was written is ever written over, so that a search finds it. */
const settings = (port: number, isDurable: boolean) => `
port = ${port}
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = ${isDurable ? 'on' : 'off'}
full_page_writes = ${isDurable ? 'on' : 'off'}
wal_keep_size = 8GB
`;

/** Runs a statement; the values of its rows come as PostgreSQL writes them. */
export async function query(port: number, statement: string): Promise<(string | null)[][]> {
	const client = await connect(port);
	try {
		const types = { getTypeParser: () => (text: string) => text };
		const { rows } = await client.query({ text: statement, rowMode: 'array', types });
		return rows as (string | null)[][];
	} finally {
		await client.end();
	}
}

/** The port opens a moment before the server lets anyone in (SQLSTATE 57P03). */
async function connect(port: number): Promise<Client> {
	for (let attempt = 0; ; attempt++) {
		const client = new Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
		try {
			await client.connect();
			return client;
		} catch (error) {
			if ((error as { code?: string }).code !== '57P03' || attempt === 50) throw error;
			await sleep(100);
		}
	}
}

const LONG_COLUMNS = `
	SELECT format('ALTER TABLE %I.%I ALTER COLUMN %I SET STORAGE EXTERNAL', table_schema, table_name, column_name)
	FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
	WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
		AND data_type IN ('text', 'json', 'jsonb', 'bytea', 'character varying')`;

/** From now on long values stand in the files as they are, where a search can see them. */
export async function leaveUncompressed(port: number): Promise<void> {
	const statements = await query(port, LONG_COLUMNS);
	await query(port, statements.flat().join(';'));
}
