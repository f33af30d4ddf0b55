import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { revocationUrl, service } from './service';
import { expiryStatus, pemKey, tokenHeader } from './token';

/** Not empty, or n8n would write the credential before its first use; and no word that a run may hold. */
const RENEWED = 'renewed-by-sealbox';

const OAUTH = ['clientCredentials', 'jwtBearer', 'refreshToken', 'tokenExchange'];

/** Fields of some grants; one that says itself when it is shown is left alone. */
const shownFor = (grantType: string[], fields: INodeProperties[]): INodeProperties[] =>
	fields.map((field) => ({ displayOptions: { show: { grantType } }, ...field }));

const grant: INodeProperties[] = [
	{
		displayName: 'Grant Type',
		name: 'grantType',
		type: 'options',
		options: [
			{
				name: 'Client Credentials',
				value: 'clientCredentials',
				description: 'The app speaks for itself; nobody has to agree',
			},
			{
				name: 'JWT Bearer',
				value: 'jwtBearer',
				description: 'A statement signed with a private key, as service accounts use it (RFC 7523)',
			},
			{
				name: 'Login Call',
				value: 'login',
				description: 'A request of the API’s own that answers with a token',
			},
			{
				name: 'Refresh Token',
				value: 'refreshToken',
				description: 'What a person has agreed to already, renewed from now on by Sealbox',
			},
			{
				name: 'Token Exchange',
				value: 'tokenExchange',
				description: 'A token of somebody for one that is good for another service (RFC 8693)',
			},
		],
		default: 'clientCredentials',
		description: 'How the service gives out tokens',
	},
];

const client = shownFor(OAUTH, [
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
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		description: 'The name of your app at the service. Not every service wants one for JWT Bearer.',
	},
	{
		displayName: 'Client Secret',
		name: 'clientSecret',
		type: 'string',
		typeOptions: { password: true },
		default: '',
		description: 'The secret of your app, if it has one',
	},
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		options: [
			{ name: 'Body', value: 'body' },
			{ name: 'Header', value: 'header' },
		],
		default: 'header',
		description: 'Where Client ID and Client Secret go in the token request',
	},
	{
		displayName: 'Refresh Token',
		name: 'refreshToken',
		type: 'string',
		typeOptions: { password: true },
		displayOptions: { show: { grantType: ['refreshToken'] } },
		default: '',
		required: true,
		description:
			'The refresh token of a consent. Sealbox uses it once, and then the ones that follow from it; nothing else may use it.',
	},
	{
		displayName: 'Scope',
		name: 'scope',
		type: 'string',
		default: '',
		placeholder: 'e.g. read write',
		description: 'What the token may be used for, with spaces between several',
	},
	{
		displayName: 'Further Parameters',
		name: 'parameters',
		type: 'json',
		default: '{}',
		description:
			'What else the token request has to hold, for instance {"audience": "https://api.example.com"}',
	},
	{ ...revocationUrl, displayOptions: { show: { grantType: ['refreshToken'] } } },
]);

const exchange = shownFor(
	['tokenExchange'],
	[
		{
			displayName: 'Subject Token',
			name: 'subjectToken',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'The token that is exchanged; an expression may take it from the item',
		},
		{
			displayName: 'Subject Token Type',
			name: 'subjectTokenType',
			type: 'string',
			typeOptions: { password: false },
			default: 'access_token',
			placeholder: 'e.g. jwt',
			description:
				'What the subject token is: access_token, refresh_token, id_token, saml1, saml2, jwt, or a URI of the service’s own',
		},
		{
			displayName: 'Requested Token Type',
			name: 'requestedTokenType',
			type: 'string',
			typeOptions: { password: false },
			default: '',
			placeholder: 'e.g. access_token',
			description: 'What is asked for, in the same words. Empty: the service decides.',
		},
		{
			displayName: 'Audience',
			name: 'targetAudience',
			type: 'string',
			default: '',
			placeholder: 'e.g. billing',
			description: 'The name of the service that the new token is for',
		},
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://billing.example.com',
			description: 'The URL of the service that the new token is for',
		},
	],
);

