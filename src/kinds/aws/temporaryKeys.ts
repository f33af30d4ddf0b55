import { isSealboxError } from '../../sealing/error';
import type { SigningKeys } from './sigv4';

/**
 * Keys that expire, kept until shortly before they do.
 *
 * The shelf belongs to the process and not to this module, which may be loaded more than once. Each
 * process has its own: keys of a role do not replace each other, so that none spoils another's.
 */

export interface TemporaryKeys extends SigningKeys {
	readonly sessionToken: string;
	/** Both in milliseconds since the Unix epoch, by the clock of this machine. */
	readonly obtainedAtMs: number;
	readonly expiresAtMs: number;
}

interface Entry {
	held?: TemporaryKeys;
	flight?: Promise<TemporaryKeys>;
	/** No renewal is tried before this time, since the last one found the service out of reach. */
	waitUntilMs?: number;
}

/** Renewal begins five minutes before the end, as in AWS's own clients; sooner for short lives. */
const MARGIN_MS = 300_000;
const MARGIN_SHARE = 0.25;

/** Keys that end this soon are given to no request: it has to arrive while they are good. */
const LAST_USE_MS = 1_000;

/** Pause between two tries to renew keys that are good still. */
const RETRY_MS = 10_000;

const MAX_ENTRIES = 1_000;

const SHELF = Symbol.for('sealbox.aws.temporaryKeys.v1');
type Process = typeof globalThis & { [SHELF]?: Map<string, Entry> };
const shelf = (): Map<string, Entry> => ((globalThis as Process)[SHELF] ??= new Map());

/**
 * Keys that are good now: those that are held, or new ones.
 *
 * However many ask at once, one `obtain` is under way per identity. While held keys are being renewed
 * they serve everybody else, and they go on serving when the service cannot be reached; when it
 * refuses, they do not.
 *
 * @param identity - names everything that the keys depend on, secrets included; a hash of it
 */
export async function temporaryKeys(
	identity: string,
	nowMs: number,
	obtain: () => Promise<TemporaryKeys>,
): Promise<TemporaryKeys> {
	const entry = entryFor(identity, nowMs);
	const { held, flight, waitUntilMs = 0 } = entry;
	const isGood = held !== undefined && nowMs < held.expiresAtMs - LAST_USE_MS;
	if (isGood && (nowMs < renewalOf(held) || flight !== undefined || nowMs < waitUntilMs)) {
		return held;
	}
	if (flight !== undefined) return await flight;
	// Whatever came of it is on the shelf before anybody sees that nothing is under way any more.
	entry.flight = obtain().then(
		(fresh) => {
			delete entry.flight;
			delete entry.waitUntilMs;
			return (entry.held = fresh);
		},
		(error: unknown) => {
			delete entry.flight;
			if (!isGood || !isSealboxError(error) || error.code !== 'ERR_UNREACHABLE') {
				delete entry.held;
				throw error;
			}
			entry.waitUntilMs = nowMs + RETRY_MS;
			return held;
		},
	);
	return await entry.flight;
}

/**
 * Drops held keys that a service refused.
 *
 * @param sessionToken - the refused one; newer keys are kept
 * @returns whether another try may do better
 */
export function forgetTemporaryKeys(identity: string, sessionToken?: string): boolean {
	const entry = shelf().get(identity);
	if (entry === undefined) return false;
	if (sessionToken === undefined || entry.held?.sessionToken === sessionToken) delete entry.held;
	return true;
}

const renewalOf = ({ obtainedAtMs, expiresAtMs }: TemporaryKeys): number =>
	expiresAtMs - Math.min(MARGIN_MS, (expiresAtMs - obtainedAtMs) * MARGIN_SHARE);

function entryFor(identity: string, nowMs: number): Entry {
	const entries = shelf();
	const known = entries.get(identity);
	if (known !== undefined) return known;
	if (entries.size >= MAX_ENTRIES) dropIdle(entries, nowMs);
	const entry: Entry = {};
	entries.set(identity, entry);
	return entry;
}

/** What has expired goes first, then what was made first; a renewal under way is left alone. */
function dropIdle(entries: Map<string, Entry>, nowMs: number): void {
	const idle = [...entries].filter(([, { flight }]) => flight === undefined);
	const dead = idle.filter(([, { held }]) => held === undefined || held.expiresAtMs <= nowMs);
	const victims = dead.length > 0 ? dead : idle.slice(0, MAX_ENTRIES / 10);
	for (const [identity] of victims) entries.delete(identity);
}
