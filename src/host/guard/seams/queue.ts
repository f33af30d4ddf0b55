import type { Guard } from '../guard';
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

/** Answers from workers, opened for those who wait for them. */
export const jobAnswers: Seam = {
	name: 'job-answers',
	isOpening: true,
	without: 'In queue mode, answers of webhooks hold sealed tokens.',
	install(host, guard) {
		const module = host.own('scaling/scaling.service');
		const { prototype } = host.classOf(module, 'ScalingService');
		wrapMethod(prototype, 'registerMainOrWebhookListeners', (register) => {
			return function (this: unknown, ...args: unknown[]) {
				const queue = args[0] as { on(event: string, listener: Listener): unknown };
				const on = queue.on.bind(queue);
				queue.on = (event, listener) =>
					on(
						event,
						event === 'global:progress' ? openingListener(host, guard, listener) : listener,
					);
				try {
					return register.apply(this, args);
				} finally {
					delete (queue as Partial<typeof queue>).on;
				}
			};
		});
	},
};

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

/** Messages stay in order while one is being opened. */
function openingListener(host: Host, guard: Guard, listener: Listener): Listener {
	let before: Promise<unknown> = Promise.resolve();
	return (id, message) => {
		before = before
			.then(() => openMessage(host, guard, message as JobMessage))
			.then((opened) => listener(id, opened));
		return before.catch(() => undefined);
	};
}

async function openMessage(host: Host, guard: Guard, message: JobMessage): Promise<unknown> {
	if (message?.[STORED_MARK] === undefined || message.executionId === undefined) return message;
	const opened = { ...message };
	delete opened[STORED_MARK];
	if (!CONTENT.some((part) => opened[part] !== undefined)) return opened;
	const workflowId = (await workflowIdOf(host, message.executionId)) ?? '';
	const refused = await guard.open(await savedRun(guard, workflowId), opened);
	if (refused === null || opened.kind !== 'respond-to-webhook') return opened;
	return { ...opened, response: refusal(refused) };
}

const refusal = (error: OpeningRefused) => ({
	statusCode: 500,
	headers: {},
	body: { message: error.message },
});
