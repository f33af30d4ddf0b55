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
				'Whom the test of this credential asks whose keys these are. Leave it empty for AWS in your region.',
		},
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/kinds');
		return await authenticate('sealboxAwsApi', credentials, request);
	}
}
