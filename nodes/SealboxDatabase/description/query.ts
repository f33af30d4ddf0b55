import type { INodeProperties } from 'n8n-workflow';
import { whenOperation } from './operations';

const EXECUTE = ['executeQuery'];

/** Shown as soon as the text of the query holds an expression. */
const spliced: INodeProperties = {
	displayName:
		'This query holds an expression. Its value would become part of the SQL, so that whoever chooses the value can run SQL of their own; the node refuses it. Write $1 in its place, and put the expression into Query Parameters.',
	name: 'splicedNotice',
	type: 'notice',
	default: '',
	displayOptions: {
		show: { operation: EXECUTE, query: [{ _cnd: { includes: '{{' } }] },
	},
};

const parameter: INodeProperties[] = [
	{
		displayName: 'Value',
		name: 'value',
		type: 'string',
		default: '',
		description: 'Text, or an expression for any value',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		options: [
			{
				name: 'As It Is',
				value: 'asIs',
				description:
					'What is typed in is text; what an expression gives keeps its type. The database turns it into what it needs.',
			},
			{ name: 'Boolean', value: 'boolean' },
			{ name: 'JSON', value: 'json', description: 'For a column of the type JSON or jsonb' },
			{ name: 'Null', value: 'null', description: 'No value' },
			{ name: 'Number', value: 'number' },
			{ name: 'Text', value: 'text' },
		],
		default: 'asIs',
	},
];

export const query: INodeProperties[] = [
	{
		displayName: 'Query',
		name: 'query',
		type: 'string',
		noDataExpression: true,
		typeOptions: { editor: 'sqlEditor', sqlDialect: 'StandardSQL', rows: 5 },
		displayOptions: whenOperation(EXECUTE),
		default: '',
		required: true,
		placeholder: 'e.g. SELECT ID, name FROM product WHERE price < $1',
		description:
			'The SQL to run, once for each item. $1, $2 and so on stand for the parameters below.',
		hint: 'Values belong into Query Parameters. There they are values and nothing else, whatever they say.',
	},
	spliced,
	{
		displayName: 'Specify Query Parameters',
		name: 'specifyParameters',
		type: 'options',
		noDataExpression: true,
		displayOptions: whenOperation(EXECUTE),
		options: [
			{ name: 'Using Fields Below', value: 'fields' },
			{ name: 'Using JSON', value: 'json' },
		],
		default: 'fields',
	},
	{
		displayName: 'Query Parameters',
		name: 'queryParameters',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Parameter',
		displayOptions: whenOperation(EXECUTE, { specifyParameters: ['fields'] }),
		default: {},
		description: 'The first one is $1, the second one is $2, and so on',
		options: [{ displayName: 'Parameter', name: 'parameters', values: parameter }],
	},
	{
		displayName: 'Query Parameters',
		name: 'jsonParameters',
		type: 'json',
		displayOptions: whenOperation(EXECUTE, { specifyParameters: ['json'] }),
		default: '[]',
		placeholder: 'e.g. [42, "Ada", true]',
		description: 'A list: its first entry is $1, its second one is $2, and so on',
	},
];
