/**
 * Marks on run data. One stands in what is sealed, so that only tokens which the guard itself has put
 * there are ever opened. The other is a symbol, which a spread copies and no serialiser writes.
 */

/** In sealed run data, stored or read and not opened: text in it that looks like a token is one. */
export const STORED_MARK = 'sealboxGuard';
const FORMAT = 1;

/** On run data in memory that could not be opened: the sentence that says why. */
export const REFUSED = Symbol.for('sealbox.guard.refused.v1');

type Marked = Record<string | symbol, unknown>;

export const isObject = (value: unknown): value is Marked =>
	typeof value === 'object' && value !== null;

export const hasStoredMark = (data: unknown): boolean =>
	isObject(data) && data[STORED_MARK] === FORMAT;

/** A copy with the mark; for run data that tokens were put into. */
export const withStoredMark = <T>(data: T): T => ({ ...data, [STORED_MARK]: FORMAT });

export function removeMarks(data: unknown): void {
	if (!isObject(data)) return;
	delete data[STORED_MARK];
	delete data[REFUSED];
}
