import type { Pool, PoolClient } from '../../vendor/pg';
import { newerVersion } from '../version';
import { migrationsFor, type Migrations } from './schema';

/** Any number that nothing else locks: processes that start together prepare the schema in turn. */
const LOCK = 7_325_690_214;

/**
 * Brings the schema to the format of this release, in one transaction. A schema that is there already
 * takes one question, and no right to create anything.
 *
 * @param migrations - one list of statements for each version of the format, the latest last
 * @throws SealboxError `ERR_STATE_VERSION`; the driver's errors
 */
export async function prepareSchema(
	pool: Pool,
	schema: string,
	migrations: Migrations = migrationsFor(schema),
): Promise<void> {
	if ((await versionOf(pool, schema)) === migrations.length) return;
	const client = await pool.connect();
	let isDone = false;
	try {
		await client.query('BEGIN');
		await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
		await migrate(client, schema, migrations);
		await client.query('COMMIT');
		isDone = true;
	} finally {
		// Where it failed, its connection may be in the middle of anything.
		client.release(!isDone);
	}
}

async function migrate(client: PoolClient, schema: string, migrations: Migrations): Promise<void> {
	const version = await versionOf(client, schema);
	if (version > migrations.length) throw newerVersion(version, migrations.length);
	if (version === 0) {
		await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
		await client.query(`CREATE TABLE ${schema}.meta (version integer NOT NULL)`);
		await client.query(`INSERT INTO ${schema}.meta VALUES (0)`);
	}
	for (const step of migrations.slice(version).flat()) await client.query(step);
	await client.query(`UPDATE ${schema}.meta SET version = $1`, [migrations.length]);
}

/**
 * 0 where nothing is there yet. Asks the catalogue as a table: `to_regclass` answers from a cache that
 * knows nothing of what another process made while this one waited for its turn.
 */
async function versionOf(pool: Pick<Pool, 'query'>, schema: string): Promise<number> {
	const known = `SELECT FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = 'meta'`;
	if ((await pool.query(known, [schema])).rowCount === 0) return 0;
	const { rows } = await pool.query<{ version: number }>(`SELECT version FROM ${schema}.meta`);
	return rows[0]?.version ?? 0;
}
