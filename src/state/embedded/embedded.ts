import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Change, Lease, State, StoredEvent, StoredRecord } from '../state';
import { insist } from './insist';
import { Log } from './log';
import { isLogged, openDatabase } from './open';

/**
 * The store of an n8n whose processes all run on one machine: a file of SQLite that they share.
 *
 * Changes of records wait for the disk unless the caller says that they need not; those of leases, claims and
 * limits do not. Nobody else waits meanwhile: n8n goes on.
 */
export class EmbeddedState implements State {
	#opening: Promise<DatabaseSync> | undefined;
	#database: DatabaseSync | undefined;
	#log: Log | undefined;
	readonly #statements = new Map<string, StatementSync>();
	#untilSweep = SWEEP_EVERY;

	/** @param path - of the file; opened, and made, with the first call */
	constructor(private readonly path: string) {}

	read(key: string): Promise<StoredRecord | null> {
		return this.#run(
			() =>
				(this.#get('SELECT value, version FROM record WHERE key = ?', key) as
					| StoredRecord
					| undefined) ?? null,
		);
	}

	keys(prefix: string, limit: number): Promise<string[]> {
		const sql = 'SELECT key FROM record WHERE key >= ? AND key < ? ORDER BY key LIMIT ?';
		return this.#run(() =>
			this.#all(sql, prefix, `${prefix}\u{10FFFF}`, limit).map(({ key }) => String(key)),
		);
	}

	async swap(change: Change): Promise<number | null> {
		const { outlives = 'power cut' } = change;
		const version = await this.#swap(change);
		if (version === null || outlives === 'crash') return version;
		const onDisk = insist(this.path, async () => await this.#log?.sync());
		if (outlives === 'power cut') await onDisk;
		// Nobody can tell that it failed until the power does.
		else onDisk.catch(() => {});
		return version;
	}

	#swap(change: Change): Promise<number | null> {
		return this.#write(() => {
			if (change.lease && !this.#holds(change.lease)) return null;
			const version = this.#change(change);
			if (version === null) return null;
			for (const key of change.adds ?? []) this.#get(INSERT, key, '');
			for (const key of change.removes ?? []) this.#do('DELETE FROM record WHERE key = ?', key);
			for (const { id, type, body } of change.events ?? []) {
				this.#do(PUT_EVENT, id, type, body, Date.now());
			}
			if (change.lease && change.releases) this.#free(change.lease);
			return version;
		});
	}

	acquire(name: string, owner: string, ttlMs: number): Promise<Lease | null> {
		return this.#write(() => {
			const now = Date.now();
			const granted = this.#get(ACQUIRE, name, owner, now + ttlMs, now);
			return granted === undefined ? null : { name, owner, fence: Number(granted.fence) };
		});
	}

	renew(lease: Lease, ttlMs: number): Promise<boolean> {
		const sql = 'UPDATE lease SET expires_at = ? WHERE name = ? AND owner = ? AND fence = ?';
		return this.#write(() => {
			if (!this.#holds(lease)) return false;
			return this.#do(sql, Date.now() + ttlMs, lease.name, lease.owner, lease.fence) === 1;
		});
	}

	release(lease: Lease): Promise<void> {
		return this.#write(() => this.#free(lease));
	}

	claim(key: string, ttlMs: number): Promise<boolean> {
		return this.#write(() => {
			const now = Date.now();
			this.#sweep(now);
			return this.#get(CLAIM, key, now + ttlMs, now) !== undefined;
		});
	}

	take(key: string, burst: number, periodMs: number): Promise<number> {
		const step = periodMs / burst;
		return this.#write(() => {
			const now = Date.now();
			this.#sweep(now);
			const full = now + periodMs + SLACK_MS;
			if (this.#get(TAKE, { key, now, step, full }) !== undefined) return 0;
			const row = this.#get('SELECT expires_at FROM counter WHERE key = ?', key);
			return Math.max(1, Math.ceil(Number(row?.expires_at) + step - periodMs - now));
		});
	}

	events(after: number, limit: number): Promise<StoredEvent[]> {
		return this.#run(() =>
			this.#all(EVENTS, after, limit).map((row) => ({ ...row }) as unknown as StoredEvent),
		);
	}

	lastEvent(): Promise<number> {
		const sql = "SELECT seq FROM sqlite_sequence WHERE name = 'outbox'";
		return this.#run(() => Number(this.#get(sql)?.seq ?? 0));
	}

	pruneEvents(ageMs: number, keep: number): Promise<void> {
		return this.#write(() => {
			this.#do('DELETE FROM outbox WHERE at < ?', Date.now() - ageMs);
			this.#do('DELETE FROM outbox WHERE position <= (SELECT max(position) FROM outbox) - ?', keep);
		});
	}

	async close(): Promise<void> {
		const opening = this.#opening;
		this.#opening = undefined;
		this.#statements.clear();
		this.#database = undefined;
		(await opening?.catch(() => undefined))?.close();
		this.#log?.close();
		this.#log = undefined;
	}

	#holds({ name, owner, fence }: Lease): boolean {
		return this.#get(HOLDS, name, owner, fence, Date.now()) !== undefined;
	}

	#free({ name, owner, fence }: Lease): void {
		this.#do(
			'UPDATE lease SET owner = NULL WHERE name = ? AND owner = ? AND fence = ?',
			name,
			owner,
			fence,
		);
	}

	/** The record's new version (of a removed one: the one it had), or `null`. */
	#change({ key, expected, value }: Change): number | null {
		const row =
			value === null
				? this.#get(REMOVE, key, expected)
				: expected === 0
					? this.#get(INSERT, key, value)
					: this.#get(UPDATE, value, key, expected);
		return row === undefined ? null : Number(row.version);
	}

	/** Now and then: what has expired and will not be asked for again. */
	#sweep(now: number): void {
		this.#untilSweep -= 1;
		if (this.#untilSweep > 0) return;
		this.#untilSweep = SWEEP_EVERY;
		this.#do('DELETE FROM claim WHERE expires_at <= ?', now);
		this.#do('DELETE FROM counter WHERE expires_at <= ?', now);
	}

	async #run<T>(work: () => T): Promise<T> {
		return await insist(this.path, async () => {
			await (this.#opening ??= this.#open());
			return work();
		});
	}

	/** From BEGIN to COMMIT without a pause: the transaction is this call's alone. */
	#write<T>(work: () => T): Promise<T> {
		return this.#run(() => {
			this.#do('BEGIN IMMEDIATE');
			try {
				const result = work();
				this.#do('COMMIT');
				return result;
			} finally {
				if (this.#database?.isTransaction) this.#do('ROLLBACK');
			}
		});
	}

	async #open(): Promise<DatabaseSync> {
		try {
			this.#database = await openDatabase(this.path);
			if (isLogged(this.#database)) this.#log = new Log(this.path);
			return this.#database;
		} finally {
			// What failed is tried again with the next call.
			if (this.#database === undefined) this.#opening = undefined;
		}
	}

	#statement(sql: string): StatementSync {
		const known = this.#statements.get(sql);
		if (known) return known;
		if (this.#database === undefined) throw new TypeError('the store is closed');
		const made = this.#database.prepare(sql);
		this.#statements.set(sql, made);
		return made;
	}

	#get(sql: string, ...values: Array<SQLInputValue | Record<string, SQLInputValue>>) {
		return this.#statement(sql).get(...(values as SQLInputValue[]));
	}

	#all(sql: string, ...values: SQLInputValue[]) {
		return this.#statement(sql).all(...values);
	}

	#do(sql: string, ...values: SQLInputValue[]): number {
		return Number(this.#statement(sql).run(...values).changes);
	}
}

