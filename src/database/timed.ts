import { StatementError } from './error';
import type { Link, Outcome, Reading, Statement } from './link';

export interface TimeRules {
	/** For one statement, in milliseconds; 0 for no limit. */
	readonly timeoutMs: number;
	/** Its abort stops the statement under way. */
	readonly cancelled?: AbortSignal;
	/** Asks the server, over another connection, to stop what this one is doing. */
	stop(): Promise<void>;
}

/** How long a server has to stop a statement; then the connection is cut. */
const GRACE_MS = 3000;

/** What a connection is lent with: each statement ends in time, at the server too. */
export async function runTimed(
	link: Link,
	rules: TimeRules,
	statement: Statement,
	reading?: Reading,
): Promise<Outcome> {
	let why: StatementError | null = null;
	let grace: NodeJS.Timeout | undefined;
	const stop = (reason: StatementError) => {
		why ??= reason;
		grace ??= setTimeout(() => link.destroy(), GRACE_MS);
		rules.stop().catch(() => link.destroy());
	};
	const onCancel = () => stop(new StatementError('The run was cancelled.', 'connection'));
	const timer =
		rules.timeoutMs > 0
			? setTimeout(() => stop(lateOf(rules.timeoutMs)), rules.timeoutMs)
			: undefined;
	if (rules.cancelled?.aborted) throw new StatementError('The run was cancelled.', 'connection');
	rules.cancelled?.addEventListener('abort', onCancel, { once: true });
	try {
		return await link.run(statement, reading);
	} catch (error) {
		throw why ?? error;
	} finally {
		clearTimeout(timer);
		clearTimeout(grace);
		rules.cancelled?.removeEventListener('abort', onCancel);
	}
}

const lateOf = (ms: number): StatementError =>
	new StatementError(
		`The statement took longer than ${ms / 1000} seconds and was stopped. Make it faster, or raise Statement Timeout under Options.`,
		'transaction',
		'ERR_STATEMENT_TIMEOUT',
	);
