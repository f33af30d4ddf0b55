import type { DatabaseFields } from '../kinds/database';
import type { Poolable } from '../connections/pool';

export type Engine = DatabaseFields['engine'];

/** One SQL text and the values of its placeholders; values are bound by the server, never spliced. */
export interface Statement {
	readonly text: string;
	readonly values: readonly unknown[];
}

export type Row = Record<string, unknown>;

/** How numbers that JavaScript cannot hold come out; see docs/nodes/database.md. */
export type LargeNumbers = 'exact' | 'text' | 'numbers';

export interface Reading {
	readonly largeNumbers: LargeNumbers;
	/** Called with the rows of a result at once: the faster way, where they are kept anyway. */
	all?(rows: Row[]): void;
	/** Called for each row as it arrives, instead; the driver then keeps none. */
	each?(row: Row): void;
	/** Names of the columns with bytes, told before the first row; bytes come as a Buffer. */
	bytes?(columns: readonly string[]): void;
}

export interface Outcome {
	/** Whether the statement gives rows, be they none. */
	readonly hasRows: boolean;
	readonly affectedRows: number;
	/** The key that MySQL or MariaDB made up for the first row that was inserted. */
	readonly insertId?: number | string;
}

/** A logged-in connection to a database. Statements run one at a time. */
export interface Link extends Poolable {
	readonly engine: Engine;
	/** @throws {@link StatementError} */
	run(statement: Statement, reading?: Reading): Promise<Outcome>;
	/** Lets the server wait with further rows of the statement under way. */
	pause(): void;
	resume(): void;
	/** The statement that stops what another connection of the same user is doing. */
	stopStatement(): Statement;
	/** Whether a transaction was left open. */
	isInTransaction(): boolean;
	/** Cuts the connection; whatever it was doing fails. */
	destroy(): void;
}
