import type { INodeProperties } from 'n8n-workflow';

const show = (...modes: string[]) => ({ show: { paginationMode: modes } });
const unlessOff = { hide: { paginationMode: ['off'] } };

/** Modes of n8n's HTTP Request, whose expressions read $response, and three that need none. */
const modes: INodeProperties[] = [
	{
		displayName: 'Pagination Mode',
		name: 'paginationMode',
		type: 'options',
		typeOptions: { noDataExpression: true },
		options: [
			{ name: 'Off', value: 'off' },
			{
				name: 'Page Number in a Query Parameter',
				value: 'pageNumber',
				description: 'Counts up until a page is empty',
			},
			{
				name: 'Response Contains Next URL',
				value: 'responseContainsNextURL',
				description: 'An expression finds it, e.g. {{ $response.body.next }}',
			},
			{
				name: 'Response Contains Next URL in a JSON Field',
				value: 'nextLinkField',
				description: 'The name of the field is all it takes, e.g. paging.next',
			},
			{
				name: 'Response Has a Link Header',
				value: 'linkHeader',
				description: 'Follows rel="next" until there is none',
			},
			{
				name: 'Update a Parameter in Each Request',
				value: 'updateAParameterInEachRequest',
				description: 'Expressions with $response and $pageCount set it',
			},
		],
		default: 'linkHeader',
		description: 'How to get from one page to the next',
	},
	{
		displayName: 'Next URL',
		name: 'nextURL',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $response.body.next }}',
		description: 'Should evaluate to the URL of the next page',
		displayOptions: show('responseContainsNextURL'),
	},
	{
		displayName: 'JSON Field',
		name: 'nextLinkPath',
		type: 'string',
		default: 'next',
		placeholder: 'e.g. paging.next',
		description: 'Path of the field that holds the URL of the next page',
		displayOptions: show('nextLinkField'),
	},
	{
		displayName: 'Query Parameter',
		name: 'pageParameter',
		type: 'string',
		default: 'page',
		description: 'Name of the parameter that holds the number of the page',
		displayOptions: show('pageNumber'),
	},
	{
		displayName: 'First Page',
		name: 'firstPage',
		type: 'number',
		default: 1,
		description: 'The number to begin with',
		displayOptions: show('pageNumber'),
	},
	{
		displayName: 'Step',
		name: 'pageStep',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 1,
		description: 'How much to add for each page. For an offset, the number of entries on a page.',
		displayOptions: show('pageNumber'),
	},
	{
		displayName: 'Parameters',
		name: 'parameters',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Parameter',
		default: { parameters: [{ type: 'qs', name: '', value: '' }] },
		displayOptions: show('updateAParameterInEachRequest'),
		options: [
			{
				displayName: 'Parameter',
				name: 'parameters',
				values: [
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						options: [
							{ name: 'Body', value: 'body' },
							{ name: 'Header', value: 'headers' },
							{ name: 'Query', value: 'qs' },
						],
						default: 'qs',
					},
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. page',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						hint: 'Use expression mode and $response to access response data',
					},
				],
			},
		],
	},
];

const end: INodeProperties[] = [
	{
		displayName: 'Pagination Complete When',
		name: 'paginationCompleteWhen',
		type: 'options',
		typeOptions: { noDataExpression: true },
		options: [
			{ name: 'Response Is Empty', value: 'responseIsEmpty' },
			{ name: 'Receive Specific Status Code(s)', value: 'receiveSpecificStatusCodes' },
			{ name: 'Other', value: 'other' },
		],
		default: 'responseIsEmpty',
		description: 'When there is no further page to ask for',
		displayOptions: show('pageNumber', 'responseContainsNextURL', 'updateAParameterInEachRequest'),
	},
	{
		displayName: 'Status Code(s) When Complete',
		name: 'statusCodesWhenComplete',
		type: 'string',
		typeOptions: { noDataExpression: true },
		default: '',
		placeholder: 'e.g. 404, 416',
		displayOptions: { show: { paginationCompleteWhen: ['receiveSpecificStatusCodes'] } },
	},
	{
		displayName: 'Complete Expression',
		name: 'completeExpression',
		type: 'string',
		default: '',
		placeholder: 'e.g. {{ $response.body.last }}',
		description: 'Should evaluate to true when there is no further page',
		displayOptions: { show: { paginationCompleteWhen: ['other'] } },
	},
	{
		displayName: 'Limit Pages Fetched',
		name: 'limitPagesFetched',
		type: 'boolean',
		default: false,
		noDataExpression: true,
		description: 'Whether to stop after a number of pages',
		displayOptions: unlessOff,
	},
	{
		displayName: 'Max Pages',
		name: 'maxRequests',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 100,
		description: 'How many pages to ask for at most',
		displayOptions: { show: { limitPagesFetched: [true] } },
	},
	{
		displayName: 'Interval Between Requests (Ms)',
		name: 'requestInterval',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 0,
		description: 'Pause between two pages, in milliseconds',
		displayOptions: unlessOff,
	},
];

export const pagination: INodeProperties = {
	displayName: 'Pagination',
	name: 'pagination',
	type: 'fixedCollection',
	placeholder: 'Add Pagination',
	default: { pagination: {} },
	options: [{ displayName: 'Pagination', name: 'pagination', values: [...modes, ...end] }],
};
