/** When a token is renewed. All times in milliseconds. */

const SKEW = 60_000;
const TOKEN_REQUEST = 10_000;
const MANDATORY = Math.max(30_000, TOKEN_REQUEST + SKEW);
const LONGEST_ADVISORY = 15 * 60_000;

/**
 * - `fresh`: used as it is
 * - `advisory`: renewed by whoever comes first, while everybody else goes on using it
 * - `mandatory`: so close to its end that all wait for a new one
 * - `expired`
 */
export type Phase = 'fresh' | 'advisory' | 'mandatory' | 'expired';

export interface Lifetime {
	readonly obtainedAtMs: number;
	/** `null`: only a refusal tells that it has ended. */
	readonly expiresAtMs: number | null;
}

/**
 * @param draw - between 0 and 1, the same for a credential in all processes: it spreads the renewals of
 *   credentials that got their tokens together
 */
export function phaseOf({ obtainedAtMs, expiresAtMs }: Lifetime, draw: number, now: number): Phase {
	if (expiresAtMs === null) return 'fresh';
	if (now >= expiresAtMs) return 'expired';
	const life = expiresAtMs - obtainedAtMs;
	// So short that the margins would eat it up: half of it is used.
	if (life <= 2 * MANDATORY) return now >= obtainedAtMs + life / 2 ? 'mandatory' : 'fresh';
	if (now >= expiresAtMs - mandatoryMs(life)) return 'mandatory';
	const window = Math.min(LONGEST_ADVISORY, life / 4);
	return now >= expiresAtMs - window + (draw * window) / 2 ? 'advisory' : 'fresh';
}

const mandatoryMs = (life: number): number => Math.min(MANDATORY, life / 5);

/** From when on nobody relies on the token any more: waiting for it may be over. */
export function mandatoryAtMs({ obtainedAtMs, expiresAtMs }: Lifetime): number {
	if (expiresAtMs === null) return Infinity;
	const life = expiresAtMs - obtainedAtMs;
	return life <= 2 * MANDATORY ? obtainedAtMs + life / 2 : expiresAtMs - mandatoryMs(life);
}
