import type { INodeProperties } from 'n8n-workflow';

export const properties: INodeProperties[] = [
	{
		displayName: 'Credential Type',
		name: 'credentialType',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Sealbox OAuth2',
				value: 'sealboxOAuth2Api',
				description: 'What was consented to in n8n’s own window',
			},
			{
				name: 'Sealbox Token',
				value: 'sealboxTokenApi',
				description: 'Every other grant',
			},
		],
		default: 'sealboxTokenApi',
		description: 'What the grant is kept under',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Get Status',
				value: 'status',
				description: 'Tell where the grant stands, without asking the service',
				action: 'Get the status of a grant',
			},
			{
				name: 'Revoke',
				value: 'revoke',
				description: 'End the grant for good: here at once, then at the service',
				action: 'Revoke a grant',
			},
			{
				name: 'Try Again',
				value: 'tryAgain',
				description: 'Ask the service now, where Sealbox would wait',
				action: 'Try again to get a token',
			},
		],
		default: 'status',
	},
	{
		displayName:
			'A person has to consent again afterwards. Every workflow that uses this grant stops working, in this n8n and at once.',
		name: 'revokeNotice',
		type: 'notice',
		default: '',
		displayOptions: { show: { operation: ['revoke'] } },
	},
];
