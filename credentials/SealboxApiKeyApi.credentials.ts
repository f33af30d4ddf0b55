import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { service } from './service';

const key: INodeProperties[] = [
	{
		displayName: 'Key',
		name: 'key',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		required: true,
		description: 'The key that the service gave you',
	},
	{
		displayName: 'Location',
		name: 'location',
		type: 'options',
		options: [
			{ name: 'Body', value: 'body', description: 'A field of the JSON or form body' },
			{ name: 'Cookie', value: 'cookie', description: 'A cookie, beside those that are set' },
			{ name: 'Header', value: 'header', description: 'A header of its own' },
			{ name: 'Query', value: 'query', description: 'A parameter of the URL' },
		],
		default: 'header',
		description: 'Where the service looks for the key',
	},
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: 'X-API-Key',
		required: true,
		description: 'What the service calls the header, parameter, field or cookie',
	},
	{
		displayName: 'Prefix',
		name: 'prefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. Token',
		description: 'A word that the service expects before the key. A space is put between the two.',
	},
];

export class SealboxApiKeyApi implements ICredentialType {
	name = 'sealboxApiKeyApi';

	displayName = 'Sealbox API Key';

	icon: Icon = { light: 'file:sealboxApiKey.svg', dark: 'file:sealboxApiKey.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/api-key.md';

	properties: INodeProperties[] = [
		...key,
		{
			displayName: 'More Keys',
			name: 'moreKeys',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Key',
			default: {},
			description:
				'Further keys that are sent with the first. If you remove one, fill in those below it again.',
			options: [{ displayName: 'Keys', name: 'keys', values: key }],
		},
		...service,
	];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/host/authenticate');
		return await authenticate('sealboxApiKeyApi', credentials, request);
	}
}
