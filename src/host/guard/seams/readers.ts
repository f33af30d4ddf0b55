import type { Guard } from '../guard';
import { wrapMethod, type AnyFunction, type Class, type Host } from '../host';
import { whileOpening } from '../scope';
import { assertOpened, failUnlessOpened, openExecution, type ExecutionView } from '../stored';
import { persistenceOf, workflowIdOf } from './records';
import type { Seam } from './seam';

type Find = (...args: unknown[]) => Promise<ExecutionView | undefined>;
type Persistence = Record<string, Find>;

/** A service that reads stored runs to run them or to answer with them. */
interface Reader {
	readonly name: string;
	readonly file: string;
	readonly className: string;
	/** What it reads them with. */
	readonly method: 'findSingleExecution' | 'findWithUnflattenedData';
	/** It starts the runs again that waited for their turn when the host stopped. */
	readonly readsQueued?: true;
	/** It looks into the data before a run starts: it must not go on with what stays sealed. */
	readonly isImmediate?: true;
	/** Where it does so, once it has seen that whoever asks may resume the run. */
	readonly looksIn?: string;
	/** It answers with the result of a run, so where that stays sealed it gets an error in its place. */
	readonly answers?: true;
	readonly without: string;
}

const QUEUED = 'findMultipleExecutionsWithUnreadable';

const READERS: readonly Reader[] = [
	{
		name: 'worker',
		file: 'scaling/job-processor',
		className: 'JobProcessor',
		method: 'findSingleExecution',
		without: 'Workers cannot run executions that hold sealed data.',
	},
	{
		name: 'waits',
		file: 'wait-tracker',
		className: 'WaitTracker',
		method: 'findSingleExecution',
		without: 'Waiting executions that hold sealed data cannot be resumed.',
	},
	{
		name: 'waiting-webhooks',
		file: 'webhooks/waiting-webhooks',
		className: 'WaitingWebhooks',
		method: 'findSingleExecution',
		looksIn: 'getWebhookExecutionData',
		without: 'Waiting executions that hold sealed data cannot be resumed by a webhook or a form.',
	},
	{
		name: 'results',
		file: 'workflow-runner',
		className: 'WorkflowRunner',
		method: 'findSingleExecution',
		answers: true,
		without: 'In queue mode, answers of webhooks hold sealed tokens.',
	},
	{
		name: 'retries',
		file: 'executions/execution.service',
		className: 'ExecutionService',
		method: 'findWithUnflattenedData',
		readsQueued: true,
		without: 'Executions that hold sealed data cannot be retried.',
	},
	{
		name: 'chat',
		file: 'chat/chat-execution-manager',
		className: 'ChatExecutionManager',
		method: 'findSingleExecution',
		isImmediate: true,
		without: 'Waiting chats that hold sealed data cannot be resumed.',
	},
];

/**
 * Readers that run or answer see opened data, and everyone else sees tokens: a reader keeps the
 * store of executions as a property, and what it finds there is a view of the store that opens.
 */
const readers = READERS.map(
	(reader): Seam => ({
		name: reader.name,
		without: reader.without,
		isOpening: true,
		install(host, guard) {
			const persistence = persistenceOf(host).prototype;
			if (typeof persistence[reader.method] !== 'function') {
				throw new Error(`there is no method ${reader.method}`);
			}
			const type = host.classOf(host.own(reader.file), reader.className);
			replaceProperty(host, type, 'executionPersistence', (store) =>
				openingView(guard, store as Persistence, reader),
			);
			if (reader.looksIn !== undefined) wrapMethod(type.prototype, reader.looksIn, onlyOpened);
		},
	}),
);

/** The result of a child is put into the stored data of its parent. */
const parents: Seam = {
	name: 'parents',
	isOpening: true,
	without: 'A workflow that waits for a waiting sub-workflow cannot go on with sealed data.',
	install(host, guard) {
		wrapMethod(host.own('workflow-helpers'), 'updateParentExecutionWithChildResults', (update) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [parentId, , child] = args as [string, unknown, { executionId?: string }?];
				const family = guard.runs.get(child?.executionId)?.family;
				return await whileOpening(async () => {
					const workflowId = family && (await workflowIdOf(host, parentId));
					if (workflowId !== undefined) guard.runs.join(parentId, workflowId, family!);
					return await update.apply(this, args);
				});
			};
		});
	},
};

