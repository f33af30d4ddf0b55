import { StatementError } from './error';
import type { Engine } from './link';

/** A table, and the schema it is in; without one the database looks where it always does. */
export interface Table {
	readonly schema: string;
	readonly name: string;
}

/** PostgreSQL cuts off what is longer, and would then mean another column. */
const LONGEST_BYTES = 63;

/**
 * A name of a table or column as part of a statement. Quoted, it can mean nothing else than itself.
 *
 * @throws {@link StatementError} for what cannot be a name
 */
export function quoted(engine: Engine, name: string): string {
	if (name === '' || name.includes('\0')) {
		throw invalid('A name of a table or column is empty. Choose one, and check expressions.');
	}
	if (engine === 'mysql') return `\`${name.replaceAll('`', '``')}\``;
	if (Buffer.byteLength(name) > LONGEST_BYTES) {
		throw invalid('A name of a table or column is longer than the 63 bytes that PostgreSQL keeps.');
	}
	return `"${name.replaceAll('"', '""')}"`;
}

export const quotedTable = (engine: Engine, { schema, name }: Table): string =>
	schema === '' ? quoted(engine, name) : `${quoted(engine, schema)}.${quoted(engine, name)}`;

export const quotedList = (engine: Engine, names: readonly string[]): string =>
	names.map((name) => quoted(engine, name)).join(', ');

export const invalid = (sentence: string): StatementError =>
	new StatementError(sentence, 'statement', 'ERR_STATEMENT_INVALID');
