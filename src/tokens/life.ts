import type { Issued, Oddity } from './issued';

/** How long a token lives, by what its service says and by what can be guessed. */

const DAY_MS = 86_400_000;
/** Beyond this a number of seconds is more likely one of milliseconds. */
const LONGEST_PLAUSIBLE_MS = 31 * DAY_MS;
/** Beyond this it means nothing at all. */
const LONGEST_MS = 3_650 * DAY_MS;

type Life = Pick<Issued, 'expiresAtMs'> & { readonly oddities: readonly Oddity[] };

/**
 * When a token ends, counted from the start of the request: a slow answer does not make it live longer.
 *
 * @param expiresIn - as the service wrote it: a number or digits, of `unitMs` milliseconds
 * @param fallbackMs - its life when nothing tells; `null` when only a refusal can
 */
export function lifeOf(
	expiresIn: unknown,
	accessToken: string,
	startedAtMs: number,
	{ unitMs = 1_000, fallbackMs }: { unitMs?: number; fallbackMs: number | null },
): Life {
	const said = saidMs(expiresIn, unitMs);
	if (said !== null) {
		const isPlausible = said <= LONGEST_PLAUSIBLE_MS;
		return {
			expiresAtMs: startedAtMs + (isPlausible ? said : DAY_MS),
			oddities: isPlausible ? [] : ['life shortened to a day'],
		};
	}
	const hinted = jwtExpiryMs(accessToken);
	if (hinted !== null && hinted > startedAtMs) return { expiresAtMs: hinted, oddities: [] };
	const expiresAtMs = fallbackMs === null ? null : startedAtMs + fallbackMs;
	return { expiresAtMs, oddities: ['life unknown'] };
}

function saidMs(expiresIn: unknown, unitMs: number): number | null {
	const isDigits = typeof expiresIn === 'string' && /^\d+(\.\d+)?$/.test(expiresIn.trim());
	if (typeof expiresIn !== 'number' && !isDigits) return null;
	const ms = Math.floor(Number(expiresIn)) * unitMs;
	return ms > 0 && ms <= LONGEST_MS ? ms : null;
}

/** The claim `exp` of a token that looks like a JWT. Nobody has checked it: a hint. */
export function jwtExpiryMs(token: string): number | null {
	const [, payload, signature, ...more] = token.split('.');
	if (!payload || !signature || more.length > 0) return null;
	try {
		const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp?: unknown };
		return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1_000 : null;
	} catch {
		// Three parts, but no JWT: it hints at nothing.
		return null;
	}
}
