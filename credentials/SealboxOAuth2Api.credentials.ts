import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { revocationUrl } from './service';
import { expiryStatus } from './token';

/** What differs from the host's own OAuth2 form; the other fields and the consent are the host's. */
export class SealboxOAuth2Api implements ICredentialType {
	name = 'sealboxOAuth2Api';

	extends = ['oAuth2Api'];

	displayName = 'Sealbox OAuth2';

	icon: Icon = { light: 'file:sealboxOAuth2.svg', dark: 'file:sealboxOAuth2.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/oauth2.md';

	properties: INodeProperties[] = [
		{
			displayName: 'Grant Type',
			name: 'grantType',
			type: 'options',
			options: [
				{
					name: 'Authorization Code',
					value: 'authorizationCode',
					description: 'A person agrees in the browser. For services that refuse PKCE.',
				},
				{
					name: 'Authorization Code with PKCE',
					value: 'pkce',
					description: 'A person agrees in the browser, and a stolen code is of no use',
				},
				{
					name: 'Client Credentials',
					value: 'clientCredentials',
					description: 'The app speaks for itself; nobody has to agree',
				},
			],
			default: 'pkce',
			description: 'How the service gives out tokens',
		},
		{
			displayName: 'Authorization URL',
			name: 'authUrl',
			type: 'string',
			displayOptions: { show: { grantType: ['authorizationCode', 'pkce'] } },
			default: '',
			required: true,
			placeholder: 'e.g. https://login.example.com/oauth2/authorize',
			description: 'Where a person agrees',
		},
		{
			displayName: 'Access Token URL',
			name: 'accessTokenUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://login.example.com/oauth2/token',
			description: 'Where tokens are fetched and renewed',
		},
		{
			displayName: 'Client Secret',
			name: 'clientSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'The secret of your app. With PKCE some services do without one.',
		},
		{
			displayName: 'Scope',
			name: 'scope',
			type: 'string',
			default: '',
			placeholder: 'e.g. read offline_access',
			description: 'What the token may be used for, with spaces between several',
		},
		revocationUrl,
		expiryStatus,
	];

	/** n8n asks before each request what to sign it with. */
	async preAuthentication(credentials: ICredentialDataDecryptedObject): Promise<IDataObject> {
		const { hostTokens } = await import('../src/host/tokens/hostTokens');
		return (await (await hostTokens()).fieldsFor(credentials)) as IDataObject;
	}
}
