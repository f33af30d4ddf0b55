import type { INodeProperties } from 'n8n-workflow';
import { rangeOf } from './lists';
import { credentialLocator, workflowLocator } from './locators';

const on = (...operation: string[]) => ({ resource: ['workflow'], operation });

export const workflow: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['workflow'] } },
		options: [
			{ name: 'Activate', value: 'activate', action: 'Activate a workflow' },
			{ name: 'Create', value: 'create', action: 'Create a workflow' },
			{ name: 'Deactivate', value: 'deactivate', action: 'Deactivate a workflow' },
			{ name: 'Delete', value: 'delete', action: 'Delete a workflow' },
			{
				name: 'Find by Credential',
				value: 'findByCredential',
				description: 'Workflows that use a credential: what a rotation or deletion touches',
				action: 'Find workflows that use a credential',
			},
			{ name: 'Get', value: 'get', action: 'Get a workflow' },
			{ name: 'Get Many', value: 'getAll', action: 'Get many workflows' },
			{
				name: 'Run',
				value: 'run',
				description:
					'Run a workflow of this n8n that starts with When Executed by Another Workflow',
				action: 'Run a workflow',
			},
			{ name: 'Update', value: 'update', action: 'Update a workflow' },
		],
		default: 'getAll',
	},
	workflowLocator(on('activate', 'deactivate', 'delete', 'get', 'run', 'update')),
	credentialLocator(on('findByCredential')),
	{
		displayName: 'Workflow JSON',
		name: 'workflowJson',
		type: 'json',
		default: '',
		required: true,
		description: 'The workflow as n8n exports it',
		displayOptions: { show: on('create') },
	},
	{
		displayName: 'Changes JSON',
		name: 'workflowJson',
		type: 'json',
		default: '',
		required: true,
		description:
			'What is to be other than it is: name, nodes, connections, settings or staticData. What is not named stays.',
		displayOptions: { show: on('update') },
	},
	{
		displayName: 'Wait for the End',
		name: 'waitForEnd',
		type: 'boolean',
		default: true,
		description: 'Whether to go on only when the workflow has ended, with what it gave',
		displayOptions: { show: on('run') },
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
				displayName: 'Active',
				name: 'active',
				type: 'boolean',
				default: true,
				description: 'Whether the workflow is active',
			},
			{ displayName: 'Name', name: 'name', type: 'string', default: '' },
			{
				displayName: 'Tags',
				name: 'tags',
				type: 'string',
				default: '',
				description: 'Names of tags, separated by commas; a workflow needs all of them',
			},
		],
	},
];
