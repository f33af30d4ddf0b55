import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lease } from '../state/state';
import { attempt } from './attempts';
import { Circuit, circuitOpen } from './circuit';
import { eventOf, eventsOfOutcome } from './event';
import { TokenFailure } from './failure';
import { fingerprint } from './fingerprint';
import type { Issued, Source } from './issued';
import { Journal, type Entry, type Found } from './journal';
import { failed, mayBeUsedUp, renewed, type Outcome } from './outcome';
import type { TokenRecord } from './record';
import type { TokenSettings, Times } from './settings';
import { Shelf, type Shelved } from './shelf';

export interface Wish {
	/** Asked again under the lease: somebody else may have been faster. */
	isNeeded(record: TokenRecord): boolean;
	/** Somebody waits and has no good token. */
	readonly isUrgent: boolean;
	readonly isForRefusal: boolean;
}

const RECOVERY_MS = 10 * 60_000;
const SECOND_TRY_MS = 200;

/**
 * One renewal, by whoever holds the lease:
 *
 * 1. read again, and finish what an earlier holder left behind
 * 2. write down that tokens are being asked for
 * 3. ask
 * 4. keep the answer in the journal
 * 5. write the record, if it is still the one that was read and the lease is still held
 *
 * A process may die after each step. The next holder finds the note of step 2 and knows that the service may
 * have answered; with the answer of step 4 it goes on from there.
 */
export class Renewal {
	readonly #circuit: Circuit;
	readonly #journal: Journal;

	constructor(
		private readonly settings: TokenSettings & { readonly times: Times },
		private readonly shelf: Shelf,
	) {
		this.#circuit = new Circuit(settings.state);
		this.#journal = new Journal(settings.state, settings.keyset, settings.folder);
	}

	/**
	 * @returns the record as it is afterwards; what went wrong stands in it
	 * @throws SealboxError `ERR_TOKEN_CONFIG` while the circuit of the client is open; what the store throws
	 */
	async run(source: Source, seen: Shelved, lease: Lease, wish: Wish): Promise<Shelved> {
		const current = (await this.shelf.read(source.id)) ?? seen;
		const { shelved, isDone } = await this.#recover(source, current, lease);
		if (isDone || shelved.record.state === 'REVOKED' || !wish.isNeeded(shelved.record))
			return shelved;
		const circuit = await this.#circuit.ask(source);
		if (typeof circuit === 'object') throw circuitOpen(source.label, circuit.refused);

		const attemptId = randomUUID();
		const intended = await this.#intend(source, shelved, lease, attemptId);
		if (intended === null) return (await this.shelf.read(source.id)) ?? shelved;
		const issued = await this.#ask(source, intended.record, wish);
		if (issued instanceof TokenFailure) {
			return await this.#settle(source, intended, lease, issued, wish);
		}
		if (circuit === 'probing') await this.#circuit.close(source);
		return await this.#keep(source, intended, lease, issued, wish.isForRefusal);
	}

