import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../audit/event';
import type { Trail } from '../audit/trail';
import type { Lease, State, StoredEvent } from '../state/state';

/** Puts events on record; whether that worked. */
export type Write = (events: readonly StoredEvent[]) => Promise<boolean>;

const NAME = 'events-audit';
const LEASE_MS = 10_000;
const READ = 100;

/**
 * Puts every event of the outbox on record, by one process at a time.
 *
 * An event is in the outbox from the moment of the change that it tells of, so that a process which dies takes
 * nothing with it: the next one goes on. Where it dies between writing and noting how far it came, the last
 * events are on record twice, with the same id.
 */
export class Recorder {
	readonly #owner = randomUUID();
	#draining: Promise<void> | undefined;

	constructor(
		private readonly state: State,
		private readonly write: Write,
	) {}

	/** Resolves when nothing is left, or somebody else is at it. Rejects with what the store throws. */
	async drain(): Promise<void> {
		this.#draining ??= this.#drain().finally(() => (this.#draining = undefined));
		await this.#draining;
	}

	async #drain(): Promise<void> {
		const lease = await this.state.acquire(NAME, this.#owner, LEASE_MS);
		if (lease === null) return;
		try {
			while (await this.#step(lease));
		} finally {
			await this.state.release(lease);
		}
	}

	/** Whether there may be more. */
	async #step(lease: Lease): Promise<boolean> {
		const stored = await this.state.read(NAME);
		const events = await this.state.events(Number(stored?.value ?? 0), READ);
		const last = events.at(-1);
		if (last === undefined || !(await this.write(events))) return false;
		const change = { key: NAME, expected: stored?.version ?? 0, value: String(last.position) };
		const isNoted = (await this.state.swap({ ...change, lease })) !== null;
		return isNoted && (await this.state.renew(lease, LEASE_MS));
	}
}

/** Into an audit trail, as types, ids, names and codes. */
export const writeTo =
	(trail: Pick<Trail, 'append' | 'flush'>): Write =>
	async (events) => {
		for (const event of events) trail.append(auditEventOf(event));
		await trail.flush();
		return true;
	};

function auditEventOf({ id, type, body, atMs }: StoredEvent): AuditEvent {
	const fields = Object.entries(JSON.parse(body) as Record<string, unknown>);
	const texts = fields.filter((field): field is [string, string] => typeof field[1] === 'string');
	const at = new Date(atMs).toISOString();
	return { type, subject: { event: id, at, ...Object.fromEntries(texts) } };
}
