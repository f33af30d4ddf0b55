import type { INodeProperties } from 'n8n-workflow';

export const properties: INodeProperties[] = [
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		noDataExpression: true,
		required: true,
		options: [
			{
				name: 'Access Denied',
				value: 'accessDenied',
				description:
					'A workflow tried to send or show a credential where its limits forbid it; once in ten minutes for each node and credential',
			},
			{
				name: 'Expiring Soon',
				value: 'expiringSoon',
				description: 'A token or a grant ends soon, and Sealbox cannot renew it by itself',
			},
			{
				name: 'Re-Authentication Required',
				value: 'reauthenticationRequired',
				description: 'A grant has ended, and a person has to connect the credential again',
			},
			{
				name: 'Refresh Failing',
				value: 'refreshFailing',
				description: 'Renewing a token begins to fail; once until it works again or gets worse',
			},
			{
				name: 'Refreshed',
				value: 'refreshed',
				description: 'A token was renewed, as it is from time to time',
			},
			{
				name: 'Revoked',
				value: 'revoked',
				description: 'A grant was revoked, and nobody is given its tokens any more',
			},
			{
				name: 'Rotated',
				value: 'rotated',
				description: 'A credential holds another secret than before',
			},
		],
		default: ['expiringSoon', 'reauthenticationRequired', 'refreshFailing'],
		description: 'What starts the workflow',
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Credentials',
				name: 'credentials',
				type: 'string',
				default: '',
				placeholder: 'e.g. Billing API, login.example.com, token',
				description:
					'Only events of these: names or IDs of credentials, services that give out tokens, or kinds such as token. Several with commas between them.',
			},
		],
	},
];