	/** T13: what an earlier holder has left. */
	async #recover(
		{ id, clientProof }: Source,
		shelved: Shelved,
		lease: Lease,
	): Promise<{ shelved: Shelved; isDone: boolean }> {
		const { record } = shelved;
		const found = await this.#unsaved(id, record);
		if (found !== null)
			return { shelved: await this.#finish(id, shelved, lease, found), isDone: true };
		if (record.intent === undefined) return { shelved, isDone: false };

		const lost = new TokenFailure('ambiguous', { code: 'attempt_lost' });
		const { clock, random } = this.settings;
		const outcome = failed(record, lost, { now: clock(), random, proof: clientProof });
		const { attempt: attemptId } = record.intent;
		// One more request is right at once, unless it could end a grant that is still of use.
		const isDone = mayBeUsedUp(record) && isWaiting(outcome, clock());
		const { trouble, ...rest } = outcome.record;
		const after = isDone ? { ...rest, trouble } : asBefore(rest, record);
		const told = eventsOfOutcome(id, record, { ...outcome, record: after }, attemptId);
		const events = [
			eventOf(id, 'credential.refresh.recovered', outcome.record, {
				attempt: attemptId,
				reason: 'unanswered',
			}),
			...(outcome.record.isUncertain ? told : []),
		];
		const written = await this.shelf.swap(id, shelved, after, { lease, events });
		return {
			shelved: written ?? (await this.#latest(id, shelved)),
			isDone: isDone || written === null,
		};
	}

	/** An answer in the journal that nobody has saved. Others go after a while: they may yet be asked for. */
	async #unsaved(id: string, record: TokenRecord): Promise<Found | null> {
		let match: Found | null = null;
		for (const found of await this.#journal.find(id)) {
			if (found.lineage === record.lineage && found.parent === this.#parentOf(record))
				match ??= found;
			else if (this.settings.clock() - found.atMs > RECOVERY_MS) await found.remove();
		}
		return match;
	}

	async #finish(id: string, shelved: Shelved, lease: Lease, found: Found): Promise<Shelved> {
		const { attempt: attemptId, issued, key } = found;
		const context = { attempt: attemptId, isForRefusal: false, now: this.settings.clock() };
		const outcome = renewed(shelved.record, issued, context);
		const saved = { attempt: attemptId, reason: 'answer was in the journal' };
		const events = [
			eventOf(id, 'credential.refresh.recovered', outcome.record, saved),
			...eventsOfOutcome(id, shelved.record, outcome, attemptId),
		];
		const removes = key === undefined ? [] : [key];
		const written = await this.shelf.swap(id, shelved, outcome.record, {
			lease,
			releases: true,
			removes,
			events,
		});
		if (written === null) return await this.#latest(id, shelved);
		await found.remove();
		return written;
	}

	/** T4. `null`: somebody else was faster. */
	async #intend(
		{ id }: Source,
		shelved: Shelved,
		lease: Lease,
		attemptId: string,
	): Promise<Shelved | null> {
		const intent = { attempt: attemptId, fence: lease.fence, startedAtMs: this.settings.clock() };
		const record: TokenRecord = { ...shelved.record, state: 'REFRESHING', intent };
		const events = [eventOf(id, 'credential.refresh.started', record, { attempt: attemptId })];
		// Lost with a power cut, the answer is lost as well, and the next holder finds out by asking.
		return await this.shelf.swap(id, shelved, record, { lease, events, outlives: 'crash' });
	}

	async #ask(
		source: Source,
		record: TokenRecord,
		{ isUrgent }: Wish,
	): Promise<Issued | TokenFailure> {
		const { clock, random, times } = this.settings;
		const patience = { budgetMs: times.budgetMs, isUrgent, clock, random };
		return await attempt(source, record, patience).catch((error: TokenFailure) => error);
	}

	async #keep(
		source: Source,
		intended: Shelved,
		lease: Lease,
		issued: Issued,
		isForRefusal: boolean,
	): Promise<Shelved> {
		const { record } = intended;
		const { attempt: attemptId } = record.intent as NonNullable<TokenRecord['intent']>;
		const now = this.settings.clock();
		const { lineage } = record;
		const entry: Entry = {
			attempt: attemptId,
			lineage,
			parent: this.#parentOf(record),
			atMs: now,
			issued,
		};
		const key = await this.#journal.put(source.id, entry);
		const outcome = renewed(record, issued, { attempt: attemptId, now, isForRefusal });
		const removes = key === null ? [] : [key];
		const events = eventsOfOutcome(source.id, record, outcome, attemptId);
		// Lost with a power cut, it is made again from the journal, which is not lost before it.
		const outlives = key === null ? ('power cut' as const) : ('crash' as const);
		const rest = { lease, releases: true, removes, events, outlives };
		const written = await this.#write(source.id, intended, outcome, rest, attemptId);
		if (written !== null) return written;
		return await this.#lose(source, intended, entry);
	}

	/** Where the store's own answer is lost, the record tells whether it was written. */
	async #write(
		id: string,
		shelved: Shelved,
		{ record }: Outcome,
		rest: Parameters<Shelf['swap']>[3],
		attemptId: string,
	): Promise<Shelved | null> {
		for (let tries = 1; tries <= 2; tries += 1) {
			const written = await this.shelf.swap(id, shelved, record, rest).catch(() => undefined);
			if (written) return written;
			const latest = await this.shelf.read(id).catch(() => undefined);
			if (latest?.record.attempt === attemptId) return latest;
			if (written === null) return null;
			await pause(SECOND_TRY_MS);
		}
		// The store is away. The answer is in the journal, and this process serves it meanwhile.
		return { record, version: shelved.version };
	}

	/** Somebody wrote the record meanwhile, and theirs counts. */
	async #lose(source: Source, intended: Shelved, entry: Entry): Promise<Shelved> {
		const latest = await this.#latest(source.id, intended);
		const isSameGrant =
			latest.record.lineage === entry.lineage && latest.record.state !== 'REVOKED';
		// Of the same grant both may be good: ours stays in the journal for a while.
		if (isSameGrant) return latest;
		for (const found of await this.#journal.find(source.id)) {
			if (found.attempt === entry.attempt) await found.remove();
		}
		await this.#revokeQuietly(source, entry.issued);
		return latest;
	}

	/** Nobody has these tokens any more, so nobody misses them where this fails. */
	async #revokeQuietly(source: Source, { refreshToken, accessToken }: Issued): Promise<void> {
		const circumstances = {
			now: this.settings.clock,
			signal: AbortSignal.timeout(5_000),
			skewMs: 0,
		};
		if (refreshToken !== undefined) {
			await source.revoke?.(refreshToken, 'refresh_token', circumstances).catch(() => {});
		}
		await source.revoke?.(accessToken, 'access_token', circumstances).catch(() => {});
	}

	/** T8 to T12. */
	async #settle(
		source: Source,
		intended: Shelved,
		lease: Lease,
		failure: TokenFailure,
		{ isForRefusal }: Wish,
	): Promise<Shelved> {
		const { clock, random } = this.settings;
		const isOver = isForRefusal && failure.failure === 'grant-dead';
		// The API refuses the token, and the service the grant: neither is of use any more.
		const record = isOver ? { ...intended.record, expiresAtMs: clock() } : intended.record;
		const { attempt: attemptId } = record.intent as NonNullable<TokenRecord['intent']>;
		const outcome = failed(record, failure, { now: clock(), random, proof: source.clientProof });
		if (failure.failure === 'client-bad') await this.#circuit.open(source, failure.facts.code);
		const events = eventsOfOutcome(source.id, record, outcome, attemptId);
		const written = await this.shelf.swap(source.id, intended, outcome.record, {
			lease,
			releases: true,
			events,
		});
		return written ?? (await this.#latest(source.id, intended));
	}

	async #latest(id: string, shelved: Shelved): Promise<Shelved> {
		return (await this.shelf.read(id)) ?? shelved;
	}

	/** What tells whether an answer belongs to the record as it is: the token that it was got with. */
	#parentOf({ refreshToken, accessToken }: TokenRecord): string {
		return fingerprint(this.settings.fingerprintKey, 'parent', refreshToken ?? accessToken ?? '');
	}
}

const isWaiting = ({ record }: Outcome, now: number): boolean =>
	record.accessToken !== undefined &&
	(record.trouble?.nextAttemptAtMs ?? 0) > now &&
	record.state === 'ACTIVE';

/** As well, or as ill, as it was: what comes of the next request tells. */
const asBefore = (record: TokenRecord, { health, trouble }: TokenRecord): TokenRecord =>
	trouble === undefined ? { ...record, health } : { ...record, health, trouble };
