import { setTimeout as pause } from 'node:timers/promises';
import { search, searchFolder, type Canary, type Sighting } from '../../host/canary.ts';
import {
	Client,
	type Execution,
	type NodeOnCanvas,
	type Session,
	type Workflow,
} from '../../host/client.ts';

/** Where the shared n8n is, as `start.ts` left it in the environment. */
export interface Host {
	url: string;
	folder: string;
	/** Where servers write that it keeps its data in. */
	storeFolders: readonly string[];
	session: Session;
	oauth2: { url: string; clientId: string; clientSecret: string };
	/** Of a server on localhost, PEM: an n8n in one process trusts it. */
	tls: { cert: string; key: string };
}

export const readHost = (): Host => JSON.parse(process.env.SEALBOX_E2E ?? '{}') as Host;

/** A client that is logged in; its answers are those of one test file. */
export const connect = (): Client => new Client(readHost().url, readHost().session);

/** What `start.ts` leaves for `stop.ts`, in the one process that runs both. */
const KEY = Symbol.for('sealbox.e2e');
const holder = globalThis as unknown as Record<symbol, { stop?: () => Promise<void> }>;
export const shared = (holder[KEY] ??= {});

/** Every place where a canary still shows: files under the user folder, and what the API answered. */
export function sightings(canaries: readonly Canary[], client: Client): Sighting[] {
	const { folder, storeFolders } = readHost();
	return [
		...[folder, ...storeFolders].flatMap((each) => searchFolder(canaries, each)),
		...search(canaries, 'answers of the API', client.answers.join('\n')),
	];
}

const TRIGGER: NodeOnCanvas = {
	name: 'Start',
	type: 'n8n-nodes-base.manualTrigger',
	typeVersion: 1,
	parameters: {},
};

/** A workflow whose nodes follow each other, behind a manual trigger. */
export function inLine(name: string, ...nodes: NodeOnCanvas[]): Workflow {
	const all = [TRIGGER, ...nodes];
	const links = all.slice(1).map((node, index) => [all[index].name, toward(node)]);
	return { name, nodes: all, connections: Object.fromEntries(links) };
}

/** Nodes that give out these items. */
export const items = (...rows: object[]): NodeOnCanvas[] => [
	{
		name: 'Rows',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput: JSON.stringify({ rows }) },
	},
	{
		name: 'Split',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'rows' },
	},
];

/** The same workflow, but started by a request to a path of n8n, which answers with its last item. */
export function byWebhook(path: string, { name, nodes, connections }: Workflow): Workflow {
	const [, ...others] = nodes;
	const webhook: NodeOnCanvas = {
		name: TRIGGER.name,
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { path, httpMethod: 'POST', responseMode: 'lastNode', options: {} },
	};
	return { name, nodes: [webhook, ...others], connections };
}

/** Posts to a webhook once the process that answers for it knows it; the answer of its workflow. */
export async function post(url: string): Promise<{ status: number; text: string }> {
	for (;;) {
		const response = await fetch(url, { method: 'POST' });
		const text = await response.text();
		if (response.status !== 404) return { status: response.status, text };
		await pause(100);
	}
}

const toward = ({ name }: NodeOnCanvas) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });

/** n8n's own HTTP Request, authenticating with a credential of the given type. */
export const httpRequest = (
	type: string,
	id: string,
	parameters: Record<string, unknown>,
): NodeOnCanvas => ({
	name: 'HTTP Request',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		authentication: 'predefinedCredentialType',
		nodeCredentialType: type,
		...parameters,
	},
	credentials: { [type]: { id, name: type } },
});

/** Sealbox Request, authenticating with a Sealbox credential of the given type. */
export const sealboxRequest = (
	type: string,
	id: string,
	parameters: Record<string, unknown>,
): NodeOnCanvas => ({
	name: 'Sealbox Request',
	type: 'n8n-nodes-sealbox.sealboxRequest',
	typeVersion: 1,
	parameters: { authentication: 'sealboxCredential', sealboxCredentialType: type, ...parameters },
	credentials: { [type]: { id, name: type } },
});

/** What the last node of a line gave out. */
export const outputOf = ({ data }: Execution, node: string): Record<string, unknown>[] =>
	data.resultData.runData[node]?.[0]?.data?.main[0]?.map(({ json }) => json) ?? [];

/** Why a run failed; the empty string when it did not. */
export const messageOf = ({ data }: Execution): string => data.resultData.error?.message ?? '';
