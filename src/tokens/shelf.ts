import { SealboxError } from '../sealing/error';
import type { Keyset } from '../sealing/keyset';
import { open, seal } from '../sealing/seal';
import type { Change, Lease, State } from '../state/state';
import type { TokenRecord } from './record';

/** A record as it stands in the store. */
export interface Shelved {
	readonly record: TokenRecord;
	/** 0: not in the store yet. */
	readonly version: number;
}

type Rest = Omit<Change, 'key' | 'expected' | 'value'>;

/** Where the keys of all records begin. */
export const RECORDS = 'token/';

const PURPOSE = 'sealbox/token/v1';
const MOST_REMEMBERED = 10_000;

/**
 * The records of grants in the shared store, sealed for their id and version: a row that is moved, altered
 * or put back to an earlier version does not open.
 */
export class Shelf {
	/** The latest version of each record that this process saw. */
	readonly #seen = new Map<string, number>();
	readonly #givenBack = new WeakSet<Lease>();

	constructor(
		private readonly state: State,
		private readonly keyset: Keyset,
	) {}

	/**
	 * @returns `null` when there is none
	 * @throws SealboxError `ERR_TOKEN_UNREADABLE`; the record is left as it is. And what the store throws.
	 */
	async read(id: string): Promise<Shelved | null> {
		// As of now: another caller may see a later version while this one waits for its answer.
		const seen = this.#seen.get(id) ?? 0;
		const stored = await this.state.read(keyOf(id));
		const version = stored?.version ?? 0;
		if (version < seen) throw unreadable(id, 'is older than it was before');
		this.#see(id, version);
		if (stored === null) return null;
		return { version, record: this.#open(id, stored.value, version) };
	}

	/** Writes over the version that was read; the new version, or `null` when somebody else was faster. */
	async swap(
		id: string,
		{ version }: Shelved,
		record: TokenRecord,
		rest: Rest = {},
	): Promise<Shelved | null> {
		const value = seal(JSON.stringify(record), this.keyset, contextOf(id, version + 1));
		const written = await this.state.swap({ ...rest, key: keyOf(id), expected: version, value });
		if (written === null) return null;
		this.#see(id, written);
		if (rest.lease !== undefined && rest.releases) this.#givenBack.add(rest.lease);
		return { record, version: written };
	}

	/** Whether a lease was given back together with a change, so that nobody has to ask the store for that. */
	isGivenBack(lease: Lease): boolean {
		return this.#givenBack.has(lease);
	}

	#open(id: string, sealed: string, version: number): TokenRecord {
		const text = openOrNull(sealed, this.keyset, contextOf(id, version));
		if (text === null) throw unreadable(id, 'cannot be opened with the key of this n8n');
		return JSON.parse(text) as TokenRecord;
	}

	#see(id: string, version: number): void {
		if (this.#seen.size >= MOST_REMEMBERED && !this.#seen.has(id)) this.#seen.clear();
		this.#seen.set(id, Math.max(version, this.#seen.get(id) ?? 0));
	}
}

const keyOf = (id: string): string => RECORDS + id;

const contextOf = (id: string, version: number): string[] => [PURPOSE, id, String(version)];

/** `null` for a missing key, another context and altered bytes alike. */
export function openOrNull(
	sealed: string,
	keyset: Keyset,
	context: readonly string[],
): string | null {
	try {
		return Buffer.from(open(sealed, keyset, context)).toString('utf8');
	} catch {
		// The caller says it in a sentence; the record stays for when the key is back.
		return null;
	}
}

const unreadable = (id: string, why: string): SealboxError =>
	new SealboxError(
		'ERR_TOKEN_UNREADABLE',
		`The stored token ${id.slice(0, 8)} ${why}. Check that every process of n8n has the same encryption key, and that no older backup of the shared store was restored.`,
	);
