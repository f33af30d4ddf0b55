import { phaseOf } from './margins';
import type { TokenRecord } from './record';

/** Something that ends soon, and that nothing renews by itself. */
export interface Ending {
	readonly what: 'access token' | 'grant';
	/** Milliseconds since 1970. */
	readonly atMs: number;
}

const LONGEST_WARNING_MS = 7 * 86_400_000;
/** Between two answers of one service the same end differs by how long they took. */
const SAME_WITHIN_MS = 60_000;

/**
 * What of a grant ends soon; `null` where nothing does, or somebody was told of worse already.
 *
 * - A refresh token with a known end: in the last quarter of its time, a week at most.
 * - An access token in its margin, where no refresh token is there or renewals fail. One that the next request
 *   renews is nobody's concern.
 */
export function endingOf(record: TokenRecord, now: number): Ending | null {
	const { state, health, obtainedAtMs, expiresAtMs, refreshExpiresAtMs, refreshToken } = record;
	if (state === 'REVOKED' || health === 'NEEDS_REAUTH') return null;
	if (refreshToken !== undefined && refreshExpiresAtMs !== undefined && now < refreshExpiresAtMs) {
		const warningMs = Math.min(LONGEST_WARNING_MS, (refreshExpiresAtMs - obtainedAtMs) / 4);
		if (now >= refreshExpiresAtMs - warningMs) return { what: 'grant', atMs: refreshExpiresAtMs };
	}
	if (expiresAtMs === null || now >= expiresAtMs || renewsItself(record)) return null;
	const isNear = phaseOf(record, 0, now) !== 'fresh';
	return isNear ? { what: 'access token', atMs: expiresAtMs } : null;
}

function renewsItself({ consents, refreshToken, trouble }: TokenRecord): boolean {
	const canRenew = consents.length === 0 || refreshToken !== undefined;
	return canRenew && trouble === undefined;
}

/** A public text of an ending, by which it is announced once. */
export const markOf = ({ lineage }: TokenRecord, { atMs }: Ending): string => `${lineage}/${atMs}`;

/** Whether two marks are of one ending. */
export function isSameEnding(one: string, other: string): boolean {
	const [lineage, atMs] = one.split('/');
	const [otherLineage, otherAtMs] = other.split('/');
	return lineage === otherLineage && Math.abs(Number(atMs) - Number(otherAtMs)) < SAME_WITHIN_MS;
}
