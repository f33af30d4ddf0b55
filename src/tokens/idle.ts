import type { TokenRecord } from './record';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A service that counts a refresh token's life down would else be asked ever more often at its end. */
const MOST_OFTEN_MS = 5 * MINUTE_MS;

/**
 * Whether nobody has renewed a grant for so long that its service might end it for that: a day, or half of
 * the time that the service gives a refresh token, where it says so.
 *
 * @param draw - between 0 and 1, the same for a credential in all processes: grants made together are not
 *   kept alive together
 */
export function isIdle(record: TokenRecord, draw: number, now: number): boolean {
	const { refreshToken, refreshExpiresAtMs = Infinity, obtainedAtMs, state, isUncertain } = record;
	// What may be used up is not touched before there is need.
	if (refreshToken === undefined || state === 'REVOKED' || isUncertain) return false;
	const half = (refreshExpiresAtMs - obtainedAtMs) / 2;
	const idleMs = Math.max(MOST_OFTEN_MS, Math.min(DAY_MS, half));
	return now - obtainedAtMs >= idleMs * (1 - draw / 10);
}
