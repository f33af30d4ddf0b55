import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

export class SealboxHostApi implements ICredentialType {
	name = 'sealboxHostApi';

	displayName = 'Sealbox Host';

	icon: Icon = { light: 'file:sealboxHost.svg', dark: 'file:sealboxHost.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/host.md';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://n8n.example.com',
			description:
				'The address at which you open n8n, with its path if it has one. The key is sent to this address and to no other.',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description:
				'From Settings, n8n API. Give it the scopes that the workflow needs, and no others.',
		},
	];
}
