import type { LargeNumbers, Row } from './link';
import { exactNumber, isoLocal } from './read';

/** What mysql2 knows of a column; a JSON column of MariaDB is told by its format. */
export interface Column {
	readonly name: string;
	readonly columnType: number;
	readonly characterSet: number;
	readonly extendedFormat?: string;
}

/** Numbers of the protocol (MySQL source, field_types.h). */
const TYPE = {
	timestamp: 7,
	datetime: 12,
	bit: 16,
	json: 245,
	tinyBlob: 249,
	mediumBlob: 250,
	longBlob: 251,
	blob: 252,
	varString: 253,
	string: 254,
} as const;

/** The character set of bytes. */
const BINARY = 63;

const STRINGS: readonly number[] = [
	TYPE.tinyBlob,
	TYPE.mediumBlob,
	TYPE.longBlob,
	TYPE.blob,
	TYPE.varString,
	TYPE.string,
];

type Read = (value: unknown) => unknown;

/**
 * How rows come out of MySQL and MariaDB, where the driver alone would give something that is no JSON.
 * Rows are changed in place: the driver keeps none.
 */
export function mysqlColumns(
	columns: readonly Column[],
	large: LargeNumbers,
): { read: ((row: Row) => void) | null; bytes: string[] } {
	const readers = columns
		.map((column) => [column.name, readerOf(column, large)] as const)
		.filter((entry): entry is readonly [string, Read] => entry[1] !== null);
	const bytes = columns.filter(isBytes).map(({ name }) => name);
	if (readers.length === 0) return { read: null, bytes };
	const read = (row: Row): void => {
		for (const [name, convert] of readers) {
			if (row[name] !== null) row[name] = convert(row[name]);
		}
	};
	return { read, bytes };
}

const isBytes = ({ columnType, characterSet, extendedFormat }: Column): boolean =>
	characterSet === BINARY && STRINGS.includes(columnType) && extendedFormat !== 'json';

function readerOf(column: Column, large: LargeNumbers): Read | null {
	if (column.columnType === TYPE.datetime) return (value) => isoLocal(String(value));
	if (column.columnType === TYPE.timestamp) return (value) => moment(String(value));
	if (column.columnType === TYPE.bit) return (value) => bits(value, large);
	if (isBytes(column))
		return (value) => (Buffer.isBuffer(value) ? value.toString('base64') : value);
	return null;
}

/** The session is in UTC, so that a TIMESTAMP is a moment. `0000-00-00` is none. */
const moment = (text: string): string =>
	text.startsWith('0000') ? isoLocal(text) : `${isoLocal(text)}Z`;

/** A BIT(n) as the number that its bits make. */
const bits = (value: unknown, large: LargeNumbers): unknown =>
	Buffer.isBuffer(value)
		? exactNumber(large === 'text' ? 'exact' : large)(
				BigInt(`0x${value.toString('hex') || '0'}`).toString(),
			)
		: value;
