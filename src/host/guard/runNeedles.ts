import type { GuardParts } from './parts';
import { NeedleSet, type Needle } from './needles';
import { CleanItems } from './runData/cleanItems';
import { CleanTasks } from './runData/cleanTasks';
import type { Family, Run } from './runs';

/** Sets of needles that were prepared lately; several runs of a workflow share one. */
const MOST_PREPARED = 64;

/** Stands in a token for the field of what was sealed without being searched. */
export const EVERYTHING = 'all';

interface Clean {
	readonly items: CleanItems;
	readonly tasks: CleanTasks;
}

/** What to look for in what a run writes: the secrets that its family can carry. */
export class RunNeedles {
	readonly #parts: Pick<GuardParts, 'known' | 'excepted'>;
	readonly #prepared = new Map<string, NeedleSet>();
	readonly #clean = new WeakMap<NeedleSet, Clean>();

	constructor(parts: Pick<GuardParts, 'known' | 'excepted'>) {
		this.#parts = parts;
	}

	/** Prepared, and the same set as long as nothing more was learned. */
	of(run: Run): NeedleSet {
		const { family } = run;
		const { generation } = this.#parts.known;
		const prepared = family.prepared;
		if (prepared?.generation === generation && prepared.size === family.size)
			return prepared.needles;
		const needles = this.prepare(this.#secretsOf(family));
		family.prepared = { needles, generation, size: family.size };
		return needles;
	}

	/** What everything that a run writes counts as, if it carries a credential that cannot be searched for. */
	unsearchableIn(family: Family): Needle | undefined {
		const credential = this.tooMuchIn(family);
		return credential === undefined ? undefined : { credential, field: EVERYTHING, value: '' };
	}

	/** A credential that cannot be searched for, if there is one. */
	tooMuchIn(family: Family): string | undefined {
		const { known, excepted } = this.#parts;
		if (family.tooMuch !== undefined && !excepted.has(family.tooMuch)) return family.tooMuch;
		for (const id of family.credentials.keys()) {
			if (!excepted.has(id) && known.isTooMuch(id)) return id;
		}
		return undefined;
	}

	/** An older value, of a credential that has changed since, stays a secret of this family. */
	keep(run: Run, needle: Needle): void {
		const isText = needle.value !== '' && needle.value.length <= 16_384;
		if (!isText || this.of(run).search(needle.value).value !== needle.value) return;
		run.family.extras.push(needle);
	}

	/** The secrets of stored credentials, as far as they were learned. */
	known(credentials: Iterable<string>): Needle[] {
		const { known, excepted } = this.#parts;
		const ids = [...credentials].filter((id) => !excepted.has(id));
		return known.needlesFor(ids).map(({ credentialId, ...secret }) => ({
			credential: credentialId,
			...secret,
		}));
	}

	prepare(needles: Needle[]): NeedleSet {
		const key = needles
			.map(({ credential, field, value }) => `${credential}\0${field}\0${value}`)
			.join('\0');
		const set = this.#prepared.get(key) ?? new NeedleSet(needles);
		this.#prepared.delete(key);
		this.#prepared.set(key, set);
		if (this.#prepared.size > MOST_PREPARED)
			this.#prepared.delete(this.#prepared.keys().next().value!);
		return set;
	}

	/** What was searched with this set and holds nothing. */
	clean(needles: NeedleSet): Clean {
		let clean = this.#clean.get(needles);
		if (clean === undefined) {
			const items = new CleanItems();
			this.#clean.set(needles, (clean = { items, tasks: new CleanTasks(items) }));
		}
		return clean;
	}

	#secretsOf(family: Family): Needle[] {
		if (this.tooMuchIn(family) !== undefined) return [];
		const needles = this.known(family.credentials.keys());
		const values = new Set(needles.map(({ value }) => value));
		const held = [...family.held.values()].filter(
			({ credential, value }) => !values.has(value) && !this.#parts.excepted.has(credential),
		);
		return [...needles, ...held, ...family.extras];
	}
}
