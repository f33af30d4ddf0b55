import { codeOf } from '../connections/codes';
import { shownName, StatementError, type Extent } from './error';

type Sentence = string | ((message: string) => string);

const MISFIT = 'Check the types of the columns.';
const RELATED =
	'This row and another table do not fit together: it names a row that is not there, or is one that is still in use.';
const DENIED = 'The user of the credential may not do this. Grant it the right.';
const STOPPED = 'The statement was stopped at the database.';

/** Numbers of the MySQL server error reference; MariaDB shares those below 1900. */
const SENTENCES: Record<number, readonly [Extent, Sentence]> = {
	1044: ['statement', DENIED],
	1142: ['statement', DENIED],
	1143: ['statement', DENIED],
	1227: ['statement', DENIED],
	1370: ['statement', DENIED],
	1048: ['row', (text) => `Column ${named(text)} must not be empty. Give it a value.`],
	1364: ['row', (text) => `Column ${named(text)} has no default. Give it a value.`],
	1052: [
		'statement',
		(text) => `Column ${named(text)} could be of several tables. Write table.column.`,
	],
	1054: ['statement', (text) => `There is no column ${named(text)}. Check its spelling.`],
	1146: [
		'statement',
		(text) => `There is no table ${named(text)}. Check its spelling, and upper and lower case.`,
	],
	1049: ['statement', 'There is no such schema. Check Schema.'],
	1062: [
		'duplicate',
		'There is a row with the same key already. Use Insert or Update, or skip such rows under Options.',
	],
	1064: [
		'statement',
		(text) =>
			`The SQL has a syntax error${line(text)}. A query is one statement, and placeholders stand for values only.`,
	],
	1136: ['statement', 'The statement gives another number of values than columns.'],
	1153: ['row', 'A value is larger than the server takes (max_allowed_packet).'],
	1205: ['transaction', 'The rows are locked by another transaction. Try again.'],
	1213: [
		'transaction',
		'Another transaction got in the way. Try again: nothing of this one was kept.',
	],
	1216: ['row', RELATED],
	1217: ['row', RELATED],
	1451: ['row', RELATED],
	1452: ['row', RELATED],
	1264: ['row', (text) => `A number is out of range for column ${named(text)}. ${MISFIT}`],
	1265: ['row', (text) => `A value does not fit into column ${named(text)}. ${MISFIT}`],
	1292: ['row', (text) => `A value is no date or number that fits into column ${named(text)}.`],
	1366: ['row', (text) => `A value has another type than column ${named(text)}. ${MISFIT}`],
	1406: [
		'row',
		(text) => `A text is too long for column ${named(text)}. Shorten it, or widen the column.`,
	],
	1210: [
		'statement',
		'The query has placeholders for another number of values than Query Parameters gives. Give one parameter for each placeholder.',
	],
	1290: ['statement', 'The database is read-only here. Connect to one that may be written to.'],
	1792: ['statement', 'The database is read-only here. Connect to one that may be written to.'],
	1295: [
		'statement',
		'The database takes no parameters in a statement of this kind. Take the Query Parameters out.',
	],
	1305: ['statement', 'There is no such function or procedure. Check its spelling.'],
	1317: ['transaction', STOPPED],
	1969: ['transaction', STOPPED],
	3024: ['transaction', STOPPED],
	1644: [
		'row',
		'A function or trigger of the database refuses this. The log of the database says why.',
	],
	3105: ['statement', 'The database computes a column itself. Leave it out.'],
	1906: ['statement', 'The database computes a column itself. Leave it out.'],
	3140: ['row', 'A text is no valid JSON for its column.'],
	3819: ['row', (text) => `A check of the table refuses this row (constraint ${named(text)}).`],
	4025: ['row', (text) => `A check of the table refuses this row (constraint ${named(text)}).`],
};

/** Turns what mysql2 throws into our own words. */
export function mysqlError(error: unknown): StatementError {
	const { errno, message = '' } = error as { errno?: number; message?: string };
	const isServers = String(codeOf(error)).startsWith('ER_') || (errno ?? 0) >= 1000;
	if (!isServers || errno === undefined) {
		return new StatementError(
			'The connection to the database broke while the statement ran. Whether it was done is not known: check before trying again.',
			'connection',
		);
	}
	const [extent, sentence] = SENTENCES[errno] ?? [
		'row',
		'The database refused the statement. Its log says why.',
	];
	const words = typeof sentence === 'string' ? sentence : sentence(message);
	return new StatementError(`${words} (error ${errno})`, extent);
}

/** The name that comes first, be it `'a'` or `` `db`.`table`.`column` ``: its last part. */
function named(message: string): string {
	const column = /column [`']([^']+?)[`'](?: at row| in |$)/.exec(message)?.[1];
	const name = column ?? /[`']([^']+?)[`'](?!\.)/.exec(message)?.[1] ?? '';
	return shownName(name.split(/`?\.`?/).at(-1)) || 'of that name';
}

const line = (message: string): string => {
	const number = /at line (\d{1,6})$/.exec(message)?.[1];
	return number === undefined ? '' : ` at line ${number}`;
};
