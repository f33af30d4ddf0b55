import type { INodeProperties } from 'n8n-workflow';
import { presets } from '../../src/webhooks/catalogue/presets';
import { optionFields } from './options';

/** Presets that need more than a credential: tokens have an entry of their own, Asana hands out its secret itself. */
const ELSEWHERE = ['jwt-jwks', 'asana'];

const schemes = presets
	.filter(({ id }) => !ELSEWHERE.includes(id))
	.map(({ id, name, note }) => ({ name, value: id, ...(note ? { description: note } : {}) }))
	.sort((a, b) => a.name.localeCompare(b.name));

const shownFor = (...authentication: string[]) => ({ show: { authentication } });

const CUSTOM_SCHEME = `{
	"type": "signature",
	"id": "partner",
	"name": "Partner",
	"algorithm": "hmac-sha256",
	"encoding": "hex",
	"from": { "headers": ["x-signature"] },
	"content": "{timestamp}.{body}",
	"timestamp": { "header": "x-timestamp", "unit": "s" }
}`;

const methods = ['DELETE', 'GET', 'PATCH', 'POST', 'PUT'].map((name) => ({ name, value: name }));

export const properties: INodeProperties[] = [
	{
		displayName: 'Allow Multiple HTTP Methods',
		name: 'multipleMethods',
		type: 'boolean',
		default: false,
		isNodeSetting: true,
		description:
			'Whether requests with several methods are received, each with an output of its own',
	},
	{
		displayName: 'HTTP Method',
		name: 'httpMethod',
		type: 'options',
		noDataExpression: true,
		options: methods,
		default: 'POST',
		displayOptions: { show: { multipleMethods: [false] } },
	},
	{
		displayName: 'HTTP Methods',
		name: 'httpMethod',
		type: 'multiOptions',
		noDataExpression: true,
		options: methods,
		default: ['GET', 'POST'],
		displayOptions: { show: { multipleMethods: [true] } },
	},
	{
		displayName: 'Path',
		name: 'path',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. orders',
		description: 'The end of the address to which requests are sent',
	},
	{
		displayName: 'Authentication',
		name: 'authentication',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'API Key in a Header',
				value: 'header',
				description: 'The secret itself in a header',
			},
			{
				name: 'API Key in the Query',
				value: 'query',
				description: 'The secret itself in the address',
			},
			{ name: 'Basic', value: 'basic', description: 'The secret is user:password' },
			{ name: 'Bearer Token', value: 'bearer', description: 'The secret itself in Authorization' },
			{ name: 'Custom Signature', value: 'custom', description: 'A signature that you describe' },
			{ name: 'JSON Web Token', value: 'jwt', description: 'A signed token in Authorization' },
			{ name: 'None', value: 'none', description: 'Everybody starts the workflow' },
			{
				name: 'Signature of a Provider',
				value: 'provider',
				description: 'One of many services that sign what they send',
			},
		],
		default: 'provider',
	},
	{
		displayName:
			'Anybody who knows or guesses the address can start this workflow, as often as they like',
		name: 'noneNotice',
		type: 'notice',
		default: '',
		displayOptions: shownFor('none'),
	},
	{
		displayName: 'Provider',
		name: 'provider',
		type: 'options',
		noDataExpression: true,
		options: schemes,
		default: 'standard-webhooks',
		displayOptions: shownFor('provider'),
	},
	{
		displayName: 'Topic ARN',
		name: 'topicArn',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. arn:aws:sns:us-east-1:123456789012:orders',
		description: 'Messages of other topics are refused: anybody may have one',
		displayOptions: { show: { authentication: ['provider'], provider: ['aws-sns'] } },
	},
	{
		displayName: 'Webhook ID',
		name: 'providerWebhookId',
		type: 'string',
		default: '',
		required: true,
		description: 'Of this webhook, as PayPal’s dashboard shows it',
		displayOptions: { show: { authentication: ['provider'], provider: ['paypal'] } },
	},
	{
		displayName: 'Scheme',
		name: 'customScheme',
		type: 'json',
		typeOptions: { rows: 12 },
		noDataExpression: true,
		default: CUSTOM_SCHEME,
		description:
			'What is signed, how, and where the signature is. <a href="https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/webhooks.md#a-scheme-of-your-own">All fields</a>.',
		displayOptions: shownFor('custom'),
	},
	{
		displayName: 'Header Name',
		name: 'headerName',
		type: 'string',
		default: 'x-api-key',
		required: true,
		displayOptions: shownFor('header'),
	},
	{
		displayName: 'Parameter Name',
		name: 'queryName',
		type: 'string',
		default: 'key',
		required: true,
		description:
			'Addresses end up in the logs of proxies; prefer a header where the sender can send one',
		displayOptions: shownFor('query'),
	},
	{
		displayName: 'Issuer',
		name: 'issuer',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://login.example.com/',
		description: 'Tokens of other issuers are refused',
		displayOptions: shownFor('jwt'),
	},
	{
		displayName: 'Audience',
		name: 'audience',
		type: 'string',
		default: '',
		required: true,
		description: 'Tokens that are meant for others are refused',
		displayOptions: shownFor('jwt'),
	},
	{
		displayName: 'Algorithms',
		name: 'algorithms',
		type: 'multiOptions',
		noDataExpression: true,
		options: [
			'EdDSA',
			'ES256',
			'ES384',
			'ES512',
			'HS256',
			'HS384',
			'HS512',
			'PS256',
			'PS384',
			'PS512',
			'RS256',
			'RS384',
			'RS512',
		].map((name) => ({ name, value: name })),
		default: ['RS256', 'ES256'],
		required: true,
		description: 'HS algorithms with a shared secret, the others with a public key',
		displayOptions: shownFor('jwt'),
	},
	{
		displayName: 'Key Set URL',
		name: 'keySetUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://login.example.com/.well-known/jwks.json',
		description:
			'Where the issuer publishes its keys. Empty: the keys are those of the credential.',
		displayOptions: shownFor('jwt'),
	},
	{
		displayName: 'Respond',
		name: 'responseMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Immediately', value: 'onReceived', description: 'As soon as the request is let in' },
			{
				name: 'Using Sealbox Respond',
				value: 'responseNode',
				description: 'With what a Sealbox Respond node says',
			},
			{
				name: 'When Last Node Finishes',
				value: 'lastNode',
				description: 'With what the last node put out',
			},
		],
		default: 'onReceived',
		description: 'When and with what the sender is answered',
	},
	{
		displayName: 'Response Data',
		name: 'responseData',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'All Entries', value: 'allEntries', description: 'All items, as a list' },
			{ name: 'First Entry JSON', value: 'firstEntryJson', description: 'The first item' },
			{ name: 'No Response Body', value: 'noData', description: 'Nothing' },
		],
		default: 'firstEntryJson',
		displayOptions: { show: { responseMode: ['lastNode'] } },
	},
	optionFields,
];
