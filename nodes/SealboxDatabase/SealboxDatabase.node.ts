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
import { answerTest, testConnectionOperation, testEachItem } from '../testConnection';
import { databaseTester } from './databaseTester';

export class SealboxDatabase implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Database',
		name: 'sealboxDatabase',
		icon: {
			light: 'file:../../credentials/sealboxDatabase.svg',
			dark: 'file:../../credentials/sealboxDatabase.dark.svg',
		},
		group: ['input'],
		version: 1,
		subtitle: '={{ $parameter["operation"] === "testConnection" ? "Test Connection" : "" }}',
		description:
			'Connect to PostgreSQL, MySQL or MariaDB with a credential that verifies the server',
		defaults: { name: 'Sealbox Database' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: undefined,
		credentials: [{ name: 'sealboxDatabaseApi', required: true, testedBy: 'sealboxDatabaseTest' }],
		properties: [testConnectionOperation],
	};

	methods = { credentialTest: { sealboxDatabaseTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { test } = await databaseTester(this.helpers);
		return await testEachItem(this, 'sealboxDatabaseApi', test);
	}
}

async function sealboxDatabaseTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { test, summary } = await databaseTester(this.helpers);
	return await answerTest(credential.data, test, summary);
}
