import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { sealboxSealingKeysTest } from '../sealingKeysTest';
import { properties } from './description';

export class SealboxSeal implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Seal',
		name: 'sealboxSeal',
		icon: { light: 'file:sealboxSeal.svg', dark: 'file:sealboxSeal.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description:
			'Seals secrets in items, so that the rest of the workflow carries sealed values only',
		defaults: { name: 'Sealbox Seal' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// Open reveals: not for an AI agent to decide.
		usableAsTool: undefined,
		credentials: [
			{
				name: 'sealboxSealingKeysApi',
				required: true,
				testedBy: 'sealboxSealingKeysTest',
				displayOptions: { hide: { operation: ['mask', 'redact'], secretsAre: ['plain'] } },
			},
		],
		properties,
	};

	methods = { credentialTest: { sealboxSealingKeysTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { run } = await import('./run');
		return [await run(this)];
	}
}