/** Nodes that ask for the data of another run, such as one that waits for its sub-workflow. */
const lookups: Seam = {
	name: 'lookups',
	isOpening: true,
	without: 'Nodes that read the data of another execution get sealed tokens.',
	install(host) {
		const module = host.own('workflow-execute-additional-data');
		wrapMethod(module, 'getBase', (getBase) => {
			return async function (this: unknown, ...args: unknown[]) {
				const base = (await getBase.apply(this, args)) as Record<string, AnyFunction | undefined>;
				const read = base.getRunExecutionData;
				if (read !== undefined) {
					base.getRunExecutionData = (...ids) => whileOpening(() => read.apply(base, ids));
				}
				return base;
			};
		});
	},
};

/** The answer to a retry shows the run that was opened to be retried. */
const retryAnswers: Seam = {
	name: 'retry-answers',
	without: 'The answer to a retry shows the data of the run as it was.',
	install(host, guard) {
		const module = host.own('executions/execution.service');
		wrapMethod(host.classOf(module, 'ExecutionService').prototype, 'retry', (retry) => {
			return async function (this: unknown, ...args: unknown[]) {
				const answer = (await retry.apply(this, args)) as
					| { id?: string; data?: unknown }
					| undefined;
				const run = guard.runs.get(answer?.id);
				if (run === undefined || answer?.data === undefined) return answer;
				return { ...answer, data: guard.sealRunData(run, answer.data) };
			};
		});
	},
};

export const readerSeams: readonly Seam[] = [...readers, parents, lookups, retryAnswers];

/** The sentence that says why stays with whoever may resume the run. */
const onlyOpened = (look: AnyFunction): AnyFunction =>
	async function (this: unknown, ...args: unknown[]) {
		const [{ execution }] = args as [{ execution?: ExecutionView }];
		assertOpened(execution?.data);
		return await look.apply(this, args);
	};

export function openingView(
	guard: Guard,
	store: Persistence,
	reader: Pick<Reader, 'method' | 'readsQueued' | 'isImmediate' | 'answers'>,
): object {
	const find: Find = async (...args) => {
		const execution = await store[reader.method](...args);
		if (execution === undefined || execution === null) return execution;
		await openExecution(guard, execution);
		if (reader.isImmediate) assertOpened(execution.data);
		if (reader.answers) failUnlessOpened(execution.data);
		return execution;
	};
	const findQueued = async (...args: unknown[]) => {
		const found = await store[QUEUED](...args);
		const { executions } = found as unknown as { executions: ExecutionView[] };
		for (const execution of executions) await openExecution(guard, execution);
		return found;
	};
	return Object.create(store, {
		[reader.method]: { value: find },
		...(reader.readsQueued && { [QUEUED]: { value: findQueued } }),
	}) as object;
}

const REAL = Symbol('real');

/** Gives what an instance keeps as a property another face, for instances that exist and later ones. */
export function replaceProperty(
	host: Host,
	type: Class,
	property: string,
	view: (real: unknown) => unknown,
): void {
	Object.defineProperty(type.prototype, property, {
		configurable: true,
		get(this: Record<symbol, unknown>) {
			return this[REAL];
		},
		set(this: Record<symbol, unknown>, real: unknown) {
			Object.defineProperty(this, REAL, { value: view(real), configurable: true });
		},
	});
	whenReady(host, type, property);
}

const pending: Array<() => void> = [];

/** Services that were made before the hook file was loaded have the property as their own. */
function whenReady(host: Host, type: Class, property: string): void {
	pending.push(() => {
		const instance = host.service<Record<string, unknown>>(type);
		if (!Object.hasOwn(instance, property)) return;
		const real = instance[property];
		delete instance[property];
		instance[property] = real;
	});
}

/** To be called when all seams are installed. */
export const replaceExisting = (): void => pending.forEach((replace) => replace());
