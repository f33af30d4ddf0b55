import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeOnCanvas, Workflow } from './client.ts';

/** An importable workflow of the `examples` folder. */
export interface Example {
	file: string;
	workflow: Workflow;
}

const FOLDER = 'examples';

/** What stands in the examples for a service of the reader's. */
const PLACEHOLDER = 'https://api.example.com';

/** Those that are run by hand, or of another folder. */
export const readExamples = (folder = FOLDER): Example[] =>
	readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.map((file) => ({
			file,
			workflow: JSON.parse(readFileSync(join(folder, file), 'utf8')) as Workflow,
		}));

/** Nodes that take one type of credential, whatever their parameters. */
const TYPE_OF_NODE: Record<string, string> = {
	'n8n-nodes-sealbox.sealboxDatabase': 'sealboxDatabaseApi',
	'n8n-nodes-sealbox.sealboxEmail': 'sealboxSmtpApi',
	'n8n-nodes-sealbox.sealboxSeal': 'sealboxSealingKeysApi',
	'n8n-nodes-sealbox.sealboxWebhookTrigger': 'sealboxWebhookApi',
};

/** The credential type that a node waits for, or `undefined`. */
export const credentialTypeOf = ({ type, parameters }: NodeOnCanvas): string | undefined =>
	TYPE_OF_NODE[type] ?? (parameters.sealboxCredentialType as string | undefined);

/** What a reader does by hand after the import: chooses credentials, and changes the URL. */
export function connected(
	{ workflow }: Example,
	url: string,
	credentials: Record<string, string>,
): Workflow {
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => {
			const type = credentialTypeOf(node);
			if (type === undefined) return node;
			const parameters = JSON.parse(
				JSON.stringify(node.parameters).replaceAll(PLACEHOLDER, url),
			) as NodeOnCanvas['parameters'];
			return {
				...node,
				parameters,
				credentials: { [type]: { id: credentials[type], name: type } },
			};
		}),
	};
}