const SWEEP_EVERY = 500;
/** Thirds of milliseconds do not add up exactly. */
const SLACK_MS = 0.01;

const HOLDS = 'SELECT 1 FROM lease WHERE name = ? AND owner = ? AND fence = ? AND expires_at > ?';
const INSERT = `INSERT INTO record (key, version, value) VALUES (?, 1, ?) ON CONFLICT DO NOTHING RETURNING version`;
const UPDATE = `UPDATE record SET value = ?, version = version + 1 WHERE key = ? AND version = ? RETURNING version`;
const REMOVE = 'DELETE FROM record WHERE key = ? AND version = ? RETURNING version';
const ACQUIRE = `INSERT INTO lease (name, owner, fence, expires_at) VALUES (?, ?, 1, ?)
	ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, fence = fence + 1, expires_at = excluded.expires_at
	WHERE owner IS NULL OR expires_at <= ? RETURNING fence`;
const CLAIM = `INSERT INTO claim (key, expires_at) VALUES (?, ?)
	ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE expires_at <= ? RETURNING key`;
/** A bucket is known by the time at which it will be full. @see docs/decisions/0014 */
const TAKE = `INSERT INTO counter (key, count, expires_at) VALUES (:key, 1, :now + :step)
	ON CONFLICT (key) DO UPDATE SET count = count + 1, expires_at = max(expires_at, :now) + :step
	WHERE max(expires_at, :now) + :step <= :full RETURNING expires_at`;
const PUT_EVENT =
	'INSERT INTO outbox (id, type, body, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
const EVENTS = `SELECT position, id, type, body, at AS "atMs" FROM outbox WHERE position > ? ORDER BY position LIMIT ?`;
