import type { NodeOnCanvas, Workflow } from '../../../host/client.ts';

/** A credential that is stored in n8n, and what it is to a node. */
export interface Stored {
	type: string;
	id: string;
	name: string;
}

export const credentialsOf = (...stored: Stored[]): NodeOnCanvas['credentials'] =>
	Object.fromEntries(stored.map(({ type, id, name }) => [type, { id, name }]));

/** A node of nodes-base, by the end of its type. */
export const node = (
	name: string,
	type: string,
	typeVersion: number,
	parameters: Record<string, unknown>,
	more: Partial<NodeOnCanvas> = {},
): NodeOnCanvas => ({
	name,
	type: type.includes('.') ? type : `n8n-nodes-base.${type}`,
	typeVersion,
	parameters,
	...more,
});

export const START = node('Start', 'manualTrigger', 1, {});

/** n8n's HTTP Request with one of its general credential types. */
export const call = (
	url: string,
	key: Stored,
	parameters: Record<string, unknown> = {},
	more: Partial<NodeOnCanvas> = {},
): NodeOnCanvas =>
	node(
		'Call',
		'httpRequest',
		4.2,
		{ url, authentication: 'genericCredentialType', genericAuthType: key.type, ...parameters },
		{ credentials: credentialsOf(key), ...more },
	);

/** n8n's HTTP Request, with no credential of its own. */
export const send = (name: string, url: string, json: string): NodeOnCanvas =>
	node(name, 'httpRequest', 4.2, {
		url,
		method: 'POST',
		sendBody: true,
		specifyBody: 'json',
		jsonBody: json,
	});

export const code = (jsCode: string, name = 'Code'): NodeOnCanvas =>
	node(name, 'code', 2, { jsCode });

export const set = (name: string, values: Record<string, string>): NodeOnCanvas =>
	node(name, 'set', 3.4, {
		assignments: {
			assignments: Object.entries(values).map(([field, value]) => ({
				id: field,
				name: field,
				value,
				type: 'string',
			})),
		},
	});

/** A webhook; what it answers with is the last node's items unless the parameters say otherwise. */
export const hook = (path: string, parameters: Record<string, unknown> = {}): NodeOnCanvas =>
	node(
		'Hook',
		'webhook',
		2,
		{
			path,
			httpMethod: 'POST',
			responseMode: 'lastNode',
			responseData: 'allEntries',
			...parameters,
		},
		{ webhookId: path },
	);

/** From, to, and by which output, input and kind of connection: the first and "main" by default. */
export type Link = [from: string, to: string, output?: number, input?: number, kind?: string];

/** A workflow of nodes that are linked as stated. */
export function linked(nodes: NodeOnCanvas[], links: Link[]): Omit<Workflow, 'name'> {
	const connections: Record<string, Record<string, object[][]>> = {};
	for (const [from, to, output = 0, index = 0, type = 'main'] of links) {
		const outputs = ((connections[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output].push({ node: to, type, index });
	}
	return { nodes, connections };
}

/** A workflow whose nodes follow each other, behind each of its triggers. */
export const inLine = (
	triggers: NodeOnCanvas[],
	...nodes: NodeOnCanvas[]
): Omit<Workflow, 'name'> =>
	linked(
		[...triggers, ...nodes],
		[
			...triggers.map(({ name }): Link => [name, nodes[0].name]),
			...nodes.slice(1).map(({ name }, index): Link => [nodes[index].name, name]),
		],
	);
