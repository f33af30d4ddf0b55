import { backoffMs } from '../http/retry';
import type { TokenFailure } from './failure';
import type { Issued } from './issued';
import { mandatoryAtMs, phaseOf } from './margins';
import type { TokenRecord, Trouble } from './record';

/*
 * What an attempt to renew makes of a record. Pure: the caller writes it, if nobody was faster.
 */

export interface Outcome {
	readonly record: TokenRecord;
	readonly event: EventType;
	/** For the event: public. */
	readonly reason?: string;
}

export type EventType =
	| 'credential.created'
	| 'credential.activated'
	| 'credential.refresh.started'
	| 'credential.refreshed'
	| 'credential.refresh.deferred'
	| 'credential.refresh.ambiguous'
	| 'credential.refresh.failing'
	| 'credential.refresh.recovered'
	| 'credential.expired'
	| 'credential.reauth_required'
	| 'credential.reauthorized'
	| 'credential.config_error'
	| 'credential.rejected'
	| 'credential.rotated'
	| 'credential.expiring_soon'
	| 'credential.revoked'
	| 'credential.revocation.completed'
	| 'credential.revocation.failed'
	| 'client.circuit_opened'
	| 'client.circuit_closed';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Between attempts that are not of one lease. */
const BETWEEN = { retries: Infinity, baseMs: 30_000, capMs: HOUR_MS };
const DEGRADED_AFTER = { failures: 3, ms: 5 * MINUTE_MS };
/** A service that is down this long with nothing left to use is asked now and then. */
const LONG_MS = 24 * HOUR_MS;
const PROBE_MS = 6 * HOUR_MS;
const CONFIG_PROBE_MS = 10 * MINUTE_MS;
const OPAQUE = { tries: 3, ms: 15 * MINUTE_MS };

/** T5: there is a new token. */
export function renewed(
	before: TokenRecord,
	issued: Issued,
	{ attempt, now, isForRefusal }: { attempt: string; now: number; isForRefusal: boolean },
): Outcome {
	const { trouble, intent, isUncertain, renewedForRefusalAtMs, refusedAtMs, ...kept } = before;
	void [trouble, intent, isUncertain, renewedForRefusalAtMs, refusedAtMs];
	const isRotated =
		issued.refreshToken !== undefined && issued.refreshToken !== before.refreshToken;
	const hadToken = before.refreshToken !== undefined;
	const { scope = before.scope, refreshExpiresAtMs = before.refreshExpiresAtMs } = issued;
	const refreshToken = issued.refreshToken ?? before.refreshToken;
	const record: TokenRecord = {
		...kept,
		state: 'UPDATED',
		health: 'OK',
		accessToken: issued.accessToken,
		tokenType: issued.tokenType,
		obtainedAtMs: issued.obtainedAtMs,
		expiresAtMs: issued.expiresAtMs,
		lifeMs: issued.expiresAtMs === null ? before.lifeMs : issued.expiresAtMs - issued.obtainedAtMs,
		rotation: hadToken ? (isRotated ? 'always' : 'never') : before.rotation,
		oddities: issued.oddities,
		attempt,
		...(scope === undefined ? {} : { scope }),
		...(refreshToken === undefined ? {} : { refreshToken }),
		...(refreshExpiresAtMs === undefined ? {} : { refreshExpiresAtMs }),
		...(isForRefusal ? { renewedForRefusalAtMs: now } : {}),
	};
	const reason = [isRotated ? 'rotated' : 'kept', ...issued.oddities].join(', ');
	return { record, event: 'credential.refreshed', reason };
}

/** T8 to T12: there is none. */
export function failed(
	before: TokenRecord,
	failure: TokenFailure,
	{ now, random, proof }: { now: number; random: () => number; proof: string },
): Outcome {
	const { intent, ...kept } = before;
	void intent;
	const trouble = { ...troubleAfter(before, failure, now, random), proof };
	const base: TokenRecord = { ...kept, state: stateWithout(before, now), trouble };
	const reason = `${failure.failure}: ${failure.facts.code}`;
	const isConsented = before.consents.length > 0;
	switch (failure.failure) {
		case 'grant-dead':
			return isConsented
				? needsPerson(base, before.isUncertain ? 'lost_rotation' : reason)
				: misconfigured(base, reason);
		case 'client-bad':
		case 'request-bad':
		case 'tls':
			return misconfigured(base, reason);
		case 'opaque': {
			const isEnough = trouble.opaque >= OPAQUE.tries && now - trouble.sinceMs >= OPAQUE.ms;
			if (!isEnough) return deferred(base, before, now, reason);
			return isConsented ? needsPerson(base, reason) : misconfigured(base, reason);
		}
		case 'ambiguous':
			return uncertain(base, before, now, reason);
		default:
			return deferred(base, before, now, reason);
	}
}

