import type { CleanItems, KnownItem, Pass } from './cleanItems';
import { isKept } from './shape';

/** A run of a node and where its items lie. */
interface KnownTask {
	readonly task: object;
	readonly data: object;
	readonly main: readonly unknown[];
	readonly lists: readonly KnownList[];
}

interface KnownList {
	readonly list: unknown;
	/** `undefined` where an item is more than its fields. */
	readonly items?: readonly KnownItem[];
}

type Rec = Record<string, unknown>;

/**
 * Runs of nodes (ITaskData) in which a search has found nothing. Most that a run with many iterations
 * stores has been stored before: of such a run of a node only the items are compared. They are kept in
 * the order in which n8n has them, since finding each would take longer than comparing it.
 */
export class CleanTasks {
	readonly #known = new WeakMap<readonly unknown[], (KnownTask | undefined)[]>();

	constructor(private readonly items: CleanItems) {}

	/** Remembers a clean one, unless it holds more than items. */
	note(runs: readonly unknown[], place: number): void {
		const known = this.#known.get(runs) ?? [];
		this.#known.set(runs, known);
		known[place] = this.#knownOf(runs[place]);
	}

	/** The places of the runs that have to be searched. */
	unsearched(runs: readonly unknown[], pass: Pass): number[] {
		const known = this.#known.get(runs) ?? [];
		const places: number[] = [];
		for (let place = 0; place < runs.length; place += 1) {
			if (!this.#isClean(runs[place], known[place], pass)) places.push(place);
		}
		return places;
	}

	#knownOf(task: unknown): KnownTask | undefined {
		if (!isRecord(task) || !isRecord(task.data) || !hasOnlyItems(task)) return undefined;
		const { data } = task;
		const { main } = data;
		if (!Array.isArray(main) || Object.keys(data).length > 1) return undefined;
		if (!main.every((list) => Array.isArray(list) || !list)) return undefined;
		const lists = main.map((list: unknown): KnownList => {
			const items = Array.isArray(list) ? this.items.known(list) : [];
			return { list, ...(items === null ? {} : { items }) };
		});
		return { task, data, main, lists };
	}

	#isClean(task: unknown, known: KnownTask | undefined, pass: Pass): boolean {
		if (known === undefined || task !== known.task) return false;
		const { data, main, lists } = known;
		if ((task as Rec).data !== data || !hasOnlyItems(known.task)) return false;
		for (const key in data) if (key !== 'main') return false;
		if ((data as Rec).main !== main || main.length !== lists.length) return false;
		for (let i = 0; i < lists.length; i += 1) {
			if (main[i] !== lists[i].list || !this.#hasCleanItems(lists[i], pass)) return false;
		}
		return true;
	}

	#hasCleanItems({ list, items }: KnownList, pass: Pass): boolean {
		if (!Array.isArray(list)) return true;
		return (
			(items !== undefined && this.items.areSame(list, items, pass)) ||
			this.items.unsearched(list, pass).length === 0
		);
	}
}

const isRecord = (value: unknown): value is Rec => typeof value === 'object' && value !== null;

function hasOnlyItems(task: object): boolean {
	for (const key in task) {
		if (key !== 'data' && !isKept(key) && !isNothing((task as Rec)[key])) return false;
	}
	return true;
}

/** n8n gives every run of a node a list of hints. */
const isNothing = (part: unknown): boolean =>
	part === undefined || part === null || (Array.isArray(part) && part.length === 0);
