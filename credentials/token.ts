import type { INodeProperties } from 'n8n-workflow';

/** The fields that credentials with tokens have in common. */

/** What signs a token. */
export const pemKey: INodeProperties = {
	displayName: 'Private Key',
	name: 'privateKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	required: true,
	placeholder: 'e.g. -----BEGIN PRIVATE KEY-----',
	description: 'The whole PEM text. Line breaks may get lost; they are put back.',
};

/** Where a token goes in a request. */
export const tokenHeader: INodeProperties[] = [
	{
		displayName: 'Header Name',
		name: 'headerName',
		type: 'string',
		default: 'Authorization',
		description: 'The header that carries the token',
	},
	{
		displayName: 'Prefix',
		name: 'prefix',
		type: 'string',
		default: 'Bearer',
		description: 'The word before the token. Leave it empty for none.',
	},
];

/** n8n's OAuth2 has such a field, which no other type inherits. */
export const expiryStatus: INodeProperties = {
	displayName: 'Token Expired Status Code',
	name: 'tokenExpiredStatusCode',
	type: 'number',
	default: 401,
	description:
		'The status by which the API says that a token has ended. One other than 401 renews only a token that may have ended: not one that is good for a while by what its service said.',
};
