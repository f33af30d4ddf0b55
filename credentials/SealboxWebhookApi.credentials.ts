import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

const secretField: INodeProperties = {
	displayName: 'Secret',
	name: 'secret',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	required: true,
};
const keyNameField: INodeProperties = {
	displayName: 'Key Name',
	name: 'keyName',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2026-07',
	description:
		'Shown with each request that this secret let in. Where the sender names its key, this is that name.',
};

export class SealboxWebhookApi implements ICredentialType {
	name = 'sealboxWebhookApi';

	displayName = 'Sealbox Webhook';

	icon: Icon = { light: 'file:sealboxWebhook.svg', dark: 'file:sealboxWebhook.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/webhook.md';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			...secretField,
			hint: 'The signing secret that the sender shows, its public key, an API key, a bearer token, or user:password',
		},
		keyNameField,
		{
			displayName: 'Earlier Secrets',
			name: 'earlierKeys',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Secret',
			default: {},
			description:
				'Secrets that are accepted besides. To rotate, move the present one here, enter the new one above, and remove this one when the sender uses the new one.',
			options: [
				{
					displayName: 'Secrets',
					name: 'keys',
					values: [
						secretField,
						keyNameField,
						{
							displayName: 'Accepted Until',
							name: 'acceptedUntil',
							type: 'dateTime',
							default: '',
							description:
								'From then on requests with this secret are refused. Empty: until you remove it.',
						},
					],
				},
			],
		},
		{
			displayName: 'Verify Token',
			name: 'verifyToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'What Meta repeats when it makes sure of the address. Other senders have none.',
		},
	];
}
