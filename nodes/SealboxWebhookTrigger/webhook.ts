import type { INodeParameters, IWebhookDescription } from 'n8n-workflow';

/** What of a webhook follows from the node's parameters: as an expression, and as what that expression gives. */
interface Field {
	readonly template: string;
	readonly resolve: (parameters: INodeParameters) => unknown;
}

const option = ({ options }: INodeParameters, name: string): unknown =>
	(options as INodeParameters | undefined)?.[name];

const fields: Readonly<Record<string, Field>> = {
	httpMethod: {
		template: '={{ $parameter["httpMethod"] }}',
		resolve: ({ httpMethod }) => httpMethod,
	},
	path: { template: '={{ $parameter["path"] }}', resolve: ({ path }) => path },
	responseMode: {
		template: '={{ $parameter["responseMode"] }}',
		resolve: ({ responseMode }) => responseMode,
	},
	responseCode: {
		template: '={{ $parameter["options"]["responseCode"] || 200 }}',
		resolve: (parameters) => option(parameters, 'responseCode') || 200,
	},
	responseData: {
		template:
			'={{ $parameter["responseMode"] === "lastNode" ? ($parameter["responseData"] || "firstEntryJson") : undefined }}',
		resolve: ({ responseMode, responseData }) =>
			responseMode === 'lastNode' ? responseData || 'firstEntryJson' : undefined,
	},
};

/**
 * n8n 2.41 takes a field from its resolver where no parameter is an expression, and spares its expression
 * engine the work, for each request. Older ones look at the expressions alone.
 */
const RESOLVERS = Symbol.for('n8n.webhookDescriptionResolvers');

const templates = Object.fromEntries(
	Object.entries(fields).map(([name, { template }]) => [name, template]),
) as Pick<IWebhookDescription, 'httpMethod' | 'path'>;

export const webhook: IWebhookDescription = {
	name: 'default',
	isFullPath: true,
	...templates,
	[RESOLVERS]: fields,
};
