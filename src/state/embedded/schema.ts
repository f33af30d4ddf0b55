/** One statement list for each version of the store; the last one is the version that this release writes. */
export const MIGRATIONS: readonly string[] = [
	`CREATE TABLE record (key TEXT PRIMARY KEY, version INTEGER NOT NULL, value TEXT NOT NULL) WITHOUT ROWID;
	CREATE TABLE lease (name TEXT PRIMARY KEY, owner TEXT, fence INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
	CREATE TABLE claim (key TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;
	CREATE INDEX claim_expiry ON claim (expires_at);
	CREATE TABLE counter (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires_at INTEGER NOT NULL) WITHOUT ROWID;
	CREATE INDEX counter_expiry ON counter (expires_at);
	CREATE TABLE outbox (position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
		body TEXT NOT NULL, at INTEGER NOT NULL);`,
];
