import { SealboxError, isSealboxError } from '../../sealing/error';
import type { Pool, PoolConfig, QueryResultRow } from '../../vendor/pg';
import type { Change, Lease, State, StoredEvent, StoredRecord } from '../state';
import { prepareSchema } from './prepare';
import {
	acquireIn,
	claimIn,
	eventsFrom,
	pruneIn,
	releaseIn,
	renewIn,
	swapIn,
	takeIn,
	type Statement,
} from './statements';

/** How to reach the database; a password is a function, so that none is taken from the environment. */
export interface PostgresSettings {
	readonly connection: Readonly<
		Pick<PoolConfig, 'host' | 'port' | 'user' | 'database' | 'password' | 'ssl'>
	>;
	/** A name of letters, digits and underscores; made when it is missing. */
	readonly schema?: string;
}

const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
const CONNECTIONS = 4;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 5_000;
const SWEEP_EVERY = 500;

/** The store of an n8n on several machines: a schema of its own in a PostgreSQL database. */
export class PostgresState implements State {
	readonly #schema: string;
	#opening: Promise<Pool> | undefined;
	#untilSweep = SWEEP_EVERY;

	constructor(private readonly settings: PostgresSettings) {
		this.#schema = settings.schema ?? 'sealbox';
		if (!SCHEMA.test(this.#schema)) {
			throw new RangeError('schema: expected lower-case letters, digits and underscores');
		}
	}

	async read(key: string): Promise<StoredRecord | null> {
		const sql = `SELECT value, version FROM ${this.#schema}.record WHERE key = $1`;
		const [row] = await this.#query<StoredRecord>(sql, [key]);
		return row ?? null;
	}

	async keys(prefix: string, limit: number): Promise<string[]> {
		const sql = `SELECT key FROM ${this.#schema}.record WHERE starts_with(key, $1) ORDER BY key LIMIT $2`;
		return (await this.#query<{ key: string }>(sql, [prefix, limit])).map(({ key }) => key);
	}

	async swap(change: Change): Promise<number | null> {
		const [row] = await this.#run<{ version: number }>(swapIn(this.#schema, change));
		return row?.version ?? null;
	}

	async acquire(name: string, owner: string, ttlMs: number): Promise<Lease | null> {
		const sql = acquireIn(this.#schema);
		const [row] = await this.#query<{ fence: string }>(sql, [name, owner, ttlMs]);
		return row ? { name, owner, fence: Number(row.fence) } : null;
	}

	async renew({ name, owner, fence }: Lease, ttlMs: number): Promise<boolean> {
		const rows = await this.#query(renewIn(this.#schema), [name, owner, fence, ttlMs]);
		return rows.length === 1;
	}

	async release({ name, owner, fence }: Lease): Promise<void> {
		await this.#query(releaseIn(this.#schema), [name, owner, fence]);
	}

	async claim(key: string, ttlMs: number): Promise<boolean> {
		await this.#sweep();
		return (await this.#query(claimIn(this.#schema), [key, ttlMs])).length === 1;
	}

	async take(key: string, burst: number, periodMs: number): Promise<number> {
		await this.#sweep();
		const step = periodMs / burst;
		const [row] = await this.#query<{ wait: string }>(takeIn(this.#schema), [key, step, periodMs]);
		// No row: someone else made the bucket at this moment, and emptied it.
		const wait = Math.ceil(Number(row?.wait ?? step));
		return wait <= 0 ? 0 : wait;
	}

	async events(after: number, limit: number): Promise<StoredEvent[]> {
		const rows = await this.#query<EventRow>(eventsFrom(this.#schema), [after, limit]);
		return rows.map(({ position, at, ...event }) => ({
			...event,
			position: Number(position),
			atMs: Number(at),
		}));
	}

	async lastEvent(): Promise<number> {
		const sql = `SELECT position FROM ${this.#schema}.outbox_end`;
		return Number((await this.#query<{ position: string }>(sql))[0]?.position ?? 0);
	}

	async pruneEvents(ageMs: number, keep: number): Promise<void> {
		await this.#query(pruneIn(this.#schema), [ageMs, keep]);
	}

	async close(): Promise<void> {
		const opening = this.#opening;
		this.#opening = undefined;
		await (await opening?.catch(() => undefined))?.end();
	}

	async #sweep(): Promise<void> {
		this.#untilSweep -= 1;
		if (this.#untilSweep > 0) return;
		this.#untilSweep = SWEEP_EVERY;
		for (const table of ['claim', 'counter']) {
			await this.#query(
				`DELETE FROM ${this.#schema}.${table} WHERE expires_at <= clock_timestamp()`,
			);
		}
	}

	#query<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
		return this.#run<R>({ text, values });
	}

	async #run<R extends QueryResultRow>(statement: Statement): Promise<R[]> {
		const pool = await (this.#opening ??= this.#open()).catch(refuse);
		return (await pool.query<R>(statement).catch(refuse)).rows;
	}

	async #open(): Promise<Pool> {
		const { Pool } = await import('../../vendor/pg');
		const pool = new Pool({
			...this.settings.connection,
			max: CONNECTIONS,
			connectionTimeoutMillis: CONNECT_MS,
			query_timeout: STATEMENT_MS,
			application_name: 'sealbox',
			allowExitOnIdle: true,
		});
		// A connection that ends while nobody uses it is made again with the next query.
		pool.on('error', () => {});
		let isReady = false;
		try {
			await prepareSchema(pool, this.#schema);
			isReady = true;
			return pool;
		} finally {
			if (!isReady) {
				// What failed is tried again with the next call.
				this.#opening = undefined;
				await pool.end();
			}
		}
	}
}

interface EventRow {
	position: string;
	id: string;
	type: string;
	body: string;
	at: string;
}

const refuse = (error: unknown): never => {
	throw isSealboxError(error) ? error : unavailable(error);
};

/** The text of the server stays inside: it may repeat what it was sent. */
const unavailable = (error: unknown): SealboxError =>
	new SealboxError(
		'ERR_STATE_UNAVAILABLE',
		`The shared store in PostgreSQL cannot be used (${codeOf(error)}). Check that the database runs and that its user may create and use the schema.`,
	);

const codeOf = (error: unknown): string => {
	const { code } = error as { code?: unknown };
	return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : 'no answer in time';
};
