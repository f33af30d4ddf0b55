import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../state/state';
import type { Ending } from './ending';
import type { EventType, Outcome } from './outcome';
import type { TokenRecord } from './record';

/** What the body of an event says, as JSON: ids, names and times, no value. */
export interface EventBody {
	readonly credential: string;
	readonly label: string;
	readonly lineage: string;
	readonly state: string;
	readonly health: string;
	readonly attempt?: string;
	readonly reason?: string;
	readonly expiresAt?: string;
	readonly nextAttemptAt?: string;
	/** What ends soon, and `expiresAt` says when. */
	readonly ends?: Ending['what'];
}

/** Said once for each grant and reason, however often it is found out. */
const ONCE: ReadonlySet<EventType> = new Set(['credential.reauth_required', 'credential.revoked']);

export function eventOf(
	id: string,
	type: EventType,
	record: TokenRecord,
	{ reason, attempt }: { reason?: string; attempt?: string } = {},
): NewEvent {
	const { label, lineage, state, health, expiresAtMs, trouble } = record;
	const body: EventBody = {
		credential: id,
		label,
		lineage,
		state,
		health,
		...(attempt === undefined ? {} : { attempt }),
		...(reason === undefined ? {} : { reason }),
		...(expiresAtMs === null ? {} : { expiresAt: new Date(expiresAtMs).toISOString() }),
		...(trouble ? { nextAttemptAt: new Date(trouble.nextAttemptAtMs).toISOString() } : {}),
	};
	const eventId = ONCE.has(type) ? `${type}/${id}/${lineage}/${reason ?? ''}` : randomUUID();
	return { id: eventId, type, body: JSON.stringify(body) };
}

/** T23. */
export function eventOfEnding(id: string, record: TokenRecord, { what, atMs }: Ending): NewEvent {
	const event = eventOf(id, 'credential.expiring_soon', { ...record, expiresAtMs: atMs });
	const body = JSON.parse(event.body) as EventBody;
	return { ...event, body: JSON.stringify({ ...body, ends: what } satisfies EventBody) };
}

/** What an attempt has brought about, and, where that is when trouble begins, that it does. */
export function eventsOfOutcome(
	id: string,
	before: TokenRecord,
	{ event, record, reason }: Outcome,
	attempt: string,
): NewEvent[] {
	const more = { attempt, ...(reason === undefined ? {} : { reason }) };
	return [eventOf(id, event, record, more), ...failingFrom(id, before, record, more)];
}

/** Said when a grant that was well is not, and when a person has to correct what was trouble of the service. */
export function failingFrom(
	id: string,
	before: TokenRecord,
	after: TokenRecord,
	more: { reason?: string; attempt?: string } = {},
): NewEvent[] {
	const isTrouble = after.health === 'DEGRADED' || after.health === 'CONFIG_ERROR';
	const isWorse = RANK[after.health] > RANK[before.health];
	return isTrouble && isWorse ? [eventOf(id, 'credential.refresh.failing', after, more)] : [];
}

const RANK = { OK: 0, DEGRADED: 1, CONFIG_ERROR: 2, NEEDS_REAUTH: 3 } as const;
