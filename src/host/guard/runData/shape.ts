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
	/** An error, which may name a node. */
	error(value: unknown): unknown;
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

/** What nodes keep between their runs is often the items that are left. */
const itemsOrContent: Part = (value, work) =>
	Array.isArray(value) ? work.items(value) : content(value, work);

/** ITaskDataConnections: `{ main: [[item, ...], ...] }`. */
const connections = named(list(itemsOrContent));

const node = (structure: Rec): Part =>
	record({ ...Object.fromEntries(Object.keys(structure).map((key) => [key, keep])) });

/** Fields of a node that are structure; its parameters are content. */
const NODE_STRUCTURE = Object.fromEntries(
	'id name type typeVersion position disabled credentials webhookId executeOnce alwaysOutputData onError retryOnFail maxTries waitBetweenTries continueOnFail extendsCredential rewireOutputLogTo'
		.split(' ')
		.map((key) => [key, true]),
);

export const nodePart = node(NODE_STRUCTURE);

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

/** ITaskData: one run of one node. */
const task = record({
	startTime: keep,
	executionTime: keep,
	executionIndex: keep,
	executionStatus: keep,
	source: keep,
	redaction: keep,
	usedDynamicCredentials: keep,
	attemptedDynamicCredentials: keep,
	data: connections,
	inputOverride: connections,
	error,
	metadata,
});

export const taskPart = task;
export const runsByNode = named(list(task));
export const itemsByNode = named(itemsOrContent);

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
	manualData: keep,
	redactionInfo: keep,
	resultData: record({
		runData: runsByNode,
		pinData: itemsByNode,
		lastNodeExecuted: keep,
		error,
		metadata: content,
	}),
	executionData: record({
		contextData: named(named(itemsOrContent)),
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

/** Parts of a file that are the host's as long as they hold one of its short words, such as `json`. */
const FILE_WORDS = ['data', 'fileType', 'fileExtension'];
const HOST_WORDS = new Set(
	'text json image audio video pdf html txt csv xml default filesystem filesystem-v2 database s3 azure'.split(
		' ',
	),
);

/** Puts the structure of the items back that a work on all of their content has changed. */
export function withItemStructure(original: unknown[], changed: unknown): unknown {
	if (changed === original || !Array.isArray(changed)) return changed;
	return changed.map((item: unknown, i) => restoredItem(original[i], item));
}

/** `2`, `{ item: 2, input: 0 }`, or a list of such. */
const isLink = (value: unknown): boolean =>
	typeof value === 'number' ||
	(isRecord(value) && Object.values(value).every((part) => typeof part === 'number')) ||
	(Array.isArray(value) && value.every(isLink));

function restoredItem(original: unknown, changed: unknown): unknown {
	if (original === changed || !isRecord(original) || !isRecord(changed)) return changed;
	const item = { ...changed };
	if (isLink(original.pairedItem)) item.pairedItem = original.pairedItem;
	if (isRecord(original.binary) && isRecord(changed.binary)) {
		item.binary = restoredFiles(original.binary, changed.binary);
	}
	return item;
}

/** A file that is stored elsewhere is named by id, and its data is the name of that store. */
function restoredFiles(original: Rec, changed: Rec): Rec {
	const files: Rec = {};
	Object.keys(original).forEach((name, i) => {
		const after = Object.keys(changed)[i] ?? name;
		files[after] = restoredFile(original[name], changed[after]);
	});
	return files;
}

function restoredFile(original: unknown, changed: unknown): unknown {
	if (original === changed || !isRecord(original) || !isRecord(changed)) return changed;
	const words = FILE_WORDS.filter((key) => HOST_WORDS.has(String(original[key])));
	return { ...changed, ...Object.fromEntries(words.map((key) => [key, original[key]])) };
}
