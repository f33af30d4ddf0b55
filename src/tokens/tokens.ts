import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isSealboxError } from '../sealing/error';
import { adopted } from './adoption';
import { eventOf, failingFrom } from './event';
import { drawOf } from './fingerprint';
import { isIdle } from './idle';
import type { Source } from './issued';
import { phaseOf } from './margins';
import type { TokenRecord } from './record';
import { later, rejected, revoked, unavailable } from './refusals';
import { Renewal, type Wish } from './renewal';
import { Revocation, type Told } from './revocation';
import { DEFAULT_TIMES, type Times, type TokenSettings } from './settings';
import { Shelf, type Shelved } from './shelf';
import { standingOf, type Standing } from './standing';
import { Watch } from './watch';

/** A token to be used now. Ask again for the next request: another process may have renewed it. */
export interface Token {
	/** Secret. */
	readonly accessToken: string;
	readonly tokenType: string;
	/** Milliseconds since 1970; `null` when only a refusal tells. */
	readonly expiresAtMs: number | null;
	readonly scope?: string;
}

const REFUSAL_REST_MS = 5 * 60_000;
const MOST_ROUNDS = 3;
const MOST_REMEMBERED = 1_000;

/** Tokens of all grants, renewed before they end: once, however many callers and processes ask. */
export class Tokens {
	readonly #settings: TokenSettings & { readonly times: Times };
	readonly #shelf: Shelf;
	readonly #renewal: Renewal;
	readonly #revocation: Revocation;
	readonly #watch: Watch;
	readonly #flights = new Map<string, Promise<Shelved>>();
	/** For while the store cannot be reached. */
	readonly #latest = new Map<string, Shelved>();

	constructor(settings: TokenSettings) {
		this.#settings = { ...settings, times: { ...DEFAULT_TIMES, ...settings.times } };
		this.#shelf = new Shelf(settings.state, settings.keyset);
		this.#renewal = new Renewal(this.#settings, this.#shelf);
		this.#revocation = new Revocation(this.#settings, this.#shelf);
		this.#watch = new Watch(this.#settings, this.#shelf);
	}

	/**
	 * A token that the service takes for good, renewed if it is time.
	 *
	 * @param refused - secret; the token that the API has just refused
	 * @throws SealboxError `ERR_TOKEN_REAUTH`, `ERR_TOKEN_CONFIG`, `ERR_TOKEN_REVOKED`, `ERR_TOKEN_REJECTED`,
	 *   `ERR_TOKEN_UNAVAILABLE`, `ERR_TOKEN_UNREADABLE`, and what the store throws
	 */
	async get(source: Source, refused?: string): Promise<Token> {
		const shelved = await this.#read(source);
		await this.#assertParent(source);
		const served = await this.#serve(source, shelved, refused, MOST_ROUNDS);
		this.#remember(source.id, served);
		// Whoever wants the token gets it, even while the store is away.
		await this.#watch.lookAt(source.id, served.record).catch(() => {});
		return tokenIn(served.record);
	}

