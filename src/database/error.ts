import type { SealboxErrorCode } from '../sealing/error';

/**
 * How far a failure reaches: a row whose key is there already, the values of one row, the statement
 * whatever its values, the transaction it was in, or the connection.
 */
export type Extent = 'duplicate' | 'row' | 'statement' | 'transaction' | 'connection';

/**
 * Why a statement failed, in our own words. The message may hold names of tables, columns and
 * constraints; never a value, a part of the statement, or a text of the server.
 */
export class StatementError extends Error {
	constructor(
		message: string,
		readonly extent: Extent,
		readonly code: Extract<SealboxErrorCode, `ERR_STATEMENT_${string}`> = 'ERR_STATEMENT_FAILED',
	) {
		super(message);
		this.name = 'StatementError';
	}
}

const LONGEST_NAME = 64;

/** `"name"`, with nothing in it that a name would not have; the empty string for no name. */
export function shownName(name: unknown): string {
	if (typeof name !== 'string' || name === '') return '';
	const short = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
	return `"${short.replace(/[\p{Cc}"]/gu, '')}"`;
}

/** The line and column of an offset into a text; both count from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
	const before = text.slice(0, Math.max(0, offset)).split('\n');
	return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
