import type { INodeProperties } from 'n8n-workflow';
import { ON_TABLES, whenOperation, WRITES } from './operations';

const onlyFor = (...operations: string[]): INodeProperties['displayOptions'] => ({
	show: { '/operation': operations },
});

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	displayOptions: whenOperation(['executeQuery', ...ON_TABLES]),
	default: {},
	options: [
		{
			displayName: 'Allow Expressions in Query',
			name: 'allowExpressions',
			type: 'boolean',
			noDataExpression: true,
			default: false,
			displayOptions: onlyFor('executeQuery'),
			description:
				'Whether expressions in the query become part of the SQL. For names of tables and columns only: whoever chooses such a value can run SQL of their own. Values belong into Query Parameters.',
		},
		{
			displayName: 'Binary Data',
			name: 'binaryData',
			type: 'options',
			options: [
				{ name: 'As Base64', value: 'base64', description: 'Text in the item' },
				{ name: 'As Files', value: 'file', description: 'One file for each such column' },
			],
			default: 'base64',
			description: 'How columns with bytes come out',
		},
		{
			displayName: 'Columns to Return',
			name: 'outputColumns',
			type: 'string',
			default: '',
			placeholder: 'e.g. ID, name',
			displayOptions: onlyFor('select'),
			description: 'Names of columns, with commas between them. Empty means all.',
		},
		{
			displayName: 'Ignore Unknown Fields',
			name: 'ignoreUnknown',
			type: 'boolean',
			default: false,
			displayOptions: onlyFor(...WRITES),
			description:
				'Whether to leave out fields that the table has no column for. Off, such an item is refused.',
		},
		{
			displayName: 'Large Numbers',
			name: 'largeNumbers',
			type: 'options',
			options: [
				{
					name: 'As Exact as Possible',
					value: 'exact',
					description: 'Whole numbers up to 2^53 as numbers; larger ones and decimals as text',
				},
				{ name: 'As Numbers', value: 'numbers', description: 'The last digits may get lost' },
				{ name: 'As Text', value: 'text', description: 'All bigint and decimal values' },
			],
			default: 'exact',
			description: 'How values of bigint, numeric and decimal columns come out',
		},
		{
			displayName: 'Output',
			name: 'output',
			type: 'options',
			noDataExpression: true,
			displayOptions: onlyFor('executeQuery', 'select'),
			options: [
				{
					name: 'CSV File',
					value: 'csv',
					description: 'With the names of the columns in the first line',
				},
				{ name: 'Items', value: 'items', description: 'One item for each row' },
				{ name: 'JSON Lines File', value: 'jsonl', description: 'One JSON object in each line' },
			],
			default: 'items',
			description:
				'Where rows go. A file is written as they arrive, so that there may be millions of them.',
		},
		{
			displayName: 'Replace Empty Strings with NULL',
			name: 'emptyTextIsNull',
			type: 'boolean',
			default: false,
			displayOptions: onlyFor(...WRITES),
			description: 'Whether an empty text is stored as NULL, as spreadsheets mean it',
		},
		{
			displayName: 'Skip Rows Whose Key Exists',
			name: 'skipDuplicates',
			type: 'boolean',
			default: false,
			displayOptions: onlyFor('insert'),
			description: 'Whether to leave out rows that are there already, instead of failing',
		},
		{
			displayName: 'Statement Timeout (Seconds)',
			name: 'statementTimeout',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 300,
			description: 'After which a statement is stopped, at the server too. 0 for never.',
		},
		{
			displayName: 'Transaction',
			name: 'transaction',
			type: 'options',
			noDataExpression: true,
			options: [
				{
					name: 'One for All Items',
					value: 'all',
					description: 'All or nothing: when one item fails, nothing of this run is kept',
				},
				{
					name: 'One per Item',
					value: 'item',
					description: 'What went well stays, whatever happens to other items',
				},
			],
			default: 'all',
		},
	],
};
