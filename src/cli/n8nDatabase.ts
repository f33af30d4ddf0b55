import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { n8nFolder, type Environment } from '../host/installation';

/** Ids that stand in n8n's database. */
export interface DatabaseIds {
	readonly workflows: readonly string[];
	/** What n8n calls itself, where that is stored. */
	readonly instances: readonly string[];
}

type Select = (table: string, column: string, where: string) => Promise<string[]>;

const REACH_WITHIN_MS = 3_000;

/** Reads n8n's database, whichever it is; `null` when it cannot be reached from here. */
export async function databaseIdsOrNull(env: Environment): Promise<DatabaseIds | null> {
	try {
		return env.DB_TYPE === 'postgresdb' ? await readPostgres(env) : await readSqlite(env);
	} catch {
		// No database, no driver, no permission: the caller says what it could not look at.
		return null;
	}
}

async function readWith(select: Select): Promise<DatabaseIds> {
	const workflows = await select('workflow_entity', 'id', 'id IS NOT NULL');
	// Earlier versions of n8n have no such table.
	const isInstance = "type = 'instance.id' AND status = 'active'";
	const instances = await select('deployment_key', 'value', isInstance).catch(() => []);
	return { workflows, instances };
}

async function readSqlite(env: Environment): Promise<DatabaseIds> {
	const file = join(n8nFolder(env), env.DB_SQLITE_DATABASE || 'database.sqlite');
	if (!existsSync(file)) throw new Error('there is no database');
	const { DatabaseSync } = await import('node:sqlite');
	const database = new DatabaseSync(file, { readOnly: true });
	const prefix = env.DB_TABLE_PREFIX ?? '';
	try {
		return await readWith(async (table, column, where) =>
			database
				.prepare(`SELECT "${column}" AS found FROM "${prefix}${table}" WHERE ${where}`)
				.all()
				.map(({ found }) => String(found)),
		);
	} finally {
		database.close();
	}
}

async function readPostgres(env: Environment): Promise<DatabaseIds> {
	const { Client } = await import('../vendor/pg');
	const set = (name: string) => valueOf(env, `DB_POSTGRESDB_${name}`);
	const client = new Client({
		host: set('HOST') ?? 'localhost',
		port: Number(set('PORT') ?? 5432),
		user: set('USER') ?? 'postgres',
		password: set('PASSWORD'),
		database: set('DATABASE') ?? 'n8n',
		ssl: set('SSL_ENABLED') === 'true' && {
			rejectUnauthorized: set('SSL_REJECT_UNAUTHORIZED') !== 'false',
			ca: set('SSL_CA'),
		},
		connectionTimeoutMillis: REACH_WITHIN_MS,
	});
	const [schema, prefix] = [set('SCHEMA') ?? 'public', env.DB_TABLE_PREFIX ?? ''];
	await client.connect();
	try {
		return await readWith(async (table, column, where) => {
			const from = `"${schema}"."${prefix}${table}"`;
			const { rows } = await client.query<{ found: string }>(
				`SELECT "${column}" AS found FROM ${from} WHERE ${where}`,
			);
			return rows.map(({ found }) => String(found));
		});
	} finally {
		await client.end();
	}
}

/** A setting of n8n's, or what stands in the file that is set in its place. */
function valueOf(env: Environment, name: string): string | undefined {
	const file = env[`${name}_FILE`];
	const value = env[name] ?? (file && readFileSync(file, 'utf8').trim());
	return value || undefined;
}
