import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

export class SealboxAwsApi implements ICredentialType {
	name = 'sealboxAwsApi';

	displayName = 'Sealbox AWS';

	icon: Icon = { light: 'file:sealboxAws.svg', dark: 'file:sealboxAws.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/aws.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Region',
			name: 'region',
			type: 'string',
			default: 'us-east-1',
			required: true,
			placeholder: 'e.g. eu-central-1',
			description: 'The region to sign for where the host name of a request does not say it',
		},
		{
			displayName: 'Access Key ID',
			name: 'accessKeyId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. AKIA…',
			description: 'The public half of the key',
		},
		{
			displayName: 'Secret Access Key',
			name: 'secretAccessKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The secret half of the key. It signs requests and is never sent.',
		},
		{
			displayName: 'Session Token',
			name: 'sessionToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'For temporary keys only, whose ID starts with ASIA',
		},
		{
			displayName: 'Service',
			name: 'service',
			type: 'string',
			default: '',
			placeholder: 'e.g. s3',
			description:
				'The name that the service signs with. Leave it empty for hosts of AWS, which say it themselves.',
		},
		{
			displayName: 'Custom Endpoint',
			name: 'endpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://minio.example.com:9000',
			description: 'A server besides those of AWS that requests may be signed for and sent to',
		},
		{
			displayName: 'STS Endpoint',
			name: 'stsEndpoint',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://sts.eu-central-1.amazonaws.com',
			description:
				'Whom the test of this credential asks whose keys these are, and who hands out the keys of a role. Leave it empty for AWS in your region.',
		},
		{
			displayName: 'Assume Role',
			name: 'assumeRole',
			type: 'boolean',
			default: false,
			description:
				'Whether to use these keys for nothing but getting temporary ones of a role, and to sign with those',
		},
		{
			displayName: 'Role ARN',
			name: 'roleArn',
			type: 'string',
			displayOptions: { show: { assumeRole: [true] } },
			default: '',
			required: true,
			placeholder: 'e.g. arn:aws:iam::123456789012:role/reader',
			description: 'The role to assume',
		},
		{
			displayName: 'External ID',
			name: 'externalId',
			type: 'string',
			displayOptions: { show: { assumeRole: [true] } },
			default: '',
			placeholder: 'e.g. customer-4711',
			description:
				'What the trust policy of the role asks for, when it belongs to somebody else. AWS does not count it as a secret.',
		},
		{
			displayName: 'Session Name',
			name: 'roleSessionName',
			type: 'string',
			displayOptions: { show: { assumeRole: [true] } },
			default: 'sealbox',
			description: 'The name that stands in the logs of AWS for what is done with the role',
		},
		{
			displayName: 'Session Duration (Seconds)',
			name: 'roleDuration',
			type: 'number',
			typeOptions: { minValue: 900, maxValue: 43200 },
			displayOptions: { show: { assumeRole: [true] } },
			default: 3600,
			description:
				'How long the temporary keys last. They are renewed before they end; the role sets its own limit.',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/host/authenticate');
		return await authenticate('sealboxAwsApi', credentials, request);
	}
}
