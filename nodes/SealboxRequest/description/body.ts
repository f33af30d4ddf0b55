import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

const show = (contentType: string, specifyBody?: string) => ({
	show: {
		sendBody: [true],
		contentType: [contentType],
		...(specifyBody !== undefined && { specifyBody: [specifyBody] }),
	},
});

const nameAndValue: INodeProperties[] = [
	{ displayName: 'Name', name: 'name', type: 'string', default: '' },
	{ displayName: 'Value', name: 'value', type: 'string', default: '' },
];

const rows = (
	displayName: string,
	displayOptions: INodeProperties['displayOptions'],
	values: INodeProperties[],
): INodeProperties => ({
	displayName,
	name: 'bodyParameters',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Field',
	default: { parameters: [{ name: '', value: '' }] },
	...(displayOptions && { displayOptions }),
	options: [{ displayName: 'Field', name: 'parameters', values }],
});

const specify = (contentType: string, other: INodePropertyOptions): INodeProperties => ({
	displayName: 'Specify Body',
	name: 'specifyBody',
	type: 'options',
	options: [{ name: 'Using Fields Below', value: 'keypair' }, other],
	default: 'keypair',
	displayOptions: show(contentType),
});

const inputField: INodeProperties = {
	displayName: 'Input Data Field Name',
	name: 'inputDataFieldName',
	type: 'string',
	default: '',
	placeholder: 'e.g. data',
	description: 'The name of the incoming field that holds the file',
};

export const body: INodeProperties[] = [
	{
		displayName: 'Send Body',
		name: 'sendBody',
		type: 'boolean',
		default: false,
		noDataExpression: true,
		description: 'Whether to send a body',
	},
	{
		displayName: 'Body Content Type',
		name: 'contentType',
		type: 'options',
		options: [
			{ name: 'Form URL Encoded', value: 'form-urlencoded' },
			{ name: 'Form-Data', value: 'multipart-form-data' },
			{ name: 'JSON', value: 'json' },
			{ name: 'N8n Binary File', value: 'binaryData' },
			{ name: 'Raw', value: 'raw' },
		],
		default: 'json',
		displayOptions: { show: { sendBody: [true] } },
	},
	specify('json', { name: 'Using JSON', value: 'json' }),
	rows('Body Parameters', show('json', 'keypair'), nameAndValue),
	{
		displayName: 'JSON',
		name: 'jsonBody',
		type: 'json',
		default: '',
		placeholder: 'e.g. { "name": "value" }',
		displayOptions: show('json', 'json'),
	},
	rows('Body', show('multipart-form-data'), [
		{
			displayName: 'Type',
			name: 'parameterType',
			type: 'options',
			options: [
				{ name: 'N8n Binary File', value: 'formBinaryData' },
				{ name: 'Form Data', value: 'formData' },
			],
			default: 'formData',
		},
		{ displayName: 'Name', name: 'name', type: 'string', default: '' },
		{
			displayName: 'Value',
			name: 'value',
			type: 'string',
			default: '',
			displayOptions: { show: { parameterType: ['formData'] } },
		},
		{ ...inputField, displayOptions: { show: { parameterType: ['formBinaryData'] } } },
	]),
	specify('form-urlencoded', { name: 'Using Single Field', value: 'string' }),
	rows('Body Fields', show('form-urlencoded', 'keypair'), nameAndValue),
	{
		displayName: 'Body',
		name: 'body',
		type: 'string',
		default: '',
		placeholder: 'e.g. field1=value1&field2=value2',
		displayOptions: show('form-urlencoded', 'string'),
	},
	{ ...inputField, displayOptions: show('binaryData') },
	{
		displayName: 'Content Type',
		name: 'rawContentType',
		type: 'string',
		default: '',
		placeholder: 'e.g. text/html',
		displayOptions: show('raw'),
	},
	{
		displayName: 'Body',
		name: 'body',
		type: 'string',
		default: '',
		displayOptions: show('raw'),
	},
];
