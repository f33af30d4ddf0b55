import type { INodeCredentialDescription, INodeProperties } from 'n8n-workflow';
import { GENERIC_TYPES, PREDEFINED_TYPES } from '../credentialTypes';

/** Sealbox's own types for HTTP, in the order in which people look for them. */
export const SEALBOX_TYPES = [
	{
		name: 'sealboxApiKeyApi',
		displayName: 'Sealbox API Key',
		testedBy: 'sealboxApiKeyTest',
	},
	{ name: 'sealboxAwsApi', displayName: 'Sealbox AWS', testedBy: 'sealboxAwsTest' },
	{
		name: 'sealboxBasicAuthApi',
		displayName: 'Sealbox Basic Auth',
		testedBy: 'sealboxBasicAuthTest',
	},
	{ name: 'sealboxBearerApi', displayName: 'Sealbox Bearer', testedBy: 'sealboxBearerTest' },
	{ name: 'sealboxJwtApi', displayName: 'Sealbox JWT', testedBy: 'sealboxJwtTest' },
	{ name: 'sealboxOAuth2Api', displayName: 'Sealbox OAuth2' },
	{ name: 'sealboxTokenApi', displayName: 'Sealbox Token', testedBy: 'sealboxTokenTest' },
] as const;

const optionOf = ({ name, displayName }: { name: string; displayName: string }) => ({
	name: displayName,
	value: name,
});

/**
 * The choice that stands before any choice. It is also what keeps the editor from taking the field
 * for one that it may hide: it does so with a field whose every option stands for a credential.
 */
const UNDECIDED = { name: 'Choose a Type', value: '' };

export const authentication: INodeProperties[] = [
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'None', value: 'none' },
			{
				name: 'Sealbox Credential',
				value: 'sealboxCredential',
				description:
					'Bound to its service, checked when you fill it in, hidden in all that comes back',
			},
			{
				name: 'Predefined Credential Type',
				value: 'predefinedCredentialType',
				description: 'A credential that n8n has for one service',
			},
			{
				name: 'Generic Credential Type',
				value: 'genericCredentialType',
				description: 'A credential of n8n for any service: basic, header, OAuth2 and so on',
			},
		],
		default: 'none',
	},
	{
		displayName: 'Sealbox Credential Type',
		name: 'sealboxCredentialType',
		type: 'options',
		noDataExpression: true,
		required: true,
		options: [UNDECIDED, ...SEALBOX_TYPES.map(optionOf)],
		default: '',
		displayOptions: { show: { authentication: ['sealboxCredential'] } },
	},
	{
		displayName: 'Credential Type',
		name: 'nodeCredentialType',
		type: 'options',
		noDataExpression: true,
		required: true,
		options: [UNDECIDED, ...PREDEFINED_TYPES.map(optionOf)],
		default: '',
		displayOptions: { show: { authentication: ['predefinedCredentialType'] } },
	},
	{
		displayName: 'Generic Auth Type',
		name: 'genericAuthType',
		type: 'credentialsSelect',
		noDataExpression: true,
		required: true,
		credentialTypes: ['has:genericAuth'],
		default: '',
		displayOptions: { show: { authentication: ['genericCredentialType'] } },
	},
	{
		// The editor puts the picker for the credential before the last field that the credential
		// depends on; without this one that would be before the choice of its type.
		displayName:
			'The credential goes only where its Base URL or allowed domains let it, and is taken out of all that comes back',
		name: 'credentialNotice',
		type: 'notice',
		default: '',
		displayOptions: { hide: { authentication: ['none'] } },
	},
	{
		displayName: 'SSL Certificates',
		name: 'provideSslCertificates',
		type: 'boolean',
		default: false,
		isNodeSetting: true,
	},
];

const shownFor = (
	{ name, testedBy }: { name: string; testedBy?: string },
	authenticationValue: string,
	parameter: string,
): INodeCredentialDescription => ({
	name,
	required: true,
	...(testedBy !== undefined && { testedBy }),
	displayOptions: {
		show: { authentication: [authenticationValue], [parameter]: [name], credentialNotice: [''] },
	},
});

/**
 * Every type that may be chosen. n8n lets a node open only the types it lists; HTTP Request alone
 * may open any. Types of further community packages cannot be listed, since nobody knows them here.
 */
export const credentials: INodeCredentialDescription[] = [
	...SEALBOX_TYPES.map((type) => shownFor(type, 'sealboxCredential', 'sealboxCredentialType')),
	...GENERIC_TYPES.map((type) => shownFor(type, 'genericCredentialType', 'genericAuthType')),
	...PREDEFINED_TYPES.map((type) =>
		shownFor(type, 'predefinedCredentialType', 'nodeCredentialType'),
	),
	{
		name: 'httpSslAuth',
		required: true,
		displayOptions: { show: { provideSslCertificates: [true] } },
	},
];
