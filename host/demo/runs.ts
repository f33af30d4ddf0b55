import { search, type Canary } from '../canary.ts';
import type { Execution, NodeOnCanvas, Workflow } from '../client.ts';
import { connected, readExamples, type Example } from '../examples.ts';
import type { Pair } from './hosts.ts';
import type { Stage } from './services.ts';
import { sideBySide, type Place } from './stored.ts';

/** One example: run with Sealbox and, where it calls a service, with n8n's own nodes in both hosts. */
export interface ExampleRun {
	name: string;
	file: string;
	/** Why it failed; the empty string when it did not. */
	failure: string;
	/** What the last node gave out, in a few words. */
	result: string;
	/** How often a secret stands in clear in what n8n stored. */
	withSealbox: number;
	ownNodes?: OwnNodes;
}

/** The same workflow with n8n's HTTP Request and Header Auth in place of Sealbox. */
export interface OwnNodes {
	/** How often the secret stands in clear in what was stored. */
	stock: number;
	guarded: number;
	/** Whether both came to the same. */
	isSame: boolean;
	places: Place[];
}

export async function runExamples(pair: Pair, stage: Stage): Promise<ExampleRun[]> {
	const runs: ExampleRun[] = [];
	for (const example of readExamples()) runs.push(await runExample(pair, stage, example));
	return runs;
}

async function runExample(pair: Pair, stage: Stage, example: Example): Promise<ExampleRun> {
	const workflow = connected(example, stage.url, stage.credentials);
	const execution = await pair.guarded.client.runOnce(workflow);
	const calls = workflow.nodes.some(isRequest);
	return {
		name: workflow.name,
		file: `examples/${example.file}`,
		failure: execution.data.resultData.error?.message ?? '',
		result: resultOf(execution),
		withSealbox: placesOf(stage.canaries, execution),
		...(calls && { ownNodes: await runOwnNodes(pair, stage, workflow) }),
	};
}

const isRequest = ({ type }: NodeOnCanvas): boolean => type.endsWith('.sealboxRequest');

/** n8n stores equal texts once; what counts is where they stand when the run is read again. */
const placesOf = (canaries: readonly Canary[], { data }: Execution): number =>
	search(canaries, 'execution', JSON.stringify(data)).length;

function resultOf({ data: { resultData } }: Execution): string {
	const { lastNodeExecuted = '', runData } = resultData;
	const items = runData[lastNodeExecuted]?.at(-1)?.data?.main[0]?.length ?? 0;
	return `${items} ${items === 1 ? 'item' : 'items'} from "${lastNodeExecuted}"`;
}

async function runOwnNodes(pair: Pair, stage: Stage, workflow: Workflow): Promise<OwnNodes> {
	const { canary } = stage.header;
	const run = async (which: keyof Pair) =>
		await pair[which].client.runOnce(withOwnNodes(workflow, stage, which));
	const [stock, guarded] = [await run('stock'), await run('guarded')];
	return {
		stock: placesOf([canary], stock),
		guarded: placesOf([canary], guarded),
		isSame: stock.status === guarded.status && resultOf(stock) === resultOf(guarded),
		places: sideBySide(
			canary,
			{ host: pair.stock, id: stock.id },
			{ host: pair.guarded, id: guarded.id },
		),
	};
}

function withOwnNodes(workflow: Workflow, stage: Stage, which: keyof Pair): Workflow {
	const { ids, path } = stage.header;
	const swapped = (node: NodeOnCanvas): NodeOnCanvas => ({
		...node,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url: stage.url + path,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
		},
		credentials: { httpHeaderAuth: { id: ids[which], name: 'Header Auth' } },
	});
	return {
		...workflow,
		name: `${workflow.name}, with n8n's own nodes`,
		nodes: workflow.nodes.map((node) => (isRequest(node) ? swapped(node) : node)),
	};
}
