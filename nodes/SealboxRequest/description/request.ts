import type { INodeProperties } from 'n8n-workflow';

/** What is sent: method, address, query, headers. Names and values are those of n8n's HTTP Request. */
export const target: INodeProperties[] = [
	{
		displayName: 'Method',
		name: 'method',
		type: 'options',
		options: [
			...['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
			...['COPY', 'MKCOL', 'MOVE', 'PROPFIND', 'REPORT'],
		].map((method) => ({ name: method, value: method })),
		default: 'GET',
		description: 'The request method to use',
	},
	{
		displayName: 'URL',
		name: 'url',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://api.example.com/v1/items',
		description:
			'The address to call. A credential goes only where its own Base URL or allowed domains let it.',
		required: true,
	},
];

/** Name and value rows, or one JSON field: the form that query and headers share. */
const pairsOrJson = (words: {
	send: string;
	specify: string;
	rows: string;
	json: string;
	what: string;
	one: string;
}): INodeProperties[] => [
	{
		displayName: `Send ${words.what}`,
		name: words.send,
		type: 'boolean',
		default: false,
		noDataExpression: true,
		description: `Whether to send ${words.what.toLowerCase()}`,
	},
	{
		displayName: `Specify ${words.what}`,
		name: words.specify,
		type: 'options',
		options: [
			{ name: 'Using Fields Below', value: 'keypair' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'keypair',
		displayOptions: { show: { [words.send]: [true] } },
	},
	{
		displayName: words.what,
		name: words.rows,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: `Add ${words.one}`,
		default: { parameters: [{ name: '', value: '' }] },
		displayOptions: { show: { [words.send]: [true], [words.specify]: ['keypair'] } },
		options: [
			{
				displayName: words.one,
				name: 'parameters',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	},
	{
		displayName: 'JSON',
		name: words.json,
		type: 'json',
		default: '',
		placeholder: 'e.g. { "name": "value" }',
		displayOptions: { show: { [words.send]: [true], [words.specify]: ['json'] } },
	},
];

export const query = pairsOrJson({
	send: 'sendQuery',
	specify: 'specifyQuery',
	rows: 'queryParameters',
	json: 'jsonQuery',
	what: 'Query Parameters',
	one: 'Query Parameter',
});

export const headers = pairsOrJson({
	send: 'sendHeaders',
	specify: 'specifyHeaders',
	rows: 'headerParameters',
	json: 'jsonHeaders',
	what: 'Headers',
	one: 'Header',
});
