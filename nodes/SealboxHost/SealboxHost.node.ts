import {
	NodeConnectionTypes,
	type ICredentialsDecrypted,
	type ICredentialTestFunctions,
	type IExecuteFunctions,
	type INodeCredentialTestResult,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { sealboxSealingKeysTest } from '../sealingKeysTest';
import { properties } from './description/properties';
import * as listSearch from './methods/listSearch';

export class SealboxHost implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Host',
		name: 'sealboxHost',
		icon: {
			light: 'file:../../credentials/sealboxHost.svg',
			dark: 'file:../../credentials/sealboxHost.dark.svg',
		},
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description:
			'Looks after credentials, executions and workflows of n8n, and rotates secrets without revealing them',
		defaults: { name: 'Sealbox Host' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// It deletes and rotates: not for an AI agent to decide.
		usableAsTool: undefined,
		credentials: [
			{ name: 'sealboxHostApi', required: true, testedBy: 'sealboxHostTest' },
			{
				name: 'sealboxSealingKeysApi',
				required: true,
				testedBy: 'sealboxSealingKeysTest',
				displayOptions: {
					show: {
						resource: ['credential'],
						operation: ['create', 'rotate', 'update'],
						useKeys: [true],
					},
				},
			},
		],
		properties,
	};

	methods = { credentialTest: { sealboxHostTest, sealboxSealingKeysTest }, listSearch };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { run } = await import('./run');
		return [await run(this)];
	}
}

/** The host shows the message; it asks that a test never throws. */
async function sealboxHostTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { testHost } = await import('./methods/credentialTest');
	return await testHost(this, credential.data ?? {});
}
