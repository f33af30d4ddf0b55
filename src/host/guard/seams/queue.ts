import type { Guard } from '../guard';
import { hideInError } from '../hideInError';
import { wrapMethod, type Host } from '../host';
import { STORED_MARK } from '../marks';
import { OpeningRefused } from '../refusal';
import { savedRun } from './lifecycle';
import { workflowIdOf } from './records';
import type { Seam } from './seam';

/** What a worker tells the process that waits for its result, through Redis. */
type JobMessage = Record<string, unknown> & { kind?: unknown; executionId?: string };

/** Parts of job messages that carry content; the others are the host's own. */
const CONTENT = ['response', 'chunkText', 'error', 'metadata'];

/** What workers put on the queue. */
export const jobMessages: Seam = {
	name: 'job-messages',
	without: 'In queue mode, answers travel through Redis in clear.',
	install(host, guard) {
		const job = host.package<{ prototype: Record<string, unknown> }>('bull/lib/job');
		wrapMethod(job.prototype, 'progress', (progress) => {
			return function (this: unknown, ...args: unknown[]) {
				if (args[0] === undefined) return progress.apply(this, args);
				return progress.call(this, sealMessage(guard, args[0]), ...args.slice(1));
			};
		});
	},
};

/** Why a worker could not run something: it is sent, logged and kept on the queue with the job. */
export const jobFailures: Seam = {
	name: 'job-failures',
	without: 'In queue mode, errors of jobs that could not be run may hold secrets.',
	install(host, guard) {
		const module = host.own('scaling/scaling.service');
		const { prototype } = host.classOf(module, 'ScalingService');
		wrapMethod(prototype, 'reportJobProcessingError', (report) => {
			return async function (this: unknown, ...args: unknown[]) {
				const [error, job, ...rest] = args as [unknown, { data: JobData }];
				const { executionId, workflowId } = job.data;
				const run = guard.runs.get(executionId) ?? (await savedRun(guard, workflowId ?? ''));
				const needles = guard.needles.known(run.family.credentials.keys());
				return await report.call(this, hideInError(guard, needles, error), job, ...rest);
			};
		});
	},
};

interface JobData {
	readonly executionId?: string;
	readonly workflowId?: string;
}

/** Answers from workers, opened for those who wait for them. */
export const jobAnswers: Seam = {
	name: 'job-answers',
	isOpening: true,
	without: 'In queue mode, answers of webhooks hold sealed tokens.',
	install(host, guard) {
		const inbox = new Inbox(host, guard);
		const module = host.own('scaling/scaling.service');
		const { prototype } = host.classOf(module, 'ScalingService');
		wrapMethod(prototype, 'registerMainOrWebhookListeners', (register) => {
			return function (this: unknown, ...args: unknown[]) {
				const queue = args[0] as { on(event: string, listener: Listener): unknown };
				const on = queue.on.bind(queue);
				queue.on = (event, listener) =>
					on(event, event === 'global:progress' ? inbox.opening(listener) : listener);
				try {
					return register.apply(this, args);
				} finally {
					delete (queue as Partial<typeof queue>).on;
				}
			};
		});
		const executions = host.classOf(host.own('active-executions'), 'ActiveExecutions');
		wrapMethod(executions.prototype, 'finalizeExecution', (finalize) => {
			return function (this: unknown, ...args: unknown[]) {
				if (inbox.isEmpty) return finalize.apply(this, args);
				return inbox.afterAll(() => void finalize.apply(this, args));
			};
		});
	},
};

const MOST_REMEMBERED = 1_000;

type Listener = (id: unknown, message: unknown) => unknown;

function sealMessage(guard: Guard, message: unknown): unknown {
	const { executionId, kind } = (message ?? {}) as JobMessage;
	const run = typeof kind === 'string' ? guard.runs.get(executionId) : undefined;
	if (run === undefined) return message;
	const sealed: JobMessage = { ...(message as JobMessage) };
	for (const part of CONTENT) {
		if (sealed[part] !== undefined)
			sealed[part] = guard.sealContent(run, guard.asStored(sealed[part]));
	}
	return { ...sealed, [STORED_MARK]: 1 };
}

/**
 * Messages of all jobs, one after another while any is being opened. A run must not be ended before
 * what it said has arrived.
 */
class Inbox {
	#latest: Promise<void> = Promise.resolve();
	#waiting = 0;
	readonly #workflows = new Map<string, Promise<string>>();

	constructor(
		private readonly host: Host,
		private readonly guard: Guard,
	) {}

	get isEmpty(): boolean {
		return this.#waiting === 0;
	}

	/** Does something when all messages that are here by now were handled. */
	afterAll(work: () => void): void {
		this.#waiting += 1;
		this.#latest = this.#latest.then(work).then(
			() => this.#done(),
			() => this.#done(),
		);
	}

	/** The listener as it gets opened messages. */
	opening(listener: Listener): Listener {
		return (id, message) => {
			this.#waiting += 1;
			const handled = this.#latest
				.then(() => this.#open(message as JobMessage))
				.then((opened) => listener(id, opened));
			// What one message comes to is no business of the next.
			this.#latest = handled.then(
				() => this.#done(),
				() => this.#done(),
			);
		};
	}

	#done(): void {
		this.#waiting -= 1;
	}

	async #open(message: JobMessage): Promise<unknown> {
		if (message?.[STORED_MARK] === undefined || message.executionId === undefined) return message;
		const opened = { ...message };
		delete opened[STORED_MARK];
		if (!CONTENT.some((part) => opened[part] !== undefined)) return opened;
		const run = await savedRun(this.guard, await this.#workflowOf(message.executionId));
		const refused = await this.guard.opener.open(run, opened);
		if (refused === null || opened.kind !== 'respond-to-webhook') return opened;
		return { ...opened, response: refusal(refused) };
	}

	/** A streamed answer is many messages of one execution. */
	#workflowOf(executionId: string): Promise<string> {
		const known = this.#workflows.get(executionId);
		if (known !== undefined) return known;
		const asked = workflowIdOf(this.host, executionId).then((id) => id ?? '');
		if (this.#workflows.size >= MOST_REMEMBERED) this.#workflows.clear();
		this.#workflows.set(executionId, asked);
		return asked;
	}
}

const refusal = (error: OpeningRefused) => ({
	statusCode: 500,
	headers: {},
	body: { message: error.message },
});
