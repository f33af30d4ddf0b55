import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	Icon,
	INodeProperties,
} from 'n8n-workflow';
import { service } from './service';
import { pemKey, tokenHeader } from './token';

const ALGORITHMS = [
	['EdDSA', 'Ed25519 private key'],
	['ES256', 'EC private key on P-256'],
	['ES384', 'EC private key on P-384'],
	['ES512', 'EC private key on P-521'],
	['HS256', 'Shared secret of 32 bytes or more'],
	['HS384', 'Shared secret of 48 bytes or more'],
	['HS512', 'Shared secret of 64 bytes or more'],
	['PS256', 'RSA private key'],
	['PS384', 'RSA private key'],
	['PS512', 'RSA private key'],
	['RS256', 'RSA private key'],
	['RS384', 'RSA private key'],
	['RS512', 'RSA private key'],
] as const;

const key: INodeProperties[] = [
	{
		displayName: 'Algorithm',
		name: 'algorithm',
		type: 'options',
		options: ALGORITHMS.map(([name, description]) => ({ name, value: name, description })),
		default: 'HS256',
		description: 'How the token is signed. The service says which one it expects.',
	},
	{
		displayName: 'Key Type',
		name: 'keyType',
		type: 'options',
		options: [
			{ name: 'JWK', value: 'jwk', description: 'A JSON Web Key, private or shared' },
			{ name: 'PEM', value: 'pem', description: 'A private key as text between BEGIN and END' },
			{ name: 'Secret', value: 'secret', description: 'A shared secret, for the HS algorithms' },
		],
		default: 'secret',
		description: 'The form in which you have the key',
	},
	{
		displayName: 'Secret',
		name: 'secret',
		type: 'string',
		typeOptions: { password: true },
		displayOptions: { show: { keyType: ['secret'] } },
		default: '',
		required: true,
		description: 'The secret that you share with the service',
	},
	{
		displayName: 'Secret Encoding',
		name: 'secretEncoding',
		type: 'options',
		displayOptions: { show: { keyType: ['secret'] } },
		options: [
			{ name: 'Base64', value: 'base64', description: 'The secret is bytes, written in base64' },
			{ name: 'Text', value: 'utf8', description: 'The secret is used as it is written' },
		],
		default: 'utf8',
		description: 'How the secret is written',
	},
	{ ...pemKey, displayOptions: { show: { keyType: ['pem'] } } },
	{
		displayName: 'JWK',
		name: 'jwk',
		type: 'string',
		typeOptions: { password: true },
		displayOptions: { show: { keyType: ['jwk'] } },
		default: '',
		required: true,
		placeholder: 'e.g. {"kty": "EC", …}',
		description: 'The whole key as JSON',
	},
	{
		displayName: 'Key ID',
		name: 'keyId',
		type: 'string',
		default: '',
		description: 'The kid that tells the service which key was used. Empty: the one of the JWK.',
	},
];

const claims: INodeProperties[] = [
	{
		displayName: 'Issuer',
		name: 'issuer',
		type: 'string',
		default: '',
		description: 'The claim iss: who makes the token, often an app or account ID',
	},
	{
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		description: 'The claim sub: whom the token is about',
	},
	{
		displayName: 'Audience',
		name: 'audience',
		type: 'string',
		default: '',
		description: 'The claim aud: for whom the token is. Put commas between several.',
	},
	{
		displayName: 'Claims',
		name: 'claims',
		type: 'json',
		default: '{}',
		description: 'Further claims as a JSON object. Expressions may be used in it.',
	},
	{
		displayName: 'Lifetime (Seconds)',
		name: 'lifetimeSeconds',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 86400 },
		default: 300,
		description: 'How long a token is good for. A new one is made for each request.',
	},
];

export class SealboxJwtApi implements ICredentialType {
	name = 'sealboxJwtApi';

	displayName = 'Sealbox JWT';

	icon: Icon = { light: 'file:sealboxJwt.svg', dark: 'file:sealboxJwt.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/jwt.md';

	properties: INodeProperties[] = [...key, ...claims, ...tokenHeader, ...service];

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = await import('../src/host/authenticate');
		return await authenticate('sealboxJwtApi', credentials, request);
	}
}
