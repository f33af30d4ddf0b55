import { wrapMethod, type Host } from './host';
import { requiredButOtherEngine, type NamedWorkflow } from './report';

interface Workflow extends NamedWorkflow {
	readonly settings?: { readonly engineType?: string };
}

/** Whether a workflow runs on the engine that keeps its data where the guard does not reach. */
export const isOnOtherEngine = (workflow: unknown): boolean =>
	(workflow as Workflow | undefined)?.settings?.engineType === 'v2';

/** The active workflows that the guard cannot cover. */
export async function activeOnOtherEngine(host: Host): Promise<NamedWorkflow[]> {
	const repository = host.service<{ find(query: object): Promise<Workflow[]> }>(
		host.classOf(host.package('@n8n/db'), 'WorkflowRepository'),
	);
	const active = await repository.find({
		where: { active: true },
		select: ['id', 'name', 'settings'],
	});
	return active.filter(isOnOtherEngine).map(({ id, name }) => ({ id, name }));
}

/** For a hook that n8n runs before it activates a workflow. @throws Error with the reason */
export function refuseOtherEngine(workflow: unknown): void {
	if (!isOnOtherEngine(workflow)) return;
	throw new Error(requiredButOtherEngine([workflow as Workflow]));
}

/** Refuses every run on the other engine; an n8n without one has nothing to refuse. */
export function closeOtherEngine(host: Host): void {
	const module = moduleOrNull(host);
	if (module === null) return;
	wrapMethod(host.classOf(module, 'EngineV2Dispatcher').prototype, 'start', (start) => {
		return async function (this: unknown, ...args: unknown[]) {
			refuseOtherEngine((args[0] as { workflowData?: unknown }).workflowData);
			return await start.apply(this, args);
		};
	});
}

function moduleOrNull(host: Host): Record<string, unknown> | null {
	try {
		return host.own('services/engine-v2-dispatcher.service');
	} catch {
		return null;
	}
}
