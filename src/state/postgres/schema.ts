/** One list of statements for each version of the store. */
export type Migrations = ReadonlyArray<readonly string[]>;

/**
 * `meta.version` says which have run.
 *
 * `outbox_end` is one row that whoever adds events changes: it is locked until they are committed, so
 * positions become visible in their order and a reader who remembers one misses none.
 */
export const migrationsFor = (schema: string): Migrations => [
	[
		`CREATE TABLE ${schema}.record (key text COLLATE "C" PRIMARY KEY, version integer NOT NULL, value text NOT NULL)`,
		`CREATE TABLE ${schema}.lease (name text PRIMARY KEY, owner text, fence bigint NOT NULL, expires_at timestamptz NOT NULL)`,
		`CREATE TABLE ${schema}.claim (key text PRIMARY KEY, expires_at timestamptz NOT NULL)`,
		`CREATE INDEX claim_expiry ON ${schema}.claim (expires_at)`,
		`CREATE TABLE ${schema}.counter (key text PRIMARY KEY, count bigint NOT NULL, expires_at timestamptz NOT NULL)`,
		`CREATE INDEX counter_expiry ON ${schema}.counter (expires_at)`,
		`CREATE TABLE ${schema}.outbox (position bigint PRIMARY KEY, id text NOT NULL UNIQUE, type text NOT NULL, body text NOT NULL, at timestamptz NOT NULL)`,
		`CREATE TABLE ${schema}.outbox_end (is_end boolean PRIMARY KEY DEFAULT true CHECK (is_end), position bigint NOT NULL)`,
		`INSERT INTO ${schema}.outbox_end (position) VALUES (0)`,
	],
];
