import type { INodeProperties } from 'n8n-workflow';
import { ON_TABLES, whenOperation } from './operations';

export const table: INodeProperties[] = [
	{
		displayName: 'Schema',
		name: 'schema',
		type: 'resourceLocator',
		displayOptions: whenOperation(ON_TABLES),
		default: { mode: 'list', value: '' },
		description:
			'Where the table is. Empty means where the database looks by itself: the search path in PostgreSQL, the Database of the credential in MySQL and MariaDB.',
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchSchemas', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. public' },
		],
	},
	{
		displayName: 'Table',
		name: 'table',
		type: 'resourceLocator',
		displayOptions: whenOperation(ON_TABLES),
		default: { mode: 'list', value: '' },
		required: true,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				typeOptions: { searchListMethod: 'searchTables', searchable: true },
			},
			{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. customer' },
		],
	},
];

/** Inserting matches on nothing; the others have to know which row is meant. */
const mapper = (operations: string[], mode: 'add' | 'update' | 'upsert'): INodeProperties => ({
	displayName: 'Columns',
	name: 'columns',
	type: 'resourceMapper',
	displayOptions: whenOperation(operations),
	default: { mappingMode: 'autoMapInputData', value: null },
	noDataExpression: true,
	required: true,
	typeOptions: {
		loadOptionsDependsOn: ['schema.value', 'table.value', 'operation'],
		resourceMapper: {
			resourceMapperMethod: 'columnsToMap',
			mode,
			fieldWords: { singular: 'column', plural: 'columns' },
			addAllFields: true,
			multiKeyMatch: true,
		},
	},
});

export const columns: INodeProperties[] = [
	mapper(['insert'], 'add'),
	mapper(['update'], 'update'),
	mapper(['upsert'], 'upsert'),
];
