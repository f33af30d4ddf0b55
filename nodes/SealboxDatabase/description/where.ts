import type { INodeProperties } from 'n8n-workflow';
import { whenOperation } from './operations';

const column = (description: string): INodeProperties => ({
	displayName: 'Column Name or ID',
	name: 'column',
	type: 'options',
	typeOptions: {
		loadOptionsMethod: 'listColumns',
		loadOptionsDependsOn: ['schema.value', 'table.value'],
	},
	default: '',
	description: `${description}. Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.`,
});

const OPERATORS = [
	{ name: 'Equal', value: 'equal' },
	{ name: 'Greater Than', value: 'greater' },
	{ name: 'Greater Than or Equal', value: 'greaterOrEqual' },
	{ name: 'Is Not Null', value: 'isNotNull' },
	{ name: 'Is Null', value: 'isNull' },
	{ name: 'Is One Of', value: 'in' },
	{ name: 'Less Than', value: 'less' },
	{ name: 'Less Than or Equal', value: 'lessOrEqual' },
	{ name: 'Like', value: 'like' },
	{ name: 'Not Equal', value: 'notEqual' },
	{ name: 'Not Like', value: 'notLike' },
];

const conditions = (operation: string, more: Record<string, unknown[]> = {}): INodeProperties[] => [
	{
		displayName: operation === 'select' ? 'Select Rows' : 'Delete Rows',
		name: 'where',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Condition',
		displayOptions: whenOperation([operation], more),
		default: {},
		description:
			operation === 'select'
				? 'Which rows to read. Without a condition, all.'
				: 'Which rows to delete. Without a condition, nothing is deleted and the node says so.',
		options: [
			{
				displayName: 'Condition',
				name: 'values',
				values: [
					column('What to look at'),
					{
						displayName: 'Operator',
						name: 'operator',
						type: 'options',
						options: OPERATORS,
						default: 'equal',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						displayOptions: { hide: { operator: ['isNull', 'isNotNull'] } },
						description: 'Is One Of takes a list, or values with commas between them',
					},
				],
			},
		],
	},
	{
		displayName: 'Combine Conditions',
		name: 'combineConditions',
		type: 'options',
		displayOptions: whenOperation([operation], more),
		options: [
			{ name: 'AND', value: 'AND', description: 'All have to be true' },
			{ name: 'OR', value: 'OR', description: 'One has to be true' },
		],
		default: 'AND',
	},
];

export const deletion: INodeProperties[] = [
	{
		displayName: 'Delete',
		name: 'deleteWhat',
		type: 'options',
		noDataExpression: true,
		displayOptions: whenOperation(['deleteRows']),
		options: [
			{ name: 'All Rows', value: 'all', description: 'Empty the table' },
			{ name: 'Rows That Fit', value: 'fitting', description: 'Rows that fit the conditions' },
		],
		default: 'fitting',
	},
	...conditions('deleteRows', { deleteWhat: ['fitting'] }),
];

export const selection: INodeProperties[] = [
	...conditions('select'),
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		displayOptions: whenOperation(['select']),
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		displayOptions: whenOperation(['select'], { returnAll: [false] }),
		default: 50,
		description: 'Max number of results to return',
	},
	{
		displayName: 'Sort',
		name: 'sort',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Sort Rule',
		displayOptions: whenOperation(['select']),
		default: {},
		options: [
			{
				displayName: 'Sort Rule',
				name: 'values',
				values: [
					column('What to sort by'),
					{
						displayName: 'Direction',
						name: 'direction',
						type: 'options',
						options: [
							{ name: 'ASC', value: 'ASC' },
							{ name: 'DESC', value: 'DESC' },
						],
						default: 'ASC',
					},
				],
			},
		],
	},
];
