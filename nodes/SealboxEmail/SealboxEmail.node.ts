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
import { properties } from './description/properties';

export class SealboxEmail implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Email',
		name: 'sealboxEmail',
		icon: {
			light: 'file:../../credentials/sealboxSmtp.svg',
			dark: 'file:../../credentials/sealboxSmtp.dark.svg',
		},
		group: ['output'],
		version: 1,
		subtitle: '={{ $parameter["operation"] }}',
		description:
			'Sends mail with a credential that never logs in without TLS unasked, signed if you like',
		defaults: { name: 'Sealbox Email' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		usableAsTool: undefined,
		credentials: [{ name: 'sealboxSmtpApi', required: true, testedBy: 'sealboxSmtpTest' }],
		properties,
	};

	methods = { credentialTest: { sealboxSmtpTest } };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getNodeParameter('operation', 0, 'send') === 'testConnection') {
			const { testMail } = await import('../../src/connections/mail');
			return await testEachItem(this, 'sealboxSmtpApi', testMail);
		}
		const { run } = await import('./run');
		return [await run(this)];
	}
}

async function sealboxSmtpTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { testMail } = await import('../../src/connections/mail');
	const { mailSummary } = await import('../../src/connections/summary');
	return await answerTest(credential.data, testMail, mailSummary);
}