const statement = shownFor(
	['jwtBearer'],
	[
		{
			displayName: 'Algorithm',
			name: 'algorithm',
			type: 'options',
			options: ['ES256', 'EdDSA', 'PS256', 'RS256'].map((name) => ({ name, value: name })),
			default: 'RS256',
			description: 'How the statement is signed',
		},
		pemKey,
		{
			displayName: 'Key ID',
			name: 'keyId',
			type: 'string',
			default: '',
			description: 'The kid that tells the service which key was used',
		},
		{
			displayName: 'Issuer',
			name: 'issuer',
			type: 'string',
			default: '',
			description: 'The claim iss: who makes the statement, often a service account or an app',
		},
		{
			displayName: 'Subject',
			name: 'subject',
			type: 'string',
			default: '',
			description: 'The claim sub: in whose name the token is asked for',
		},
		{
			displayName: 'Audience',
			name: 'audience',
			type: 'string',
			default: '',
			description: 'The claim aud: whom the statement is for. Empty: the Access Token URL.',
		},
	],
);

const login = shownFor(
	['login'],
	[
		{
			displayName: 'Login URL',
			name: 'loginUrl',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. https://api.example.com/login',
			description: 'Where the login is posted to, as JSON',
		},
		{
			displayName: 'Login Body',
			name: 'loginBody',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. {"user": "me", "password": "…"}',
			description: 'The JSON object that logs in',
		},
		{
			displayName: 'Token Path',
			name: 'tokenPath',
			type: 'string',
			typeOptions: { password: false },
			default: '',
			required: true,
			placeholder: 'e.g. data.token, or header:x-auth-token',
			description: 'Where the answer holds the token',
		},
		{
			displayName: 'Expiry Path',
			name: 'expiryPath',
			type: 'string',
			default: '',
			placeholder: 'e.g. data.expires_in',
			description: 'Where the answer says how long the token lives. Leave it empty if it does not.',
		},
		{
			displayName: 'Expiry Form',
			name: 'expiryForm',
			type: 'options',
			options: [
				{ name: 'Date as Text', value: 'date' },
				{ name: 'Milliseconds From Now', value: 'milliseconds' },
				{ name: 'Seconds From Now', value: 'seconds' },
				{ name: 'Unix Time', value: 'unix' },
				{ name: 'Unix Time in Milliseconds', value: 'unixMilliseconds' },
			],
			default: 'seconds',
			description: 'What stands at Expiry Path',
		},
		{
			displayName: 'Lifetime (Seconds)',
			name: 'lifetimeSeconds',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 0,
			description:
				'How long a token lives where the answer does not say it. 0: until the API refuses it.',
		},
	],
);

const header: INodeProperties[] = [
	...tokenHeader,
	{
		...expiryStatus,
		description: `${expiryStatus.description} Only Sealbox Request looks at it.`,
	},
	{
		displayName: 'Refusal Path',
		name: 'refusalPath',
		type: 'string',
		default: '',
		placeholder: 'e.g. error.code',
		description:
			'Where a JSON answer says that the token has ended, if the API does not say it with status 401. Only Sealbox Request looks there.',
	},
	{
		displayName: 'Refusal Values',
		name: 'refusalValues',
		type: 'string',
		default: '',
		placeholder: 'e.g. session expired, 601',
		description: 'What stands at Refusal Path then, with commas between several values',
	},
	{
		// Makes n8n ask again after a 401. It holds no token: those are in Sealbox's own store.
		displayName: 'Renewal',
		name: 'renewal',
		type: 'hidden',
		typeOptions: { expirable: true },
		default: RENEWED,
	},
];

export class SealboxTokenApi implements ICredentialType {
	name = 'sealboxTokenApi';

	displayName = 'Sealbox Token';

	icon: Icon = { light: 'file:sealboxToken.svg', dark: 'file:sealboxToken.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/token.md';

	properties: INodeProperties[] = [
		...grant,
		...client,
		...exchange,
		...statement,
		...login,
		...header,
		...service,
	];

	/** n8n calls it after a 401, and authenticates once more if there is an answer. */
	async preAuthentication(): Promise<IDataObject> {
		return { renewal: RENEWED };
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/host/authenticate');
		const { hostCircumstances } = await import('../src/host/tokens/hostTokens');
		const circumstances = hostCircumstances('sealboxTokenApi');
		return await authenticate('sealboxTokenApi', credentials, request, circumstances);
	}
}
