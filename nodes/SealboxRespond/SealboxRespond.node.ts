import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { properties } from './description';

export class SealboxRespond implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Respond',
		name: 'sealboxRespond',
		icon: { light: 'file:sealboxRespond.svg', dark: 'file:sealboxRespond.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["respondWith"] }}',
		description:
			'Answers the request that started the workflow, without the secrets that the run knows',
		defaults: { name: 'Sealbox Respond' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// Who is answered is the caller of a webhook, never an AI agent.
		usableAsTool: undefined,
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { run } = await import('./run');
		return [await run(this)];
	}
}
