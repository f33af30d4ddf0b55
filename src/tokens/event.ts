import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../state/state';
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

export const eventOfOutcome = (
	id: string,
	{ event, record, reason }: Outcome,
	attempt: string,
): NewEvent => eventOf(id, event, record, { attempt, ...(reason === undefined ? {} : { reason }) });
