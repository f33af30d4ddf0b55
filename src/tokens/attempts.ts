import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '../http/retry';
import { TokenFailure } from './failure';
import type { Holding, Issued, Source } from './issued';
import { mayBeUsedUp } from './outcome';
import type { TokenRecord } from './record';

/** Within one lease: full jitter. */
const WITHIN = { retries: Infinity, baseMs: 500, capMs: 30_000 };

export interface Patience {
	/** Milliseconds for everything. */
	readonly budgetMs: number;
	/** Whether to ask again at all: nobody waits for a renewal that is early. */
	readonly isUrgent: boolean;
	readonly clock: () => number;
	readonly random: () => number;
}

/** What clocks of services are ahead of this machine's, as this process has learned. */
const skews = new Map<string, number>();

/**
 * Asks a source for tokens, and again where that can do no harm, until the budget is used up.
 *
 * @throws {@link TokenFailure}
 */
export async function attempt(
	source: Source,
	record: TokenRecord,
	patience: Patience,
): Promise<Issued> {
	const endMs = performance.now() + patience.budgetMs;
	const signal = AbortSignal.timeout(patience.budgetMs);
	let hasLearned = false;
	for (let tries = 0; ; tries += 1) {
		const skewMs = skews.get(source.client) ?? 0;
		const startedAtMs = performance.now();
		const outcome = await once(source, record, { now: patience.clock, signal, skewMs });
		if (!(outcome instanceof TokenFailure)) return outcome;
		const hasClockChanged: boolean = !hasLearned && learn(source, outcome, skewMs);
		hasLearned ||= hasClockChanged;
		const tookMs = performance.now() - startedAtMs;
		const waitMs = hasClockChanged
			? 0
			: waitBeforeNext(source, record, outcome, { tries, tookMs, ...patience });
		if (waitMs === null || performance.now() + waitMs >= endMs) throw outcome;
		await pause(waitMs);
	}
}

async function once(
	source: Source,
	record: TokenRecord,
	circumstances: Parameters<Source['obtain']>[1],
): Promise<Issued | TokenFailure> {
	const { refreshToken, lifeMs, scope } = record;
	const holding: Holding = {
		lifeMs,
		...(refreshToken === undefined ? {} : { refreshToken }),
		...(scope === undefined ? {} : { scope }),
	};
	try {
		return await source.obtain(holding, circumstances);
	} catch (error) {
		if (error instanceof TokenFailure) return error;
		// What a source throws besides is a mistake in the credential; its text may hold anything.
		return new TokenFailure('request-bad', { code: codeOf(error) });
	}
}

const codeOf = (error: unknown): string => {
	const { code } = error as { code?: unknown };
	return typeof code === 'string' && /^ERR_[A-Z_]+$/.test(code) ? code : 'cannot_ask';
};

/** A service that refuses a statement it takes for expired, or not yet valid, tells its time in the answer. */
function learn(source: Source, { failure, facts }: TokenFailure, usedMs: number): boolean {
	const skewMs = facts.skewMs ?? 0;
	if (failure !== 'grant-dead' || source.consent !== undefined || skewMs === usedMs) return false;
	skews.set(source.client, skewMs);
	return true;
}

/** Milliseconds, or `null` when it is over for this lease. */
function waitBeforeNext(
	source: Source,
	record: TokenRecord,
	{ failure }: TokenFailure,
	{ tries, tookMs, isUrgent, random }: Patience & { tries: number; tookMs: number },
): number | null {
	if (!isUrgent) return null;
	if (failure === 'unsent' || failure === 'server') return backoffMs(tries, WITHIN, random);
	if (failure !== 'ambiguous') return null;
	if (!mayBeUsedUp(record)) return backoffMs(tries, WITHIN, random);
	// A used refresh token is good for a while yet, and that while is not over.
	const isWithinGrace = tries === 0 && tookMs < (source.reuseGraceMs ?? 0);
	return isWithinGrace ? 0 : null;
}
