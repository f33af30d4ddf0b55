import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { pagination } from './pagination';

/** One group of settings under Options. */
const group = (
	displayName: string,
	name: string,
	inner: string,
	values: INodeProperties[],
): INodeProperties => ({
	displayName,
	name,
	type: 'fixedCollection',
	placeholder: `Add ${displayName}`,
	default: { [inner]: {} },
	options: [{ displayName, name: inner, values } as INodePropertyCollection],
});

const batching = group('Batching', 'batching', 'batch', [
	{
		displayName: 'Batch Interval (Ms)',
		name: 'batchInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1000,
		description: 'Pause between two batches, in milliseconds. 0 for none.',
	},
	{
		displayName: 'Concurrency Limit',
		name: 'concurrency',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'How many requests may be under way at the same time',
	},
	{
		displayName: 'Items per Batch',
		name: 'batchSize',
		type: 'number',
		typeOptions: { minValue: -1 },
		default: 50,
		description: 'How many requests to start before the pause. -1 for all.',
	},
]);

const presign = group('Presigned URL', 'presign', 'presign', [
	{
		displayName:
			'Nothing is sent. The item holds a URL that lets whoever has it make this request until it expires: treat it like a password.',
		name: 'presignNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Expires In (Seconds)',
		name: 'expires',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 604800 },
		default: 900,
		description:
			'How long the URL is good for. With a role it ends with the keys of the role at the latest.',
	},
	{
		displayName: 'Reveal URL',
		name: 'reveal',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether to put the URL into the item in clear. Every later node can read it, and n8n may store it with the execution.',
	},
]);

const redirects = group('Redirects', 'redirect', 'redirect', [
	{
		displayName: 'Follow Redirects',
		name: 'followRedirects',
		type: 'boolean',
		default: true,
		noDataExpression: true,
		description:
			'Whether to go where the service sends the request. The credential comes along only to hosts that it allows itself.',
	},
	{
		displayName: 'Max Redirects',
		name: 'maxRedirects',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 21,
		description: 'How many redirects to follow in a row',
		displayOptions: { show: { followRedirects: [true] } },
	},
]);

const response = group('Response', 'response', 'response', [
	{
		displayName: 'Include Response Headers and Status',
		name: 'fullResponse',
		type: 'boolean',
		default: false,
		description: 'Whether to return headers and status code beside the body',
	},
	{
		displayName: 'Never Error',
		name: 'neverError',
		type: 'boolean',
		default: false,
		description: 'Whether to go on when the service answers with a status other than 2xx',
	},
	{
		displayName: 'Response Format',
		name: 'responseFormat',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'Autodetect', value: 'autodetect' },
			{ name: 'File', value: 'file' },
			{ name: 'JSON', value: 'json' },
			{ name: 'Text', value: 'text' },
		],
		default: 'autodetect',
		description: 'How to read the body of the response',
	},
	{
		displayName: 'Put Output in Field',
		name: 'outputPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		description: 'Name of the field that the text or the file goes into',
		displayOptions: { show: { responseFormat: ['file', 'text'] } },
	},
]);

const retries = group('Retries', 'retry', 'retry', [
	{
		displayName: 'Longest Pause (Ms)',
		name: 'cap',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 30000,
		description:
			'The longest pause before another try. A service that asks for more with Retry-After is not tried again.',
	},
	{
		displayName: 'Max Retries',
		name: 'retries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 20 },
		default: 2,
		description:
			'How often to try again after a broken connection or status 429, 502, 503 or 504. POST and PATCH are tried again only when the service cannot have acted. 0 switches retries off.',
	},
	{
		displayName: 'Shortest Pause (Ms)',
		name: 'base',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1000,
		description:
			'Upper bound of the first pause; it doubles with each try. The pause itself is random.',
	},
]);

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Array Format in Query Parameters',
			name: 'queryParameterArrays',
			type: 'options',
			options: [
				{ name: 'Brackets Only', value: 'brackets', description: 'Written as foo[]=bar&foo[]=qux' },
				{
					name: 'Brackets with Indices',
					value: 'indices',
					description: 'Written as foo[0]=bar&foo[1]=qux',
				},
				{ name: 'No Brackets', value: 'repeat', description: 'Written as foo=bar&foo=qux' },
			],
			default: 'brackets',
			displayOptions: { show: { '/sendQuery': [true] } },
		},
		batching,
		{
			displayName: 'Ignore SSL Issues (Insecure)',
			name: 'allowUnauthorizedCerts',
			type: 'boolean',
			noDataExpression: true,
			default: false,
			description: 'Whether to connect even if SSL certificate validation is not possible',
		},
		{
			displayName: 'Lowercase Headers',
			name: 'lowercaseHeaders',
			type: 'boolean',
			default: true,
			description: 'Whether to lowercase header names',
		},
		pagination,
		presign,
		{
			displayName: 'Proxy',
			name: 'proxy',
			type: 'string',
			default: '',
			placeholder: 'e.g. http://proxy.example.com:3128',
			description:
				'HTTP proxy to use. With a credential, only for https addresses, whose content a proxy cannot read.',
		},
		redirects,
		response,
		retries,
		{
			displayName: 'Timeout',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 10000,
			description:
				'How long to wait for an answer, in milliseconds. Without this option it is five minutes.',
		},
	],
};
