import { Shelf, type KnownSecret } from './shelf';
import type { LearnedSecret } from './shapes';

export type { KnownSecret } from './shelf';

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

export interface KnownLimits {
	/** Of all credentials together. */
	readonly mostSecrets: number;
	/** In UTF-16 units. */
	readonly mostUnits: number;
}

const LIMITS: KnownLimits = { mostSecrets: 20_000, mostUnits: 4_000_000 };
const SWEEP_EVERY_MS = 60_000;
/** Of one credential: four private keys of 4096 bits. To search for more takes a tenth of a second to prepare. */
export const MOST_UNITS_SEARCHED = 16_000;

/**
 * The secrets that a process knows, by credential.
 *
 * A value that was replaced stays for 24 hours, and as long as it is in one of the three latest
 * versions, because a run may still hold it. When there are too many, the credential that takes the
 * most room loses its oldest; `cutCredentials` names it.
 */
export class KnownSecrets {
	readonly #shelves = new Map<string, Shelf>();
	readonly #cut = new Set<string>();
	/** Ids of credentials that held more than may be learned of one. */
	readonly #partly = new Set<string>();
	readonly #clock: Clock;
	readonly #limits: KnownLimits;
	#generation = 0;
	#count = 0;
	#units = 0;
	#sweptAtMs: number;

	constructor(clock: Clock, limits: KnownLimits = LIMITS) {
		this.#clock = clock;
		this.#limits = limits;
		this.#sweptAtMs = clock();
	}

	/** Grows whenever what `all` or `secretsFor` gives has changed. */
	get generation(): number {
		this.#sweep();
		return this.#generation;
	}

	/** Ids of credentials of which something was left out for want of room. */
	get cutCredentials(): ReadonlySet<string> {
		return this.#cut;
	}

	/** The name of a credential that was learned, for people. */
	nameOf(credentialId: string): string | undefined {
		return this.#shelves.get(credentialId)?.name;
	}

	/** Whether a value is what is stored of a credential now. */
	isStored(credentialId: string, value: string): boolean {
		return this.#shelves.get(credentialId)?.isStored(value) ?? false;
	}

	/**
	 * Whether a credential holds secrets that are not known, or too much of them to search for in
	 * detail without making every run wait.
	 */
	isTooMuch(credentialId: string): boolean {
		if (this.#cut.has(credentialId) || this.#partly.has(credentialId)) return true;
		return (this.#shelves.get(credentialId)?.storedUnits ?? 0) > MOST_UNITS_SEARCHED;
	}

	/**
	 * What is stored of a credential now; what was there before becomes an earlier version.
	 *
	 * @param isCut - there is more of it than is given here
	 */
	learn(
		credentialId: string,
		name: string,
		secrets: readonly LearnedSecret[],
		isCut = false,
	): void {
		const now = this.#clock();
		if (isCut) this.#partly.add(credentialId);
		else this.#partly.delete(credentialId);
		this.#change(this.#shelfOf(credentialId, name), (shelf) => {
			const isChanged = shelf.replace(secrets, now);
			if (isChanged) this.#cut.delete(credentialId);
			return isChanged;
		});
	}

	/**
	 * More values of a credential that are not what is stored: minted, refreshed or resolved ones.
	 * They stay for 24 hours after they were announced last.
	 */
	learnMore(
		credentialId: string,
		name: string,
		secrets: readonly LearnedSecret[],
		isCut = false,
	): void {
		const now = this.#clock();
		if (isCut) this.#partly.add(credentialId);
		this.#change(this.#shelfOf(credentialId, name), (shelf) => shelf.add(secrets, now));
	}

	/**
	 * Secrets that were made out of others, for every credential that holds one of these.
	 *
	 * @param origin - values of the credential
	 * @returns the ids of these credentials
	 */
	learnMinted(origin: readonly string[], secrets: readonly LearnedSecret[]): string[] {
		const own = [...this.#shelves.values()].filter((shelf) => shelf.holdsAny(origin));
		for (const { credentialId, name } of own) this.learnMore(credentialId, name, secrets);
		return own.map(({ credentialId }) => credentialId);
	}

	/** Drops all values of a credential at once. */
	forget(credentialId: string): void {
		const shelf = this.#shelves.get(credentialId);
		if (shelf === undefined) return;
		this.#shelves.delete(credentialId);
		this.#cut.delete(credentialId);
		this.#partly.delete(credentialId);
		this.#count -= shelf.count;
		this.#units -= shelf.units;
		this.#generation++;
	}

	/** The current and earlier secrets of some credentials; ids that are not known give nothing. */
	secretsFor(credentialIds: Iterable<string>): KnownSecret[] {
		this.#sweep();
		return [...new Set(credentialIds)].flatMap((id) => this.#shelves.get(id)?.secrets ?? []);
	}

	/** The same without those which were replaced so long ago that there is no room for them. */
	needlesFor(credentialIds: Iterable<string>): KnownSecret[] {
		this.#sweep();
		return [...new Set(credentialIds)].flatMap(
			(id) => this.#shelves.get(id)?.latest(MOST_UNITS_SEARCHED) ?? [],
		);
	}

	/** All secrets of all credentials. */
	*all(): IterableIterator<KnownSecret> {
		this.#sweep();
		for (const shelf of this.#shelves.values()) yield* shelf.secrets;
	}

	#shelfOf(credentialId: string, name: string): Shelf {
		const shelf = this.#shelves.get(credentialId) ?? new Shelf(credentialId);
		shelf.name = name;
		this.#shelves.set(credentialId, shelf);
		return shelf;
	}

	#change(shelf: Shelf, change: (shelf: Shelf) => boolean): void {
		this.#count -= shelf.count;
		this.#units -= shelf.units;
		const isChanged = change(shelf);
		this.#count += shelf.count;
		this.#units += shelf.units;
		if (!isChanged) return;
		this.#generation++;
		this.#makeRoom();
	}

	#sweep(): void {
		const now = this.#clock();
		if (now - this.#sweptAtMs < SWEEP_EVERY_MS) return;
		this.#sweptAtMs = now;
		for (const shelf of this.#shelves.values()) this.#change(shelf, (each) => each.expire(now));
	}

	/** The credential that takes the most room loses the older half of its values, again and again. */
	#makeRoom(): void {
		const { mostSecrets, mostUnits } = this.#limits;
		while (this.#count > mostSecrets || this.#units > mostUnits) {
			const size = (shelf: Shelf) => (this.#count > mostSecrets ? shelf.count : shelf.units);
			const biggest = [...this.#shelves.values()].reduce((a, b) => (size(b) > size(a) ? b : a));
			this.#cut.add(biggest.credentialId);
			this.#count -= biggest.count;
			this.#units -= biggest.units;
			biggest.dropOldest(Math.ceil(biggest.count / 2));
			this.#count += biggest.count;
			this.#units += biggest.units;
		}
	}
}