	/**
	 * Whether this token is the one at hand and, by the end that the service told, good beyond the margin in which
	 * it is renewed. Rejects with what the store throws.
	 */
	async isFresh(source: Source, accessToken: string): Promise<boolean> {
		const { record } = await this.#read(source);
		const isKnown = record.expiresAtMs !== null && !record.oddities.includes('life unknown');
		const phase = phaseOf(record, drawOf(source.id), this.#settings.clock());
		return record.accessToken === accessToken && isKnown && phase === 'fresh';
	}

	/** The API has taken this token: the renewal is proven. Call it after the first request with a new one. */
	async proven(source: Source, accessToken: string): Promise<void> {
		const shelved = await this.#shelf.read(source.id);
		if (shelved?.record.state !== 'UPDATED' || shelved.record.accessToken !== accessToken) return;
		const { renewedForRefusalAtMs, ...kept } = shelved.record;
		void renewedForRefusalAtMs;
		const record: TokenRecord = { ...kept, state: 'ACTIVE' };
		const events = [eventOf(source.id, 'credential.activated', record)];
		// Somebody else has moved it on: then it is proven, too.
		await this.#shelf.swap(source.id, shelved, record, { events });
	}

	/**
	 * Renews a grant that nobody has renewed for so long that its service might end it. Of all processes that
	 * see to it, one does.
	 */
	async keepAlive(source: Source): Promise<void> {
		const shelved = await this.#shelf.read(source.id);
		const isNeeded = (record: TokenRecord) =>
			isIdle(record, drawOf(source.id), this.#settings.clock());
		if (shelved === null || !isNeeded(shelved.record) || this.#isBlocked(source, shelved.record))
			return;
		await this.#flight(source, shelved, { isNeeded, isUrgent: false, isForRefusal: false });
	}

	/** No token of this grant is given out from now on; the service is told as soon as it can be reached. */
	async revoke(source: Source): Promise<Told> {
		this.#latest.delete(source.id);
		// Of a grant that was never used nothing is known yet, and it is over all the same.
		await this.#read(source);
		return await this.#revocation.revoke(source);
	}

	/** Where the grant stands; nobody is asked. */
	async standing(source: Source): Promise<Standing> {
		return standingOf((await this.#read(source)).record);
	}

	/** Tells the service of a revocation that it could not be told of yet. */
	async tellService(source: Source): Promise<void> {
		const shelved = await this.#shelf.read(source.id);
		if (shelved !== null) await this.#revocation.tellService(source, shelved);
	}

	/** Tries at once what would wait, or would wait for a person. */
	async tryAgain(source: Source): Promise<void> {
		const shelved = await this.#shelf.read(source.id);
		if (shelved === null || shelved.record.state === 'REVOKED') return;
		const { trouble, ...record } = shelved.record;
		if (trouble === undefined) return;
		await this.#shelf.swap(source.id, shelved, { ...record, health: 'OK' });
	}

	/** Announces what ends soon of grants that nobody uses. Rejects with what the store throws. */
	async lookAhead(): Promise<void> {
		await this.#watch.look();
	}

	async #read(source: Source): Promise<Shelved> {
		try {
			return await adopted(source, this.#shelf, this.#settings);
		} catch (error) {
			const known = this.#latest.get(source.id);
			const isAway = isSealboxError(error) && error.code === 'ERR_STATE_UNAVAILABLE';
			if (isAway && known !== undefined && this.#isUsable(known.record)) return known;
			return Promise.reject(error);
		}
	}

	/** A token that was exchanged for another goes with it. */
	async #assertParent({ parent }: Source): Promise<void> {
		const shelved = parent === undefined ? null : await this.#shelf.read(parent);
		if (shelved?.record.state === 'REVOKED') throw revoked(shelved.record);
	}

	async #serve(
		source: Source,
		shelved: Shelved,
		refused: string | undefined,
		rounds: number,
	): Promise<Shelved> {
		const { record } = shelved;
		if (record.state === 'REVOKED') {
			await this.#revocation.tellService(source, shelved);
			throw revoked(record);
		}
		const isRefused = refused !== undefined && record.accessToken === refused;
		if (isRefused && this.#isRested(record)) throw await this.#rejection(source, shelved);
		const wish = this.#wishFor(source, isRefused ? refused : undefined);
		if (!wish.isNeeded(record)) return shelved;
		const isGood = this.#isUsable(record) && !isRefused;
		if (rounds === 0 || this.#isBlocked(source, record)) {
			if (isGood) return shelved;
			throw unavailable(await this.#expired(source, shelved));
		}
		const flight = this.#flight(source, shelved, {
			...wish,
			isUrgent: !isGood || this.#isLate(source, record),
		});
		const isEarly = isGood && !this.#isLate(source, record);
		const after = await (isEarly
			? this.#patiently(flight, shelved)
			: this.#orElse(flight, isGood ? shelved : null));
		if (after === shelved) return shelved;
		return await this.#serve(source, after, refused, rounds - 1);
	}

	/** What one caller needs, to be asked again by whoever holds the lease. */
	#wishFor(source: Source, refused: string | undefined): Wish {
		const isNeeded = (record: TokenRecord): boolean => {
			if (record.accessToken === undefined || record.accessToken === refused) return true;
			const phase = phaseOf(record, drawOf(source.id), this.#settings.clock());
			return phase === 'expired' || (phase !== 'fresh' && canRenew(source, record));
		};
		return { isNeeded, isUrgent: true, isForRefusal: refused !== undefined };
	}

	#isLate(source: Source, record: TokenRecord): boolean {
		const phase = phaseOf(record, drawOf(source.id), this.#settings.clock());
		return phase === 'mandatory' || phase === 'expired';
	}

	#isUsable(record: TokenRecord): boolean {
		return (
			record.accessToken !== undefined && phaseOf(record, 0, this.#settings.clock()) !== 'expired'
		);
	}

	/** Nobody may ask now. */
	#isBlocked(source: Source, record: TokenRecord): boolean {
		const { trouble, health } = record;
		if (!canRenew(source, record) || health === 'NEEDS_REAUTH') return true;
		const isEdited = trouble !== undefined && trouble.proof !== source.clientProof;
		return trouble !== undefined && !isEdited && this.#settings.clock() < trouble.nextAttemptAtMs;
	}

	/** T15: nothing is left, and nothing can be asked for. */
	async #expired(source: Source, shelved: Shelved): Promise<TokenRecord> {
		const { record } = shelved;
		if (canRenew(source, record) || record.health === 'NEEDS_REAUTH') return record;
		const after: TokenRecord = { ...record, state: 'EXPIRED', health: 'NEEDS_REAUTH' };
		const reason = { reason: 'no_refresh' };
		const events = [
			eventOf(source.id, 'credential.expired', after, reason),
			eventOf(source.id, 'credential.reauth_required', after, reason),
		];
		await this.#shelf.swap(source.id, shelved, after, { events });
		return after;
	}

	/** The token at hand was got because the API refused the one before: another one would not help. */
	#isRested({ renewedForRefusalAtMs }: TokenRecord): boolean {
		const now = this.#settings.clock();
		return renewedForRefusalAtMs !== undefined && now - renewedForRefusalAtMs < REFUSAL_REST_MS;
	}

	async #rejection({ id }: Source, shelved: Shelved) {
		const { record } = shelved;
		if (record.refusedAtMs === undefined) {
			const after: TokenRecord = {
				...record,
				health: 'DEGRADED',
				refusedAtMs: this.#settings.clock(),
			};
			const events = [eventOf(id, 'credential.rejected', after), ...failingFrom(id, record, after)];
			await this.#shelf.swap(id, shelved, after, { events });
		}
		return rejected(record);
	}

	/** One renewal in this process, whoever asks for it. */
	#flight(source: Source, shelved: Shelved, wish: Wish): Promise<Shelved> {
		const key = `${source.id}/${shelved.version}`;
		const running = this.#flights.get(key);
		if (running !== undefined) return running;
		const flight = this.#fly(source, shelved, wish).finally(() => this.#flights.delete(key));
		this.#flights.set(key, flight);
		return flight;
	}

