import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Guard } from '../guard';
import { wrapMethod, type Host } from '../host';
import { isObject } from '../marks';
import type { Run } from '../runs';
import type { Seam } from './seam';

type Rec = Record<string, unknown>;

/** What a caller may have in memory while it is searched. */
const LONGEST_FILE_BYTES = 16 * 1024 * 1024;
const SENTENCE =
	'The answer of this workflow holds a secret of one of its credentials, and this n8n does not let such answers out (SEALBOX_GUARD_ANSWERS). Remove the field from the answer.';

/**
 * What webhooks answer, where the operator refuses answers that hold secrets: the caller gets an
 * error in their place. By default a caller gets what the workflow says.
 */
export const answers: Seam = {
	name: 'answers',
	without: 'Answers of webhooks are not checked, whatever SEALBOX_GUARD_ANSWERS says.',
	install(host, guard) {
		if (!guard.parts.answers.mayRefuse) return;
		coverResponses(host, guard);
		const runOf = rememberResults(host, guard);
		coverLastNode(host, guard, runOf);
	},
};

/** Answers that a node gives, in the process that runs it. */
function coverResponses(host: Host, guard: Guard): void {
	const { prototype } = host.classOf(host.package('n8n-core'), 'ExecutionLifecycleHooks');
	wrapMethod(prototype, 'runHook', (runHook) => {
		return async function (this: unknown, name: unknown, parameters: unknown) {
			const run = guard.runs.get((this as { executionId: string }).executionId);
			const [content] = parameters as unknown[];
			const isAnswer = name === 'sendResponse' || name === 'sendChunk';
			if (!isAnswer || run === undefined || !isRefused(guard, run, content)) {
				return await runHook.call(this, name, parameters);
			}
			const instead = name === 'sendResponse' ? refusedResponse() : refusedChunk(content as Rec);
			return await runHook.call(this, name, [instead]);
		};
	});
}

const refusedResponse = (): Rec => ({ statusCode: 500, headers: {}, body: { message: SENTENCE } });

const refusedChunk = (chunk: Rec): Rec => ({ ...chunk, type: 'error', content: SENTENCE });

/** The run of which some task is the result. */
type RunOf = (task: unknown) => Run | undefined;

/** Who answers with the last node's data gets it from a run, without being told of which. */
function rememberResults(host: Host, guard: Guard): RunOf {
	const runs = new WeakMap<object, Run>();
	const { prototype } = host.classOf(host.own('active-executions'), 'ActiveExecutions');
	wrapMethod(prototype, 'getPostExecutePromise', (getResult) => {
		return async function (this: unknown, ...args: unknown[]) {
			const run = guard.runs.get(args[0] as string);
			const result = await getResult.apply(this, args);
			if (run !== undefined) for (const task of lastTasks(result)) runs.set(task, run);
			return result;
		};
	});
	return (task) => (isObject(task) ? runs.get(task) : undefined);
}

function lastTasks(result: unknown): object[] {
	const { resultData } = (isObject(result) ? (result.data ?? {}) : {}) as {
		resultData?: { lastNodeExecuted?: string; runData?: Record<string, object[]> };
	};
	return resultData?.runData?.[resultData.lastNodeExecuted ?? ''] ?? [];
}

function coverLastNode(host: Host, guard: Guard, runOf: RunOf): void {
	const module = host.own('webhooks/webhook-last-node-response-extractor');
	wrapMethod(module, 'extractWebhookLastNodeResponse', (extract) => {
		return async function (this: unknown, ...args: unknown[]) {
			const answer = (await extract.apply(this, args)) as { ok: boolean; result?: Rec };
			const run = runOf(args[1]);
			if (!answer.ok || answer.result === undefined || run === undefined) return answer;
			const { result, isTooLong } = await readable(answer.result);
			if (isTooLong || isRefused(guard, run, contentOf(result))) {
				return { ok: false, error: new Error(SENTENCE) };
			}
			return { ...answer, result };
		};
	});
}

/** An answer whose bytes can be looked at and still be sent. */
async function readable(
	result: Rec,
): Promise<{ result: Rec & { bytes?: Buffer }; isTooLong: boolean }> {
	if (result.type !== 'stream') return { result, isTooLong: false };
	const bytes = await buffer(result.stream as Readable);
	const isTooLong = bytes.length > LONGEST_FILE_BYTES;
	return { result: { ...result, stream: Readable.from([bytes]), bytes }, isTooLong };
}

const contentOf = ({ bytes, body }: Rec & { bytes?: Buffer }): unknown =>
	bytes?.toString('latin1') ?? (Buffer.isBuffer(body) ? body.toString('latin1') : body);

function isRefused(guard: Guard, run: Run, content: unknown): boolean {
	if (!guard.parts.answers.isRefusedFor(run.workflowId)) return false;
	const stored = guard.asStored(content);
	if (guard.sealContent(run, stored) === stored) return false;
	guard.parts.record('guard.answerRefused', {
		workflow: run.workflowId,
		execution: run.executionId,
	});
	return true;
}
