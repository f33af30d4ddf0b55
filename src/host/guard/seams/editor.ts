import type { Guard } from '../guard';
import { wrapMethod, type Host } from '../host';
import type { Seam } from './seam';

interface WorkflowData {
	id?: string;
	pinData?: object | null;
	nodes?: [];
}
interface RunRequest {
	executionMode?: string;
	workflowData: WorkflowData;
	pinData?: object;
	runData?: object;
	executionData?: unknown;
}

/** Runs that the editor starts carry data that it was sent earlier, and pinned data. */
export const editor: Seam = {
	name: 'editor',
	isOpening: true,
	without: 'Running a single node in the editor works on sealed tokens.',
	install(host, guard) {
		const module = host.own('workflow-runner');
		wrapMethod(host.classOf(module, 'WorkflowRunner').prototype, 'run', (run) => {
			return async function (this: unknown, ...args: unknown[]) {
				const request = args[0] as RunRequest;
				const copy = await openRequest(host, guard, request);
				return await run.call(this, copy, ...args.slice(1));
			};
		});
	},
};

const FROM_EDITOR = new Set(['manual', 'evaluation', 'chat']);

async function openRequest(host: Host, guard: Guard, request: RunRequest): Promise<RunRequest> {
	if (!FROM_EDITOR.has(request.executionMode ?? '')) return request;
	const { pinData, runData, workflowData } = request;
	const carried = { pinData, runData, workflowPins: workflowData.pinData };
	if (!Object.values(carried).some(Boolean)) return request;
	const copy = structuredClone(carried);
	const run = await guard.runOf(undefined, workflowData);
	const refusal = await guard.open(run, copy);
	if (refusal !== null) throw badRequest(host, refusal.message);
	return Object.assign(request, {
		...(pinData && { pinData: copy.pinData }),
		...(runData && { runData: copy.runData }),
		workflowData: { ...workflowData, ...(workflowData.pinData && { pinData: copy.workflowPins }) },
	});
}

function badRequest(host: Host, message: string): Error {
	const errors = host.own('errors/response-errors/bad-request.error');
	const BadRequest = host.classOf(errors, 'BadRequestError') as unknown as new (m: string) => Error;
	return new BadRequest(message);
}
