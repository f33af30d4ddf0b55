import { areStill, NOWHERE, type CleanItems, type KnownList, type Pass } from './cleanItems';
import { isKept } from './shape';

/** A run of a node and where its items lie. */
interface KnownTask {
	readonly task: object;
	readonly data: object;
	readonly main: readonly unknown[];
	readonly outputs: readonly KnownOutput[];
}

interface KnownOutput {
	readonly list: unknown;
	/** `undefined` where an item is more than its fields. */
	readonly items?: KnownList;
}

/** The runs of one node, in the order in which n8n has them. */
interface KnownRuns {
	readonly tasks: (KnownTask | undefined)[];
	/** How many of the first were clean in the pass before. */
	clean: number;
}

type Rec = Record<string, unknown>;

/** The latest runs of a node are looked at each time, and those before them that they got their items from. */
const LATEST = 2;

/**
 * Runs of nodes (ITaskData) in which a search has found nothing. Most that a run with many iterations
 * stores has been stored before: of such a run of a node only the items are compared.
 *
 * Even comparing all of them at each save would take a tenth of the time of a long loop. A pass that is
 * trusting leaves out earlier ones.
 */
export class CleanTasks {
	readonly #known = new WeakMap<readonly unknown[], KnownRuns>();

	constructor(private readonly items: CleanItems) {}

	/** Remembers a clean one, unless it holds more than items. */
	note(runs: readonly unknown[], place: number): void {
		this.#runsOf(runs).tasks[place] = this.#knownOf(runs[place]);
	}

	/** The places of the runs that have to be searched. */
	unsearched(runs: readonly unknown[], pass: Pass): number[] {
		const known = this.#runsOf(runs);
		const first = pass.isTrusting ? Math.max(0, known.clean - LATEST) : 0;
		const unclean: number[] = [];
		known.clean = runs.length;
		const handedOn = pass.handedOn.get(runs);
		const look = (place: number) => {
			if (this.#isClean(runs[place], known.tasks[place], pass, handedOn?.has(place))) return;
			unclean.push(place);
			known.clean = Math.min(known.clean, place);
		};
		for (const place of handedOn ?? []) if (place < first) look(place);
		for (let place = first; place < runs.length; place += 1) look(place);
		return unclean;
	}

	#runsOf(runs: readonly unknown[]): KnownRuns {
		const known = this.#known.get(runs) ?? { tasks: [], clean: 0 };
		this.#known.set(runs, known);
		return known;
	}

	#knownOf(task: unknown): KnownTask | undefined {
		if (!isRecord(task) || !isRecord(task.data) || !hasOnlyItems(task)) return undefined;
		const { data } = task;
		const { main } = data;
		if (!Array.isArray(main) || Object.keys(data).length > 1) return undefined;
		if (!main.every((list) => Array.isArray(list) || !list)) return undefined;
		const outputs = main.map((list: unknown): KnownOutput => {
			const items = Array.isArray(list) ? this.items.known(list) : null;
			return { list, ...(items === null ? {} : { items }) };
		});
		return { task, data, main, outputs };
	}

	/** @param isHandedOn - to nodes that may have just changed any of its items in place */
	#isClean(task: unknown, known: KnownTask | undefined, pass: Pass, isHandedOn = false): boolean {
		if (known === undefined || task !== known.task) return false;
		const { data, main, outputs } = known;
		if ((task as Rec).data !== data || !hasOnlyItems(known.task)) return false;
		for (const key in data) if (key !== 'main') return false;
		if ((data as Rec).main !== main || main.length !== outputs.length) return false;
		for (let i = 0; i < outputs.length; i += 1) {
			if (main[i] !== outputs[i].list || !this.#hasCleanItems(outputs[i], pass, isHandedOn)) {
				return false;
			}
		}
		return true;
	}

	#hasCleanItems({ list, items }: KnownOutput, pass: Pass, isHandedOn: boolean): boolean {
		if (!Array.isArray(list)) return true;
		const trusted = isHandedOn ? NOWHERE : pass.trusted(list);
		return (
			(items !== undefined && areStill(list, items, pass, trusted)) ||
			this.items.unsearched(list, pass).length === 0
		);
	}
}

/**
 * Where the items come from that nodes got lately, which they may have changed in place: n8n may run a node
 * long after the one before it.
 *
 * @param data - IRunExecutionData
 */
export function handedOnIn(data: unknown): Map<readonly unknown[], Set<number>> {
	const handedOn = new Map<readonly unknown[], Set<number>>();
	const result = isRecord(data) ? data.resultData : undefined;
	const runData = isRecord(result) && isRecord(result.runData) ? result.runData : {};
	for (const runs of Object.values(runData)) {
		const latest: unknown[] = Array.isArray(runs) ? runs.slice(-LATEST) : [];
		for (const { previousNode, previousNodeRun } of latest.flatMap(linksOf)) {
			const before = runData[String(previousNode)];
			if (!Array.isArray(before)) continue;
			const places = handedOn.get(before) ?? new Set();
			handedOn.set(before, places.add(Number(previousNodeRun ?? 0)));
		}
	}
	return handedOn;
}

/** `[{ previousNode: 'Loop', previousNodeRun: 2 }]` */
const linksOf = (task: unknown): Rec[] =>
	isRecord(task) && Array.isArray(task.source) ? task.source.filter(isRecord) : [];

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
