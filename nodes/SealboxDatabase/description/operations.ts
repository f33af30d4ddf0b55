import type { INodeProperties } from 'n8n-workflow';

/** What a parameter is shown for. */
export const whenOperation = (
	operations: string[],
	more: Record<string, unknown[]> = {},
): INodeProperties['displayOptions'] =>
	({ show: { operation: operations, ...more } }) as INodeProperties['displayOptions'];

export const WRITES = ['insert', 'update', 'upsert'];
export const ON_TABLES = ['deleteRows', ...WRITES, 'select'];

export const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Delete',
			value: 'deleteRows',
			description: 'Delete the rows that fit conditions',
			action: 'Delete rows from a table',
		},
		{
			name: 'Execute SQL',
			value: 'executeQuery',
			description: 'Run a query whose values are bound, not put into the text',
			action: 'Execute a SQL query',
		},
		{
			name: 'Insert',
			value: 'insert',
			description: 'Insert each item as a row',
			action: 'Insert rows in a table',
		},
		{
			name: 'Insert or Update',
			value: 'upsert',
			description: 'Insert each item as a row, or update the row with the same key',
			action: 'Insert or update rows in a table',
		},
		{
			name: 'Select',
			value: 'select',
			description: 'Read the rows that fit conditions',
			action: 'Select rows from a table',
		},
		{
			name: 'Test Connection',
			value: 'testConnection',
			description: 'Log in and out again, and report what answered and how the way is protected',
			action: 'Test the connection',
		},
		{
			name: 'Update',
			value: 'update',
			description: 'Update the rows that each item names',
			action: 'Update rows in a table',
		},
	],
	default: 'insert',
};
