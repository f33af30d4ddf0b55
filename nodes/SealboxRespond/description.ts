import type { INodeProperties } from 'n8n-workflow';

const shownFor = (...respondWith: string[]) => ({ show: { respondWith } });

const headers: INodeProperties = {
	displayName: 'Headers',
	name: 'headers',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Header',
	default: {},
	options: [
		{
			displayName: 'Entries',
			name: 'entries',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. cache-control',
				},
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
};

export const properties: INodeProperties[] = [
	{
		displayName:
			'Set Respond of the Sealbox Webhook Trigger to Using Sealbox Respond. The caller gets the first answer of a run; parameters are those of the first item.',
		name: 'triggerNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Respond With',
		name: 'respondWith',
		type: 'options',
		noDataExpression: true,
		options: [
			{ name: 'All Items', value: 'allItems', description: 'The JSON of all items, as a list' },
			{ name: 'Binary File', value: 'file', description: 'A file of the first item' },
			{ name: 'First Item', value: 'firstItem', description: 'The JSON of the first item' },
			{ name: 'JSON', value: 'json', description: 'JSON that you write' },
			{ name: 'No Data', value: 'noData', description: 'A status and headers alone' },
			{ name: 'Redirect', value: 'redirect', description: 'Sends the caller to another address' },
			{ name: 'Text', value: 'text', description: 'Text that you write' },
		],
		default: 'firstItem',
	},
	{
		displayName: 'Response Body',
		name: 'responseBody',
		type: 'json',
		typeOptions: { rows: 4 },
		default: '{\n  "ok": true\n}',
		displayOptions: shownFor('json'),
	},
	{
		displayName: 'Response Body',
		name: 'responseBody',
		type: 'string',
		typeOptions: { rows: 4 },
		default: '',
		placeholder: 'e.g. Thank you',
		displayOptions: shownFor('text'),
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryField',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the input field that holds the file',
		displayOptions: shownFor('file'),
	},
	{
		displayName: 'Redirect URL',
		name: 'redirectUrl',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. https://www.example.com/thanks',
		displayOptions: shownFor('redirect'),
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			headers,
			{
				displayName: 'Let Secrets Out',
				name: 'letSecretsOut',
				type: 'boolean',
				default: false,
				description:
					'Whether the caller is to have secrets of this run that the answer holds. Each such answer is put on record.',
			},
			{
				displayName: 'Status',
				name: 'status',
				type: 'number',
				typeOptions: { minValue: 200, maxValue: 599 },
				default: 200,
				description:
					'Without it 200; 204 where nothing is sent, and 302 for a redirect, which has to stay from 300 to 399',
			},
		],
	},
];
