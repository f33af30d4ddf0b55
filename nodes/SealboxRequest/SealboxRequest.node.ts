import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { credentials } from './description/authentication';
import { properties } from './description/properties';
import * as credentialTest from './methods/credentialTest';

export class SealboxRequest implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Request',
		name: 'sealboxRequest',
		icon: { light: 'file:sealboxRequest.svg', dark: 'file:sealboxRequest.dark.svg' },
		group: ['output'],
		version: 1,
		subtitle: '={{$parameter["method"] + ": " + $parameter["url"]}}',
		description: 'Calls a service with a credential that goes nowhere else and shows up nowhere',
		defaults: { name: 'Sealbox Request' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: true,
		credentials,
		properties,
	};

	methods = { credentialTest };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { execute } = await import('./execute');
		return [await execute.call(this)];
	}
}
