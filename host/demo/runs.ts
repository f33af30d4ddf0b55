import { search, type Canary } from '../canary.ts';
import type { Client, Execution, NodeOnCanvas, Workflow } from '../client.ts';
import { connected, readExamples, type Example } from '../examples.ts';
import type { Stage } from './services.ts';

/** One example, run with Sealbox and, where it calls a service, with n8n's own nodes. */
export interface ExampleRun {
	name: string;
	file: string;
	/** Why it failed; the empty string when it did not. */
	failure: string;
	/** What the last node gave out, in a few words. */
	result: string;
	/** How often a secret stands in clear in what n8n stored. */
	withSealbox: number;
	withStock: number | null;
}

export async function runExamples(client: Client, stage: Stage): Promise<ExampleRun[]> {
	const runs: ExampleRun[] = [];
	for (const example of readExamples()) runs.push(await runExample(client, stage, example));
	return runs;
}

async function runExample(client: Client, stage: Stage, example: Example): Promise<ExampleRun> {
	const workflow = connected(example, stage.url, stage.credentials);
	const execution = await client.runOnce(workflow);
	const calls = workflow.nodes.some(({ type }) => type.endsWith('.sealboxRequest'));
	return {
		name: workflow.name,
		file: `examples/${example.file}`,
		failure: execution.data.resultData.error?.message ?? '',
		result: resultOf(execution),
		withSealbox: placesOf(stage.canaries, execution),
		withStock: calls ? await runStock(client, stage, workflow) : null,
	};
}

/** n8n stores equal texts once; what counts is where they stand when the run is read again. */
const placesOf = (canaries: readonly Canary[], { data }: Execution): number =>
	search(canaries, 'execution', JSON.stringify(data)).length;

function resultOf({ data: { resultData } }: Execution): string {
	const { lastNodeExecuted = '', runData } = resultData;
	const items = runData[lastNodeExecuted]?.at(-1)?.data?.main[0]?.length ?? 0;
	return `${items} ${items === 1 ? 'item' : 'items'} from "${lastNodeExecuted}"`;
}

/** The same workflow with n8n's own HTTP Request and Header Auth in place of Sealbox. */
async function runStock(client: Client, stage: Stage, workflow: Workflow): Promise<number> {
	const { id, canary, path } = stage.stock;
	const swapped = (node: NodeOnCanvas): NodeOnCanvas => ({
		...node,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url: stage.url + path,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
		},
		credentials: { httpHeaderAuth: { id, name: 'Header Auth' } },
	});
	const nodes = workflow.nodes.map((node) =>
		node.type.endsWith('.sealboxRequest') ? swapped(node) : node,
	);
	const execution = await client.runOnce({
		...workflow,
		name: `${workflow.name}, stock n8n`,
		nodes,
	});
	return placesOf([canary], execution);
}
