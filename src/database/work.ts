import { createScrubber } from '../sealing/scrub';
import { SealboxError } from '../sealing/error';
import { batchesOf } from './batches';
import { columnsOf } from './catalogue';
import { entryMaker, type Entry, type EntryRules } from './entry';
import { StatementError } from './error';
import { rowsToFile, type FileSink } from './file';
import { lend, wordsOf, type Access, type LendRules, type Loan } from './lend';
import type { LargeNumbers, Link, Outcome, Row, Statement } from './link';
import { quotedTable } from './names';
import { touchesSession } from './placeholders';
import { allUndone, settle, type Settled, type SettleRules, type Stored } from './settle';
import { batchRulesOf, write, type Target } from './write';

/** What some items came to: rows, and the failures of the others, in words. */
export interface Result {
	readonly stored: readonly Stored[];
	/** By item. */
	readonly failures: ReadonlyMap<number, SealboxError>;
	/** Columns whose values are bytes, given as base64. */
	readonly bytes: ReadonlySet<string>;
}

export interface WorkRules extends LendRules, SettleRules {
	readonly largeNumbers: LargeNumbers;
}

/** What one item asks of the database; the statement depends on the engine. */
export interface Question {
	readonly item: number;
	/** @throws {@link StatementError} when the item's parameters make no statement */
	statement(engine: Link['engine']): Statement;
	/** What comes out where a statement gives no rows. */
	without(outcome: Outcome): Row[];
	/** Where rows go instead of into items. */
	readonly file?: FileSink;
}

/** Runs one statement for each item. @throws {@link SealboxError} when there is no connection */
export async function ask(
	access: Access,
	rules: WorkRules,
	questions: readonly Question[],
): Promise<Result> {
	return await lend(access, rules, async (loan) => {
		const bytes = new Set<string>();
		const settled = await settle(
			loan,
			questions.map((question) => [question]),
			async (_link, [question]) => await answer(loan, question as Question, rules, bytes),
			rules,
		);
		return inWords(settled, loan, bytes);
	});
}

async function answer(
	loan: Loan,
	question: Question,
	{ largeNumbers }: WorkRules,
	bytes: Set<string>,
): Promise<Stored[]> {
	const { item } = question;
	const statement = question.statement(loan.engine);
	if (touchesSession(statement.text)) loan.spoil();
	if (question.file) {
		const rows = await rowsToFile(loan, statement, largeNumbers, question.file);
		return [{ item, row: { rows } }];
	}
	let stored: Stored[] = [];
	const outcome = await loan.run(statement, {
		largeNumbers,
		all: (rows) => void (stored = stored.concat(rows.map((row) => ({ item, row })))),
		bytes: (columns) => columns.forEach((column) => bytes.add(column)),
	});
	return outcome.hasRows ? stored : question.without(outcome).map((row) => ({ item, row }));
}

/** Writes the rows of items to a table. @throws {@link SealboxError} when there is no connection */
export async function change(
	access: Access,
	rules: WorkRules & Omit<EntryRules, 'columns' | 'matchOn'>,
	target: Target,
	rows: readonly { item: number; row: Row }[],
): Promise<Result> {
	return await lend(access, rules, async (loan) => {
		const columns = await columnsOf(loan, target.table, quotedTable(loan.engine, target.table));
		const { matchOn } = target;
		const { entries, unfit } = entriesOf(loan, { ...rules, columns, matchOn }, rows);
		const [first] = unfit;
		if (first !== undefined && rules.isAtomic) {
			const failures = allUndone([rows], [{ item: first[0] }], first[1]);
			return inWords({ stored: [], failures }, loan, new Set());
		}
		const before = rules.goesOn || first === undefined ? entries : entriesBefore(entries, first[0]);
		const settled = await settle(
			loan,
			batchesOf(before, batchRulesOf(loan.engine, target)),
			async (link, batch) => await write(link, target, batch, rules.largeNumbers),
			rules,
		);
		const bytes = columns.filter(({ type }) => type === 'bytea').map(({ name }) => name);
		const failures = new Map([...settled.failures, ...unfit]);
		return inWords({ ...settled, failures }, loan, new Set(bytes));
	});
}

function entriesOf(link: Link, rules: EntryRules, rows: readonly { item: number; row: Row }[]) {
	const make = entryMaker(link.engine, rules);
	const entries: Entry[] = [];
	const unfit: [number, StatementError][] = [];
	for (const { item, row } of rows) {
		try {
			entries.push(make(item, row));
		} catch (error) {
			if (!(error instanceof StatementError)) throw error;
			unfit.push([item, error]);
		}
	}
	return { entries, unfit };
}

/** Where the run ends at the first failure, what comes behind it is not tried. */
const entriesBefore = (entries: readonly Entry[], item: number): Entry[] =>
	entries.filter((entry) => entry.item < item);

function inWords({ stored, failures }: Settled, loan: Loan, bytes: ReadonlySet<string>): Result {
	const told = [...failures].map(
		([item, error]) => [item, wordsOf(error, loan.scrubber) as SealboxError] as const,
	);
	return { stored: withoutSecrets(stored, loan), failures: new Map(told), bytes };
}

/**
 * Rows without the secrets of the credential, wherever the database shows one, for instance in its
 * settings. A password that is too short or too common to be told from data stays: to replace it
 * would change rows that have nothing to do with it.
 */
function withoutSecrets(stored: readonly Stored[], { needles }: Loan): readonly Stored[] {
	if (needles.length === 0 || stored.length === 0) return stored;
	const scrubber = createScrubber(needles);
	const rows = stored.map(({ row }) => row);
	const clean = scrubber.value(rows);
	if (clean === rows) return stored;
	return stored.map(({ item }, index) => ({ item, row: clean[index] as Row }));
}
