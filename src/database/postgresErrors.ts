import { codeOf } from '../connections/codes';
import { placeOf, shownName, StatementError, type Extent } from './error';

/** What node-postgres copies from an error of the server (PostgreSQL documentation, section 55.8). */
interface ServerError {
	message?: string;
	position?: string;
	table?: string;
	column?: string;
	constraint?: string;
}

type Sentence = string | ((error: ServerError, text: string) => string);

/** What every row of a batch would run into, by class or code; the longest one that fits counts. */
const SENTENCES: Record<string, readonly [Extent, Sentence]> = {
	'08P01': [
		'statement',
		'The query has placeholders for another number of values than Query Parameters gives. Give one parameter for each of $1, $2 and so on.',
	],
	'21000': ['row', 'A statement met several rows where only one may be. Check what it matches on.'],
	'22': ['row', 'A value does not fit where it goes. Check the types of the columns.'],
	'22001': ['row', 'A text is too long for its column. Shorten it, or widen the column.'],
	'22003': ['row', 'A number is out of range for its type. Check the type of the column.'],
	'22007': ['row', 'A text is no date or time that the database can read. Use ISO 8601.'],
	'22008': ['row', 'A date or time is out of range. Check that such a day exists.'],
	'22012': ['row', 'The statement divides by zero.'],
	'22021': ['row', 'A text holds a character that the database cannot store, such as NUL.'],
	'22P02': [
		'row',
		'A value has another type than where it goes, such as a text for a number. Check the types of the columns.',
	],
	'22P05': ['row', 'A text holds a character that the database cannot store, such as NUL.'],
	'23': ['row', ({ constraint }) => `A rule of the table refuses this row${by(constraint)}.`],
	'23502': [
		'row',
		({ column, table }) =>
			`Column ${shownName(column)} of table ${shownName(table)} must not be empty. Give it a value, or leave the column out if it has a default.`,
	],
	'23503': [
		'row',
		({ constraint }) =>
			`This row and another table do not fit together${by(constraint)}: it names a row that is not there, or is one that is still in use.`,
	],
	'23505': [
		'duplicate',
		({ constraint }) =>
			`There is a row with the same key already${by(constraint)}. Use Insert or Update, or skip such rows under Options.`,
	],
	'23514': ['row', ({ constraint }) => `A check of the table refuses this row${by(constraint)}.`],
	'25006': ['statement', 'The database is read-only here. Connect to one that may be written to.'],
	'25P02': ['transaction', 'An earlier statement of the transaction failed.'],
	'40': [
		'transaction',
		'Another transaction got in the way. Try again: nothing of this one was kept.',
	],
	'42': ['statement', ({ position }, text) => `The statement is not valid${at(position, text)}.`],
	'42501': ['statement', 'The user of the credential may not do this. Grant it the right.'],
	'42601': [
		'statement',
		({ position }, text) =>
			`The SQL has a syntax error${at(position, text)}. With parameters, a query is one statement, and placeholders stand for values only.`,
	],
	'42702': [
		'statement',
		({ message }) => `Column ${quoted(message)} could be of several tables. Write table.column.`,
	],
	'42703': [
		'statement',
		({ message }) =>
			`There is no column ${quoted(message)}. Check its spelling, and upper and lower case.`,
	],
	'42804': ['row', 'A value has another type than its column. Check the types of the columns.'],
	'42883': [
		'statement',
		({ position }, text) =>
			`There is no such function or operator for these types${at(position, text)}. A parameter may need its type, as in $1::int.`,
	],
	'42P01': [
		'statement',
		({ message }) =>
			`There is no table ${quoted(message)}. Check its spelling, upper and lower case, and Schema.`,
	],
	'42P02': [
		'statement',
		({ position }, text) =>
			`The query has a placeholder without a value${at(position, text)}. Give one Query Parameter for each of $1, $2 and so on.`,
	],
	'42P08': ['statement', 'A parameter needs its type. Write it behind, as in $1::int.'],
	'42P18': ['statement', 'A parameter needs its type. Write it behind, as in $1::int.'],
	'42P10': [
		'statement',
		'The columns to match on have no unique index together. Match on a primary key, or make such an index.',
	],
	'428C9': [
		'statement',
		({ column }) => `The database computes column ${shownName(column)} itself. Leave it out.`,
	],
	'53': ['connection', 'The database has no room left for this. Its log says of what.'],
	'55P03': ['transaction', 'The rows are locked by another transaction. Try again.'],
	'57014': ['transaction', 'The statement was stopped at the database.'],
	'57P': ['connection', 'The database is shutting down. Try again in a moment.'],
	P0001: [
		'row',
		'A function or trigger of the database refuses this. The log of the database says why.',
	],
};

/** Turns what node-postgres throws into our own words. */
export function postgresError(error: unknown, text: string): StatementError {
	const code = String(codeOf(error));
	if (!/^[0-9A-Z]{5}$/.test(code)) {
		return new StatementError(
			'The connection to the database broke while the statement ran. Whether it was done is not known: check before trying again.',
			'connection',
		);
	}
	const known = [5, 3, 2].map((length) => SENTENCES[code.slice(0, length)]).find(Boolean);
	if (known === undefined) {
		return new StatementError(
			`The database refused the statement with SQLSTATE ${code}. Its log says why.`,
			code.startsWith('08') ? 'connection' : 'row',
		);
	}
	const [extent, sentence] = known;
	const words = typeof sentence === 'string' ? sentence : sentence(error as ServerError, text);
	return new StatementError(`${words} (SQLSTATE ${code})`, extent);
}

const by = (constraint: unknown): string =>
	shownName(constraint) === '' ? '' : ` (constraint ${shownName(constraint)})`;

const at = (position: string | undefined, text: string): string => {
	if (!Number(position)) return '';
	const { line, column } = placeOf(text, Number(position) - 1);
	return ` at line ${line}, column ${column}`;
};

/** The name in a message such as `relation "x" does not exist`. */
const quoted = (message = ''): string =>
	shownName(/"([^"]*)"/.exec(message)?.[1] ?? /column (\S+) /.exec(message)?.[1]) || 'of that name';
