import { StatementError } from '../../src/database/error';
import { invalid, type Table } from '../../src/database/names';
import type { WorkRules } from '../../src/database/work';
import { SealboxError } from '../../src/sealing/error';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Parameters } from '../parameters';

/** What the form says, in the words of src/database. */

/** @throws {@link StatementError}; what the host says of a bad expression may quote its value */
export function read<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		return unread(error);
	}
}

/** What a bad item is told, where no database has been asked yet. */
export const inWords = (error: unknown): SealboxError =>
	error instanceof StatementError
		? new SealboxError(error.code, error.message)
		: (error as SealboxError);

function unread(error: unknown): never {
	if (error instanceof StatementError) throw error;
	throw new StatementError(
		'The parameters of this item could not be read. Check that their expressions resolve.',
		'row',
		'ERR_STATEMENT_INVALID',
	);
}

export const option = <T>(parameters: Parameters, name: string, fallback: T, item = 0): T =>
	parameters.get<T>(`options.${name}`, item, fallback);

const MS = 1000;

export function rulesOf(context: IExecuteFunctions, parameters: Parameters): WorkRules {
	const seconds = Number(option<unknown>(parameters, 'statementTimeout', 300));
	if (!(seconds >= 0)) throw invalid('Statement Timeout is a number of seconds, 0 or more.');
	const cancelled = context.getExecutionCancelSignal();
	return {
		timeoutMs: seconds * MS,
		largeNumbers: option(parameters, 'largeNumbers', 'exact'),
		isAtomic: option(parameters, 'transaction', 'all') === 'all',
		goesOn: context.continueOnFail(),
		skipsDuplicates: option(parameters, 'skipDuplicates', false),
		...(cancelled && { cancelled }),
	};
}

/** A choice from a list, or a name that was typed in. */
export const chosen = (value: unknown): string => {
	const inner =
		typeof value === 'object' && value !== null ? (value as { value?: unknown }).value : value;
	return inner === undefined || inner === null ? '' : String(inner);
};

export function tableOf(parameters: Parameters, item: number): Table {
	return read(() => {
		const name = chosen(parameters.get<unknown>('table', item, ''));
		if (name === '') throw invalid('No table is chosen. Choose one under Table.');
		return { schema: chosen(parameters.get<unknown>('schema', item, '')), name };
	});
}

/** Names with commas between them. */
export const listed = (text: unknown): string[] =>
	String(text ?? '')
		.split(',')
		.map((name) => name.trim())
		.filter((name) => name !== '');
