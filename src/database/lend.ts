import { speaking, subjectOf } from '../connections/database';
import { inWords } from '../connections/failure';
import { poolOf } from '../connections/pools';
import type { OpenSsh } from '../connections/tunnel';
import { keeping } from '../connections/using';
import { database, type DatabaseFields } from '../kinds/database';
import { parseFields, secretsOf, type Kind, type Needle } from '../kinds/kind';
import { SealboxError } from '../sealing/error';
import { createScrubber, type Scrubber } from '../sealing/scrub';
import { StatementError } from './error';
import type { Engine, Link, Reading, Statement } from './link';
import { linkToMysql } from './mysqlLink';
import { linkToPostgres } from './postgresLink';
import { runTimed } from './timed';

/** A credential, and how to get to what it opens. */
export interface Access {
	/** The host's id of the credential, or the empty string. */
	readonly id: string;
	/** The fields of a Sealbox Database credential; checked here. */
	readonly data: unknown;
	readonly openSsh?: OpenSsh;
}

export interface LendRules {
	/** For one statement, in milliseconds; 0 for no limit. */
	readonly timeoutMs: number;
	readonly cancelled?: AbortSignal;
}

const LINKS: Record<Engine, typeof linkToPostgres> = {
	postgres: linkToPostgres,
	mysql: linkToMysql,
};

const IDLE_MS = 30_000;
const WAIT_MS = 60_000;

/** A connection on loan, with what its credential keeps secret. */
export interface Loan extends Link {
	readonly scrubber: Scrubber;
	/** Secrets that are long and rare enough to be looked for in rows. */
	readonly needles: readonly Needle[];
	/** Asks for the connection to be closed instead of lent to someone else. */
	spoil(): void;
}

/**
 * Lends a connection of the credential's pool for some work, and takes it back however the work ends.
 *
 * @throws {@link SealboxError} with a sentence that names the field or the remedy; statements that
 *   fail inside `work` do so with a {@link StatementError}, which is put into words here
 */
export async function lend<T>(
	{ id, data, openSsh }: Access,
	rules: LendRules,
	work: (loan: Loan) => Promise<T>,
): Promise<T> {
	const fields = parseFields(database, data);
	const secrets = secretsOf(database as unknown as Kind, fields);
	const scrubber = createScrubber(secrets);
	const weak = new Set(scrubber.weak.map(({ name }) => name));
	const needles = secrets.filter(({ name }) => !weak.has(name));
	const open = async () => await connect(fields, openSsh);
	const pool = poolOf<Link>(
		{ kind: 'database', id, fields },
		{ max: Number(fields.maxConnections), idleMs: IDLE_MS, waitMs: WAIT_MS },
	);
	const subject = subjectOf(fields);
	const link = await inWords(subject, async () => await pool.take(open));
	let isSound = true;
	const spoil = () => void (isSound = false);
	try {
		return await work(loanOf(link, { ...rules, open, scrubber, needles, spoil }));
	} catch (error) {
		spoil();
		throw wordsOf(error, scrubber);
	} finally {
		pool.give(link, isSound && !link.isInTransaction());
	}
}

/** The error that people see; names that the server chose are looked through for secrets. */
export const wordsOf = (error: unknown, scrubber: Scrubber): unknown =>
	error instanceof StatementError
		? new SealboxError(error.code, scrubber.text(error.message))
		: error;

function loanOf(
	link: Link,
	{
		open,
		scrubber,
		needles,
		spoil,
		...rules
	}: LendRules & Pick<Loan, 'scrubber' | 'needles' | 'spoil'> & { open: () => Promise<Link> },
): Loan {
	const stop = async () => {
		// Outside of the pool: all of its connections may be waiting for this one.
		const other = await open();
		await other.run(link.stopStatement()).finally(async () => await other.close());
	};
	const timed = { ...rules, stop };
	// A server says that it ends a connection a moment before the connection ends.
	const failed = (error: unknown): never => {
		if (error instanceof StatementError && error.extent === 'connection') spoil();
		throw error;
	};
	return {
		engine: link.engine,
		run: async (statement: Statement, reading?: Reading) =>
			await runTimed(link, timed, statement, reading).catch(failed),
		pause: () => link.pause(),
		resume: () => link.resume(),
		stopStatement: () => link.stopStatement(),
		isInTransaction: () => link.isInTransaction(),
		isUsable: () => link.isUsable(),
		destroy: () => link.destroy(),
		close: async () => await link.close(),
		scrubber,
		needles,
		spoil,
	};
}

const connect = async (fields: DatabaseFields, openSsh: OpenSsh | undefined): Promise<Link> =>
	await speaking(
		fields,
		{ openSsh, hold: keeping },
		async (stream) => await LINKS[fields.engine](fields, stream),
	);
