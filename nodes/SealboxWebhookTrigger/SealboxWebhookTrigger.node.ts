import {
	NodeOperationError,
	type ICredentialsDecrypted,
	type ICredentialTestFunctions,
	type IHookFunctions,
	type INodeCredentialTestResult,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';
import { properties } from './description';
import { webhook } from './webhook';

/** A key set and a certificate are fetched. n8n takes conditions here as in fields; its type says values alone. */
const NEEDS_NO_SECRET = {
	authentication: ['none'],
	keySetUrl: [{ _cnd: { exists: true } } as unknown as string],
	provider: ['aws-sns', 'paypal'],
};

export class SealboxWebhookTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Webhook Trigger',
		name: 'sealboxWebhookTrigger',
		icon: {
			light: 'file:../../credentials/sealboxWebhook.svg',
			dark: 'file:../../credentials/sealboxWebhook.dark.svg',
		},
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["httpMethod"] + ": " + $parameter["path"] }}',
		description:
			'Starts the workflow for requests that are proved to be the sender’s, each of them once',
		eventTriggerDescription: 'Waiting for you to call the test URL',
		activationMessage: 'You can now send requests to the production URL.',
		defaults: { name: 'Sealbox Webhook Trigger' },
		inputs: [],
		outputs:
			'={{ [$parameter["httpMethod"]].flat().map((method) => ({ type: "main", displayName: method })) }}',
		credentials: [
			{
				name: 'sealboxWebhookApi',
				required: true,
				testedBy: 'sealboxWebhookTest',
				displayOptions: { hide: NEEDS_NO_SECRET },
			},
		],
		webhooks: [webhook],
		properties,
	};

	methods = { credentialTest: { sealboxWebhookTest } };

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				const { activationProblem } = await import('./activation');
				const problem = await activationProblem(this);
				if (problem !== null) throw new NodeOperationError(this.getNode(), problem);
				return true;
			},
			/** Nothing is registered elsewhere: the sender is told the address by a person. */
			async create(this: IHookFunctions): Promise<boolean> {
				return await Promise.resolve(true);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await Promise.resolve(true);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { receive } = await import('./receive');
		return await receive(this);
	}
}

/** The host shows the message; it asks that a test never throws. */
async function sealboxWebhookTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const { validateCredential } = await import('../../src/kinds');
	const validation = validateCredential('webhook', credential.data ?? {});
	if (validation.valid) {
		return {
			status: 'OK',
			message: 'The secrets are there. The sender’s first request shows whether they are right.',
		};
	}
	return { status: 'Error', message: validation.errors.map(({ message }) => message).join(' ') };
}
