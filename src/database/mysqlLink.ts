import type { Duplex } from 'node:stream';
import { loginAtMysql } from '../connections/mysql';
import type { DatabaseFields } from '../kinds/database';
import type { Connection } from '../vendor/mysql2';
import type { Link, Outcome, Reading, Row, Statement } from './link';
import { mysqlError } from './mysqlErrors';
import { mysqlColumns, type Column } from './mysqlTypes';

/** What mysql2 tells of a statement that gives no rows. */
interface Header {
	affectedRows: number;
	insertId: number | string;
	serverStatus: number;
}

/** Bit 0 of the status that a server sends with its answers (SERVER_STATUS_IN_TRANS). */
const IN_TRANSACTION = 1;

const NOTHING: Header = { affectedRows: 0, insertId: 0, serverStatus: 0 };

/**
 * The session is in UTC, so that a TIMESTAMP comes out as the moment it is, whatever the zone of the
 * server.
 */
export async function linkToMysql(fields: DatabaseFields, stream: Duplex): Promise<Link> {
	const link = new MysqlLink(await loginAtMysql(fields, stream), stream);
	await link.run({ text: "SET time_zone = '+00:00'", values: [] });
	return link;
}

/** A statement under way, as the driver tells of it when it is not to collect rows. */
interface Command {
	on(event: string, listener: (found: never) => void): unknown;
}

class MysqlLink implements Link {
	readonly engine = 'mysql';
	#isBroken = false;
	#status = 0;
	/** Ends the statement under way: the driver forgets statements whose connection breaks. */
	#fail: (error: unknown) => void = () => undefined;

	constructor(
		readonly connection: Connection,
		readonly stream: Duplex,
	) {
		const broke = (error?: unknown) => {
			this.#isBroken = true;
			this.#fail(error ?? {});
		};
		connection.on('error', broke).on('end', broke);
		stream.on('close', broke);
	}

	async run({ text, values }: Statement, reading?: Reading): Promise<Outcome> {
		const large = reading?.largeNumbers ?? 'exact';
		const options = {
			sql: text,
			values: [...values],
			dateStrings: true,
			supportBigNumbers: true,
			bigNumberStrings: large === 'text',
			decimalNumbers: large === 'numbers',
		} as never;
		// Without parameters there is nothing to bind, and not everything can be prepared.
		const way = values.length > 0 ? 'execute' : 'query';
		return await new Promise((resolve, reject) => {
			this.#fail = (error) => reject(mysqlError(error));
			if (this.#isBroken) return this.#fail({});
			if (reading?.each !== undefined) {
				const command = this.connection[way](options) as unknown as Command;
				return this.#streamed(command, reading, resolve);
			}
			this.connection[way](options, (error: unknown, result: unknown, columns: unknown) => {
				if (error) return this.#fail(error);
				resolve(this.#whole(result, columns, reading));
			});
		});
	}

	/** A result that the driver has collected; a procedure gives several, and a header at the end. */
	#whole(result: unknown, columns: unknown, reading?: Reading): Outcome {
		const isSeveral =
			Array.isArray(columns) && columns.some((one) => one === undefined || Array.isArray(one));
		const results = (isSeveral ? result : [result]) as (Row[] | Header)[];
		const shapes = (isSeveral ? columns : [columns]) as (Column[] | undefined)[];
		let header = NOTHING;
		for (const [index, one] of results.entries()) {
			if (!Array.isArray(one)) header = one;
			else reading?.all?.(this.#read(one, shapes[index] ?? [], reading));
		}
		return this.#outcome(header, results.some(Array.isArray));
	}

	#read(rows: Row[], columns: Column[], reading: Reading): Row[] {
		const { bytes, read } = mysqlColumns(columns, reading.largeNumbers);
		reading.bytes?.(bytes);
		if (read !== null) for (const row of rows) read(row);
		return rows;
	}

	#streamed(command: Command, reading: Reading, resolve: (outcome: Outcome) => void): void {
		let read: ((row: Row) => void) | null = null;
		let hasRows = false;
		let header = NOTHING;
		command.on('fields', (columns: Column[] | undefined) => {
			hasRows = columns !== undefined;
			if (columns === undefined) return;
			const found = mysqlColumns(columns, reading.largeNumbers);
			reading.bytes?.(found.bytes);
			read = found.read;
		});
		command.on('result', (result: Row | Header) => {
			if (!hasRows) return void (header = result as Header);
			read?.(result as Row);
			reading.each?.(result as Row);
		});
		command.on('error', this.#fail);
		command.on('end', () => resolve(this.#outcome(header, hasRows)));
	}

	#outcome(header: Header, hasRows: boolean): Outcome {
		if (header !== NOTHING) this.#status = header.serverStatus;
		const { affectedRows, insertId } = header;
		return {
			hasRows,
			affectedRows: hasRows ? 0 : affectedRows,
			...(Number(insertId) === 0 || hasRows ? {} : { insertId }),
		};
	}

	pause(): void {
		this.connection.pause();
	}

	resume(): void {
		this.connection.resume();
	}

	stopStatement(): Statement {
		return { text: `KILL QUERY ${Number(this.connection.threadId)}`, values: [] };
	}

	isInTransaction(): boolean {
		return (this.#status & IN_TRANSACTION) !== 0;
	}

	isUsable(): boolean {
		return !this.#isBroken && !this.isInTransaction();
	}

	destroy(): void {
		this.#isBroken = true;
		this.connection.destroy();
		this.stream.destroy();
		this.#fail({});
	}

	async close(): Promise<void> {
		this.#isBroken = true;
		await new Promise<void>((done) => this.connection.end(() => done()));
	}
}