const needsPerson = (base: TokenRecord, reason: string): Outcome => ({
	record: { ...base, health: 'NEEDS_REAUTH' },
	event: 'credential.reauth_required',
	reason,
});

const misconfigured = (base: TokenRecord, reason: string): Outcome => ({
	record: { ...base, health: 'CONFIG_ERROR' },
	event: 'credential.config_error',
	reason,
});

function deferred(base: TokenRecord, before: TokenRecord, now: number, reason: string): Outcome {
	const { failures, sinceMs } = base.trouble as Trouble;
	const isLasting = failures >= DEGRADED_AFTER.failures || now - sinceMs >= DEGRADED_AFTER.ms;
	const health = isLasting || base.state === 'EXPIRED' ? 'DEGRADED' : before.health;
	const hasExpired = base.state === 'EXPIRED' && before.trouble?.reason === undefined;
	return {
		record: { ...base, health },
		event: hasExpired ? 'credential.expired' : 'credential.refresh.deferred',
		reason,
	};
}

/**
 * The service may have used up the refresh token, and a second use of it may end the whole grant. While the
 * access token is good for something, nothing is risked; when it is not, there is nothing left to lose, and
 * the answer to one more request tells.
 */
function uncertain(base: TokenRecord, before: TokenRecord, now: number, reason: string): Outcome {
	if (!mayBeUsedUp(before)) return deferred(base, before, now, reason);
	const trouble = base.trouble as Trouble;
	const isUsable = before.accessToken !== undefined && now < mandatoryAtMs(before);
	const nextAttemptAtMs = isUsable ? mandatoryAtMs(before) : trouble.nextAttemptAtMs;
	return {
		record: {
			...base,
			health: 'DEGRADED',
			isUncertain: true,
			trouble: { ...trouble, nextAttemptAtMs },
		},
		event: 'credential.refresh.ambiguous',
		reason,
	};
}

/** Whether asking has spent the only thing to ask with. */
export const mayBeUsedUp = ({ refreshToken, rotation }: TokenRecord): boolean =>
	refreshToken !== undefined && rotation !== 'never';

/** The state of a record that nobody renews at the moment. */
export function stateWithout(record: TokenRecord, now: number): 'ACTIVE' | 'EXPIRED' {
	const { accessToken } = record;
	return accessToken === undefined || phaseOf(record, 0, now) === 'expired' ? 'EXPIRED' : 'ACTIVE';
}

function troubleAfter(
	{ trouble, ...before }: TokenRecord,
	{ failure, facts }: TokenFailure,
	now: number,
	random: () => number,
): Omit<Trouble, 'proof'> {
	const isThrottled = failure === 'throttled';
	const failures = (trouble?.failures ?? 0) + (isThrottled ? 0 : 1);
	const sinceMs = trouble?.sinceMs ?? now;
	const isLong = now - sinceMs > LONG_MS && stateWithout(before, now) === 'EXPIRED';
	const isConfig = ['client-bad', 'request-bad', 'tls'].includes(failure);
	const own = isConfig ? CONFIG_PROBE_MS : isLong ? PROBE_MS : backoffMs(failures, BETWEEN, random);
	const isOpaque = failure === 'opaque';
	const opaqueMs = isOpaque ? OPAQUE.ms / 2 : 0;
	return {
		failures,
		sinceMs,
		nextAttemptAtMs: now + Math.min(LONG_MS, Math.max(facts.retryAfterMs ?? 0, own, opaqueMs)),
		reason: failure,
		code: facts.code,
		opaque: (trouble?.opaque ?? 0) + (isOpaque ? 1 : 0),
	};
}
