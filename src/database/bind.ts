import { StatementError } from './error';
import type { Engine } from './link';

/** How values of items become values that a driver can bind. */

/** What n8n's dates and JavaScript's have in common. */
interface DateLike {
	toISOString?: () => string;
	toISO?: () => string | null;
}

/**
 * A value for a placeholder. Objects go as JSON; lists too, except in PostgreSQL, where a list is
 * an array. Dates go in UTC.
 *
 * @param name - what the value is for, as people know it
 * @throws {@link StatementError} for what no database can hold, such as NaN
 */
export function bindable(engine: Engine, value: unknown, name: string): unknown {
	if (value === undefined || value === null) return null;
	if (typeof value === 'number' && !Number.isFinite(value)) throw unfit(name, 'is not a number');
	if (typeof value === 'bigint') return String(value);
	if (typeof value === 'function' || typeof value === 'symbol') throw unfit(name, 'is no value');
	if (typeof value !== 'object') return value;
	if (Buffer.isBuffer(value)) return value;
	if (value instanceof Uint8Array) return Buffer.from(value);
	const date = isoOf(value, name);
	if (date !== null) return engine === 'mysql' ? mysqlDate(date) : date;
	if (Array.isArray(value) && engine === 'postgres') {
		return value.map((entry) => bindable(engine, entry, name));
	}
	return jsonOf(value, name);
}

/** JSON text of a value; numbers that JavaScript holds as BigInt keep all digits, as text. */
export function jsonOf(value: unknown, name: string): string {
	try {
		return JSON.stringify(value, (_key, inner: unknown) =>
			typeof inner === 'bigint' ? String(inner) : inner,
		);
	} catch {
		throw unfit(name, 'cannot be written as JSON');
	}
}

/** ISO 8601 of a date of JavaScript or of n8n (luxon), or `null` for what is no date. */
export function isoOf(value: object, name: string): string | null {
	const { toISOString, toISO } = value as DateLike;
	if (typeof toISOString !== 'function' && typeof toISO !== 'function') return null;
	// A date whose time is NaN is a bad value, not a bad program.
	const text = toISO?.call(value) ?? (isValidDate(value) ? toISOString?.call(value) : null);
	if (typeof text === 'string') return text;
	throw unfit(name, 'is no valid date');
}

const isValidDate = (value: object): boolean => !Number.isNaN(Number(value));

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** Whether a text is a moment with its zone, which MySQL and MariaDB do not read everywhere. */
export const isMoment = (text: string): boolean =>
	ISO.test(text) && !Number.isNaN(Date.parse(text));

/** A moment as MySQL and MariaDB write it, in UTC, as the session is. */
export const mysqlDate = (iso: string): string => {
	const fraction = /\.(\d+)/.exec(iso)?.[1] ?? '';
	const seconds = new Date(iso).toISOString().slice(0, 19).replace('T', ' ');
	return fraction === '' ? seconds : `${seconds}.${fraction.slice(0, 6)}`;
};

const unfit = (name: string, why: string): StatementError =>
	new StatementError(
		`${name} ${why}, so that no database can store it. Correct the item.`,
		'row',
		'ERR_STATEMENT_INVALID',
	);
