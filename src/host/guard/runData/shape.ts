/**
 * The shape of n8n's run data (IRunExecutionData): which parts are content, in which a secret may
 * stand, and which are the host's own structure, which is never rewritten: node names, ids, types,
 * statuses, source links.
 */

/** What is done to content; each answers with the same reference when nothing changes. */
export interface ContentWork {
	content(value: unknown): unknown;
	/** A list of items: their links and the whereabouts of their files are structure. */
	items(value: unknown[]): unknown;
	/** A list that a node keeps between its runs, often of the items that are left. */
	kept?(value: unknown[]): unknown;
	/** An error, which may name a node. */
	error(value: unknown): unknown;
	/** Which of the runs of a node need work, as far as that is known: all of them without it. */
	undone?(runs: readonly unknown[]): Iterable<number>;
	/** One of the runs of a node, in which nothing was changed. */
	noteDone?(runs: readonly unknown[], place: number): void;
}

type Rec = Record<string, unknown>;
type Part = (value: unknown, work: ContentWork) => unknown;

const keep: Part = (value) => value;
const content: Part = (value, work) => (isEmpty(value) ? value : work.content(value));
const error: Part = (value, work) => (isEmpty(value) ? value : work.error(value));

const isEmpty = (value: unknown): boolean => value === undefined || value === null;
const isRecord = (value: unknown): value is Rec =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** The known parts of a record each in their way, the others as content. */
const record =
	(parts: Record<string, Part>): Part =>
	(value, work) =>
		isRecord(value)
			? mapped(value, (item, key) => (parts[key] ?? content)(item, work))
			: content(value, work);

/** A record whose keys are names of the host's. */
const named =
	(part: Part): Part =>
	(value, work) =>
		isRecord(value) ? mapped(value, (item) => part(item, work)) : content(value, work);

const list =
	(part: Part): Part =>
	(value, work) =>
		Array.isArray(value) ? mappedList(value, (item) => part(item, work)) : content(value, work);

function mapped(value: Rec, change: (item: unknown, key: string) => unknown): Rec {
	let copy: Rec | undefined;
	for (const key of Object.keys(value)) {
		const item = value[key];
		const changed = change(item, key);
		if (changed !== item) (copy ??= { ...value })[key] = changed;
	}
	return copy ?? value;
}

function mappedList(value: unknown[], change: (item: unknown) => unknown): unknown[] {
	let copy: unknown[] | undefined;
	value.forEach((item, i) => {
		const changed = change(item);
		if (changed !== item) (copy ??= value.slice())[i] = changed;
	});
	return copy ?? value;
}

const itemsOrContent: Part = (value, work) =>
	Array.isArray(value) ? work.items(value) : content(value, work);
const keptOrContent: Part = (value, work) =>
	Array.isArray(value) ? (work.kept ?? work.items)(value) : content(value, work);

/** ITaskDataConnections: `{ main: [[item, ...], ...] }`. */
const connections = named(list(itemsOrContent));

/** Fields of a node that are structure; its parameters are content. */
export const NODE_STRUCTURE =
	'id name type typeVersion position disabled credentials webhookId executeOnce alwaysOutputData onError retryOnFail maxTries waitBetweenTries continueOnFail extendsCredential rewireOutputLogTo'.split(
		' ',
	);

const nodePart = record(Object.fromEntries(NODE_STRUCTURE.map((key) => [key, keep])));

const links: Record<string, Part> = {
	subExecution: keep,
	parentExecution: keep,
	subExecutionsCount: keep,
	preserveSourceOverwrite: keep,
	preservedSourceOverwrite: keep,
	waitingChildExecutionIds: keep,
	nodeWasResumed: keep,
	previousNodeName: keep,
	sourceNodeName: keep,
	subNodeExecutionData: record({ actions: list(record({ nodeName: keep, type: keep, id: keep })) }),
};
const metadata = record({ ...links, resumeError: error });

const TASK_STRUCTURE = {
	startTime: keep,
	executionTime: keep,
	executionIndex: keep,
	executionStatus: keep,
	source: keep,
	redaction: keep,
	usedDynamicCredentials: keep,
	attemptedDynamicCredentials: keep,
};

const KEPT_OF_TASK = new Set(Object.keys(TASK_STRUCTURE));

/** Whether a part of a run of a node is structure. */
export const isKept = (key: string): boolean => KEPT_OF_TASK.has(key);

/** ITaskData: one run of one node. */
const task = record({
	...TASK_STRUCTURE,
	data: connections,
	inputOverride: connections,
	error,
	metadata,
});

/** Runs that are over are stored again with each of those after them. */
const taskRuns: Part = (value, work) => {
	if (!Array.isArray(value)) return content(value, work);
	let copy: unknown[] | undefined;
	for (const place of work.undone?.(value) ?? value.keys()) {
		const after = task(value[place], work);
		if (after !== value[place]) (copy ??= value.slice())[place] = after;
		else work.noteDone?.(value, place);
	}
	return copy ?? value;
};

const runsByNode = named(taskRuns);
const itemsByNode = named(itemsOrContent);

const stackEntry = record({
	node: nodePart,
	data: connections,
	source: keep,
	metadata,
	runIndex: keep,
});

const runData = record({
	version: keep,
	startData: keep,
	parentExecution: keep,
	validateSignature: keep,
	resumeToken: keep,
	waitTill: keep,
	pushRef: keep,
	isTestWebhook: keep,
	manualData: record({
		userId: keep,
		dirtyNodeNames: keep,
		source: keep,
		evaluationRunId: keep,
		suppressErrorWorkflow: keep,
		triggerToStartFrom: record({ name: keep, data: task }),
	}),
	redactionInfo: keep,
	resultData: record({
		runData: runsByNode,
		pinData: itemsByNode,
		lastNodeExecuted: keep,
		error,
		metadata: content,
	}),
	executionData: record({
		contextData: named(named(keptOrContent)),
		nodeExecutionStack: list(stackEntry),
		waitingExecution: named(named(connections)),
		waitingExecutionSource: keep,
		metadata: named(list(metadata)),
		runtimeData: keep,
	}),
});

/** Run data with all content worked on; the same reference when none of it changes. */
export const workOnRunData = <T>(data: T, work: ContentWork): T => runData(data, work) as T;

export const workOnTask = <T>(data: T, work: ContentWork): T => task(data, work) as T;
export const workOnRuns = <T>(data: T, work: ContentWork): T => runsByNode(data, work) as T;
export const workOnPins = <T>(data: T, work: ContentWork): T => itemsByNode(data, work) as T;
