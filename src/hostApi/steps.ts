/** One run of one node within an execution. */
export interface Step {
	readonly node: string;
	/** 0 for the first run of this node; a loop runs it again. */
	readonly run: number;
	readonly status: string;
	/** ISO 8601. */
	readonly startedAt: string;
	readonly durationMs: number;
	/** The items of each input; `null` for one that nothing came in by. */
	readonly input: ReadonlyArray<unknown[] | null>;
	/** The items of each output. */
	readonly output: ReadonlyArray<unknown[] | null>;
	readonly error?: string;
}

interface TaskView {
	readonly startTime?: number;
	readonly executionTime?: number;
	readonly executionStatus?: string;
	readonly error?: { readonly message?: unknown };
	readonly source?: ReadonlyArray<SourceView | null>;
	readonly data?: Readonly<Record<string, Outputs | undefined>>;
}

interface SourceView {
	readonly previousNode?: string;
	readonly previousNodeOutput?: number;
	readonly previousNodeRun?: number;
}

type Outputs = ReadonlyArray<ReadonlyArray<{ readonly json?: unknown }> | null>;
type RunData = Readonly<Record<string, readonly TaskView[]>>;

/**
 * The steps of an execution in the order in which they started, with what each got and gave. n8n keeps
 * outputs only: the input of a step is the output that it was started with.
 *
 * @param data - of an execution, as n8n's public API gives it
 */
export function stepsOf(data: unknown): { steps: Step[]; error?: string } {
	const { resultData } = (data ?? {}) as {
		resultData?: { runData?: RunData; error?: { message?: unknown } };
	};
	const runData = resultData?.runData ?? {};
	const steps = Object.entries(runData).flatMap(([node, tasks]) =>
		tasks.map((task, run) => stepOf(runData, node, run, task)),
	);
	const error = messageOf(resultData?.error);
	return {
		steps: steps.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)),
		...(error === undefined ? {} : { error }),
	};
}

function stepOf(runData: RunData, node: string, run: number, task: TaskView): Step {
	const error = messageOf(task.error);
	return {
		node,
		run,
		status: task.executionStatus ?? (error === undefined ? 'success' : 'error'),
		startedAt: new Date(task.startTime ?? 0).toISOString(),
		durationMs: task.executionTime ?? 0,
		input: (task.source ?? []).map((source) => inputOf(runData, source)),
		output: outputsOf(task).map(itemsOf),
		...(error === undefined ? {} : { error }),
	};
}

/** A sub-node of an AI agent gives by a connection of another kind than `main`. */
const outputsOf = ({ data = {} }: TaskView): Outputs =>
	data.main ?? Object.values(data).find((outputs) => outputs !== undefined) ?? [];

function inputOf(runData: RunData, source: SourceView | null): unknown[] | null {
	if (source?.previousNode === undefined) return null;
	const { previousNode, previousNodeRun = 0, previousNodeOutput = 0 } = source;
	const task = runData[previousNode]?.[previousNodeRun];
	return task === undefined ? null : itemsOf(outputsOf(task)[previousNodeOutput] ?? null);
}

const itemsOf = (items: Outputs[number]): unknown[] | null =>
	items === null ? null : items.map(({ json }) => json ?? {});

const messageOf = (error: { readonly message?: unknown } | undefined): string | undefined =>
	typeof error?.message === 'string' ? error.message : undefined;
