import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Execution, NodeOnCanvas } from '../../../host/client.ts';

const WITHIN_MS = 20_000;

/** A Sealbox Webhook Trigger at a path of its own. */
export function triggerNode(
	parameters: Record<string, unknown>,
	credential?: string,
	name = 'Trigger',
): NodeOnCanvas {
	const path = randomUUID();
	return {
		name,
		type: 'n8n-nodes-sealbox.sealboxWebhookTrigger',
		typeVersion: 1,
		parameters: { httpMethod: 'POST', path, options: {}, ...parameters },
		...(credential && { credentials: { sealboxWebhookApi: { id: credential, name: 'Webhook' } } }),
		webhookId: path,
	};
}

export const pathOf = ({ parameters }: NodeOnCanvas): string => String(parameters.path);

/** Connections from each node to the next one. */
export const oneByOne = (nodes: readonly NodeOnCanvas[]): Record<string, unknown> =>
	Object.fromEntries(
		nodes
			.slice(1)
			.map(({ name }, index) => [
				nodes[index]?.name,
				{ main: [[{ node: name, type: 'main', index: 0 }]] },
			]),
	);

/** Makes a workflow, activates it and waits until n8n has registered its webhooks; the workflow's id. */
export async function activate(
	client: Client,
	nodes: NodeOnCanvas[],
	connections = oneByOne(nodes),
): Promise<string> {
	const { id, status, triggers } = await publish(client, nodes, connections);
	if (status === 'published') return id;
	throw new Error(`the workflow is ${status}: ${triggers[0]?.errorMessage}`);
}

export interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: { errorMessage: string | null }[];
}

/** The same, whatever became of it. */
export async function publish(
	client: Client,
	nodes: NodeOnCanvas[],
	connections = oneByOne(nodes),
): Promise<Publication & { id: string }> {
	const id = await client.createWorkflow({ name: `Webhook ${randomUUID()}`, nodes, connections });
	await client.activateWorkflow(id);
	for (const until = Date.now() + WITHIN_MS; ; await sleep(100)) {
		const found = await client.get<Publication>(`/rest/workflows/${id}/publication-status`);
		if (!['in_progress', 'not_published'].includes(found.status)) return { id, ...found };
		if (Date.now() > until) throw new Error('the workflow was neither published nor refused');
	}
}

/** The finished runs of a workflow, oldest first, once there are as many as expected. */
export async function runsOf(client: Client, id: string, expected: number): Promise<Execution[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	for (const until = Date.now() + WITHIN_MS; ; await sleep(100)) {
		const { results } = await client.get<{ results: { id: string }[] }>(
			`/rest/executions?filter=${filter}&limit=100`,
		);
		// n8n asks for what runs and for what has ended: what ends in between is in both.
		const ids = [...new Set(results.map((run) => run.id))];
		if (ids.length < expected && Date.now() < until) continue;
		const runs: Execution[] = [];
		for (const run of ids.reverse()) runs.push(await client.waitForExecution(run));
		return runs;
	}
}
