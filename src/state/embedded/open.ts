import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { SealboxError } from '../../sealing/error';
import { newerVersion } from '../version';
import { MIGRATIONS } from './schema';

/**
 * Opens the file of the embedded store, makes it (mode 0600) where it is missing, and brings it to the
 * format of this release.
 *
 * `busy_timeout` is 0: a driver that waits does so with the whole of n8n. Whoever finds the file locked
 * asks again later.
 *
 * @param migrations - one list of statements for each version of the format, the latest last
 * @throws SealboxError `ERR_STATE_VERSION`, `ERR_STATE_UNAVAILABLE` without node:sqlite; SQLite's errors
 */
export async function openDatabase(
	path: string,
	migrations: readonly string[] = MIGRATIONS,
): Promise<DatabaseSync> {
	const { DatabaseSync } = await loadSqlite();
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	closeSync(openSync(path, 'a', 0o600));
	chmodSync(path, 0o600);
	const database = new DatabaseSync(path);
	let isReady = false;
	try {
		database.exec('PRAGMA busy_timeout = 0; PRAGMA secure_delete = ON');
		database.exec('PRAGMA journal_mode = WAL');
		// A commit is in the log, whatever happens to the process; whoever needs the disk asks for it.
		if (isLogged(database)) database.exec('PRAGMA synchronous = NORMAL');
		// A checkpoint waits for the disk several times: rarely, then. The log stays below 16 MiB.
		database.exec('PRAGMA wal_autocheckpoint = 4000');
		migrate(database, migrations);
		isReady = true;
		return database;
	} finally {
		if (!isReady) database.close();
	}
}

/** Whether commits go into a log of their own. On disks of other machines SQLite has none, and waits itself. */
export const isLogged = (database: DatabaseSync): boolean =>
	database.prepare('PRAGMA journal_mode').get()?.journal_mode === 'wal';

/** n8n 2.35 and newer run on a Node that has it; only the command line may run on an older one. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
	const sqlite = await import('node:sqlite').catch(() => null);
	if (sqlite !== null) return sqlite;
	throw new SealboxError(
		'ERR_STATE_UNAVAILABLE',
		`The embedded store needs Node 22.13 or newer; this is Node ${process.versions.node}. Run the command with the Node that runs n8n.`,
	);
}

/** All steps in one transaction: interrupted, the file is as it was before. */
function migrate(database: DatabaseSync, migrations: readonly string[]): void {
	const latest = migrations.length;
	if (versionOf(database) === latest) return;
	database.exec('BEGIN IMMEDIATE');
	try {
		const version = versionOf(database);
		if (version > latest) throw newerVersion(version, latest);
		for (const step of migrations.slice(version)) database.exec(step);
		database.exec(`PRAGMA user_version = ${latest}`);
		database.exec('COMMIT');
	} finally {
		if (database.isTransaction) database.exec('ROLLBACK');
	}
}

const versionOf = (database: DatabaseSync): number =>
	Number(database.prepare('PRAGMA user_version').get()?.user_version);