	/** One renewal in all processes: by whoever gets the lease, while the others look whether it is done. */
	async #fly(source: Source, seen: Shelved, wish: Wish): Promise<Shelved> {
		const { state, times, random } = this.#settings;
		const endMs = performance.now() + times.waitMs;
		for (let round = 1; performance.now() < endMs; round += 1) {
			const lease = await state.acquire(`token/${source.id}`, randomUUID(), times.leaseMs);
			if (lease !== null) {
				try {
					return await this.#renewal.run(source, seen, lease, wish);
				} finally {
					// With the last write, as a rule; where the store is away it ends by itself.
					if (!this.#shelf.isGivenBack(lease)) await state.release(lease).catch(() => {});
				}
			}
			await pause(Math.min(250, 25 * round) + random() * Math.min(50 * round, 100));
			const latest = await this.#shelf.read(source.id);
			if (latest !== null && latest.version > seen.version && latest.record.intent === undefined)
				return latest;
		}
		throw later(source.label);
	}

	/** The next token if it comes soon. A failure is on record, and nobody needs to hear of it yet. */
	async #patiently(flight: Promise<Shelved>, shelved: Shelved): Promise<Shelved> {
		const timer = new AbortController();
		const enough = pause(this.#settings.times.patienceMs, shelved, { signal: timer.signal });
		try {
			return await Promise.race([this.#orElse(flight, shelved), enough]);
		} finally {
			timer.abort();
			enough.catch(() => {});
		}
	}

	async #orElse(flight: Promise<Shelved>, shelved: Shelved | null): Promise<Shelved> {
		return await (shelved === null ? flight : flight.catch(() => shelved));
	}

	#remember(id: string, shelved: Shelved): void {
		if (this.#latest.size >= MOST_REMEMBERED && !this.#latest.has(id)) this.#latest.clear();
		this.#latest.set(id, shelved);
	}
}

/** Without a refresh token, what a person agreed to ends with its access token. */
const canRenew = ({ consent }: Source, { refreshToken }: TokenRecord): boolean =>
	consent === undefined || refreshToken !== undefined;

const tokenIn = ({
	accessToken = '',
	tokenType = 'Bearer',
	expiresAtMs,
	scope,
}: TokenRecord): Token => ({
	accessToken,
	tokenType,
	expiresAtMs,
	...(scope === undefined ? {} : { scope }),
});
