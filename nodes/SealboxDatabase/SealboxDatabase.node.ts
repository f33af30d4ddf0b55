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
import { answerTest, testEachItem } from '../testConnection';
import { databaseTester } from './databaseTester';
import { properties } from './description/properties';
import { columnsToMap, listColumns, searchSchemas, searchTables } from './methods/editor';

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
		subtitle: '={{ $parameter["operation"] }}',
		description:
			'Reads and writes PostgreSQL, MySQL and MariaDB, with values that can never become SQL',
		defaults: { name: 'Sealbox Database' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: undefined,
		credentials: [{ name: 'sealboxDatabaseApi', required: true, testedBy: 'sealboxDatabaseTest' }],
		properties,
	};

	methods = {
		credentialTest: { sealboxDatabaseTest },
		listSearch: { searchSchemas, searchTables },
		loadOptions: { listColumns },
		resourceMapping: { columnsToMap },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getNodeParameter('operation', 0, 'insert') === 'testConnection') {
			const { test } = await databaseTester(this.helpers);
			return await testEachItem(this, 'sealboxDatabaseApi', test);
		}
		const { run } = await import('./run');
		return [await run(this)];
	}
}

async function sealboxDatabaseTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { test, summary } = await databaseTester(this.helpers);
	return await answerTest(credential.data, test, summary);
}
