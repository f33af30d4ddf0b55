import { StatementError, type Extent } from './error';
import type { Link, Row } from './link';

/** A row that comes out, and the item or items it came from. */
export interface Stored {
	readonly item: number | readonly number[];
	readonly row: Row;
}

interface Numbered {
	readonly item: number;
}

export interface SettleRules {
	/** All items in one transaction, or each for itself. */
	readonly isAtomic: boolean;
	/** Whether to go on behind an item that failed; without, the rest is not tried. */
	readonly goesOn: boolean;
	/** Whether a row whose key is there already is left out silently. */
	readonly skipsDuplicates: boolean;
}

export interface Settled {
	readonly stored: Stored[];
	/** By item. */
	readonly failures: ReadonlyMap<number, StatementError>;
}

/** Runs one statement for some items; all or nothing of it is done. */
export type Apply<T extends Numbered> = (link: Link, batch: readonly T[]) => Promise<Stored[]>;

type Way = <T extends Numbered>(
	link: Link,
	batches: readonly (readonly T[])[],
	apply: Apply<T>,
	rules: SettleRules,
) => Promise<Settled>;

/**
 * Runs batches in order, and finds out which item is to blame when one fails: the batch is halved
 * until a single item is left, and the others are done.
 */
export const settle: Way = async (link, batches, apply, rules) => {
	const [only] = batches;
	const isOneItem = batches.length === 1 && only?.length === 1;
	if (!rules.isAtomic || (isOneItem && !rules.skipsDuplicates)) {
		return await eachForItself(link, batches, apply, rules);
	}
	if (batches.length === 1 && only !== undefined) {
		// One statement is a transaction already; only a failure that one row causes needs a closer look.
		try {
			return { stored: await apply(link, only), failures: new Map() };
		} catch (error) {
			if (!(error instanceof StatementError)) throw error;
			if (!canSplit(error)) return { stored: [], failures: allUndone(batches, only, error) };
		}
	}
	return await inTransaction(link, batches, apply, rules);
};

const SPLIT: readonly Extent[] = ['duplicate', 'row'];
const canSplit = (error: unknown): boolean =>
	error instanceof StatementError && SPLIT.includes(error.extent);

const eachForItself: Way = async (link, batches, apply, rules) => {
	const stored: Stored[] = [];
	const failures = new Map<number, StatementError>();
	for (const batch of batches) {
		if (!rules.goesOn && failures.size > 0) break;
		await halving(link, batch, apply, {
			rules,
			inTransaction: false,
			done: (rows) => void stored.push(...rows),
			failed: (items, error) => {
				for (const item of items) failures.set(item, error);
				return rules.goesOn;
			},
		});
	}
	return { stored, failures };
};

const inTransaction: Way = async (link, batches, apply, rules) => {
	const stored: Stored[] = [];
	const run = async (text: string) => await link.run({ text, values: [] });
	const culprits: { items: readonly number[]; error: StatementError }[] = [];
	const work: Work = {
		rules,
		inTransaction: true,
		done: (rows) => void stored.push(...rows),
		failed: (items, error) => {
			culprits.push({ items, error });
			return false;
		},
	};
	try {
		await run('BEGIN');
		for (const batch of batches) {
			if (culprits.length === 0) await halving(link, batch, apply, work);
		}
		await run(culprits.length === 0 ? 'COMMIT' : 'ROLLBACK');
	} catch (error) {
		if (!(error instanceof StatementError)) throw error;
		// A rule that is checked at the end may be broken by any of them.
		culprits.push({ items: batches.flat().map(({ item }) => item), error });
		await run('ROLLBACK').catch(() => link.destroy());
	}
	const [culprit] = culprits;
	if (culprit === undefined) return { stored, failures: new Map() };
	const guilty = culprit.items.map((item) => ({ item }));
	return { stored: [], failures: allUndone(batches, guilty, culprit.error) };
};

/** In a transaction the failure of one item is the failure of all. */
export function allUndone(
	batches: readonly (readonly Numbered[])[],
	guilty: readonly Numbered[],
	error: StatementError,
): Map<number, StatementError> {
	const undone = new StatementError(
		`Undone, because item ${(guilty[0]?.item ?? 0) + 1} failed: all items are one transaction. Correct that item, or choose One per Item under Transaction.`,
		'transaction',
		'ERR_STATEMENT_UNDONE',
	);
	const isGuilty = new Set(guilty.map(({ item }) => item));
	return new Map(
		batches.flat().map(({ item }) => [item, isGuilty.has(item) ? error : undone] as const),
	);
}

interface Work {
	readonly rules: SettleRules;
	readonly inTransaction: boolean;
	done(rows: Stored[]): void;
	/** Tells whether to go on. */
	failed(items: number[], error: StatementError): boolean;
}

/** @returns whether to go on with what follows */
async function halving<T extends Numbered>(
	link: Link,
	batch: readonly T[],
	apply: Apply<T>,
	work: Work,
): Promise<boolean> {
	try {
		work.done(await kept(link, batch, apply, work));
		return true;
	} catch (error) {
		if (!(error instanceof StatementError)) throw error;
		const items = batch.map(({ item }) => item);
		if (canSplit(error) && batch.length > 1) {
			const middle = Math.ceil(batch.length / 2);
			return (
				(await halving(link, batch.slice(0, middle), apply, work)) &&
				(await halving(link, batch.slice(middle), apply, work))
			);
		}
		if (error.extent === 'duplicate' && work.rules.skipsDuplicates) return true;
		return work.failed(items, error) && error.extent !== 'connection';
	}
}

/**
 * In PostgreSQL a failed statement spoils its transaction, so that it needs a point to go back to.
 * MySQL undoes a failed statement by itself.
 */
async function kept<T extends Numbered>(
	link: Link,
	batch: readonly T[],
	apply: Apply<T>,
	{ inTransaction: isInside, rules }: Work,
): Promise<Stored[]> {
	const mayGoBack = batch.length > 1 || rules.skipsDuplicates;
	if (!isInside || link.engine !== 'postgres' || !mayGoBack) return await apply(link, batch);
	const run = async (text: string) => await link.run({ text, values: [] });
	await run('SAVEPOINT sealbox');
	try {
		const stored = await apply(link, batch);
		await run('RELEASE SAVEPOINT sealbox');
		return stored;
	} catch (error) {
		if (canSplit(error)) await run('ROLLBACK TO SAVEPOINT sealbox');
		throw error;
	}
}
