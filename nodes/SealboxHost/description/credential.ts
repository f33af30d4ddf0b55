import type { INodeProperties } from 'n8n-workflow';
import { rangeOf } from './lists';
import { credentialLocator } from './locators';
import { rotation } from './rotation';
import { values } from './values';

const on = (...operation: string[]) => ({ resource: ['credential'], operation });

export const credential: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['credential'] } },
		options: [
			{ name: 'Create', value: 'create', action: 'Create a credential' },
			{ name: 'Delete', value: 'delete', action: 'Delete a credential' },
			{ name: 'Get', value: 'get', action: 'Get a credential without its values' },
			{ name: 'Get Many', value: 'getAll', action: 'Get many credentials without their values' },
			{
				name: 'Rotate',
				value: 'rotate',
				description:
					'Write a new secret, test it, and put the earlier one back if the test refuses it',
				action: 'Rotate the secret of a credential',
			},
			{
				name: 'Test',
				value: 'test',
				description: 'Have n8n test a credential',
				action: 'Test a credential',
			},
			{
				name: 'Transfer',
				value: 'transfer',
				description: 'Move a credential to another project',
				action: 'Transfer a credential',
			},
			{
				name: 'Update',
				value: 'update',
				description: 'Change the name or some fields, without a test',
				action: 'Update a credential',
			},
		],
		default: 'getAll',
	},
	credentialLocator(on('delete', 'get', 'rotate', 'test', 'transfer', 'update')),
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: on('create') },
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. httpHeaderAuth',
		description: 'The name of the credential type as the API of n8n has it',
		displayOptions: { show: on('create') },
	},
	{
		displayName: 'New Name',
		name: 'name',
		type: 'string',
		default: '',
		description: 'Empty: the name stays',
		displayOptions: { show: on('update') },
	},
	...values(on('create', 'rotate', 'update')),
	...rotation(on('rotate')),
	{
		displayName: 'Project ID',
		name: 'projectId',
		type: 'string',
		default: '',
		description: 'Empty: the personal project of whoever the API key belongs to',
		displayOptions: { show: on('create') },
	},
	{
		displayName: 'Project ID',
		name: 'projectId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: on('transfer') },
	},
	...rangeOf(on('getAll')),
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		displayOptions: { show: on('getAll') },
		options: [
			{
				displayName: 'Type',
				name: 'type',
				type: 'string',
				default: '',
				placeholder: 'e.g. httpHeaderAuth',
				description: 'Only credentials of this type',
			},
		],
	},
];
