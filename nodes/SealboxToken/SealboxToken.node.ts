import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { properties } from './description';

const onType = (type: string) => ({ displayOptions: { show: { credentialType: [type] } } });

export class SealboxToken implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Token',
		name: 'sealboxToken',
		icon: {
			light: 'file:../../credentials/sealboxToken.svg',
			dark: 'file:../../credentials/sealboxToken.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description: 'Tells where a grant that Sealbox renews stands, tries again, or ends it',
		defaults: { name: 'Sealbox Token' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// Revoke ends what a person has consented to: not for an AI agent to decide.
		usableAsTool: undefined,
		credentials: [
			{ name: 'sealboxOAuth2Api', required: true, ...onType('sealboxOAuth2Api') },
			{ name: 'sealboxTokenApi', required: true, ...onType('sealboxTokenApi') },
		],
		properties,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { run } = await import('./run');
		return [await run(this)];
	}
}
