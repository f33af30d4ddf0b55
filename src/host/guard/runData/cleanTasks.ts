import type { CleanItems, Pass } from './cleanItems';
import { isKept } from './shape';

/** Where the items of a run of a node lie. */
interface Lists {
	readonly data: object;
	readonly main: unknown[];
	readonly lists: readonly unknown[];
}

type Rec = Record<string, unknown>;

/**
 * Runs of nodes (ITaskData) in which a search has found nothing. Most that a run with many iterations
 * stores has been stored before: of such a run of a node only the items are compared.
 */
export class CleanTasks {
	readonly #known = new WeakMap<object, Lists>();

	constructor(private readonly items: CleanItems) {}

	/** Remembers a clean one, unless it holds more than items. */
	note(task: object): void {
		const { data } = task as Rec;
		if (!hasOnlyItems(task) || !isRecord(data) || Object.keys(data).join() !== 'main') return;
		const { main } = data;
		if (!Array.isArray(main) || !main.every((list) => Array.isArray(list) || !list)) return;
		this.#known.set(task, { data, main, lists: main.slice() });
	}

	isClean(task: object, pass: Pass): boolean {
		const known = this.#known.get(task);
		if (known === undefined || (task as Rec).data !== known.data || !hasOnlyItems(task))
			return false;
		for (const key in known.data) if (key !== 'main') return false;
		const { main } = known.data as Rec;
		if (main !== known.main || known.main.length !== known.lists.length) return false;
		return known.lists.every(
			(list, i) =>
				known.main[i] === list && (!Array.isArray(list) || this.items.areClean(list, pass)),
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
