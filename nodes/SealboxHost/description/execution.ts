import type { INodeProperties } from 'n8n-workflow';
import { rangeOf } from './lists';
import { workflowLocator } from './locators';

const on = (...operation: string[]) => ({ resource: ['execution'], operation });

export const execution: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['execution'] } },
		options: [
			{
				name: 'Get',
				value: 'get',
				description: 'What each step got and gave, and how long it took, without secrets',
				action: 'Get an execution with its steps',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'Executions, newest first',
				action: 'Get many executions',
			},
			{
				name: 'Retry',
				value: 'retry',
				description: 'Run a failed execution again from the step that failed',
				action: 'Retry an execution',
			},
			{
				name: 'Stop',
				value: 'stop',
				description: 'Stop an execution that is running or waiting',
				action: 'Stop an execution',
			},
		],
		default: 'getAll',
	},
	{
		displayName: 'Execution ID',
		name: 'executionId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 4711',
		displayOptions: { show: on('get', 'retry', 'stop') },
	},
	{
		displayName: 'Load Workflow',
		name: 'loadWorkflow',
		type: 'boolean',
		default: false,
		description:
			'Whether the present workflow is run instead of the one that failed, for instance because you have repaired it',
		displayOptions: { show: on('retry') },
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
				displayName: 'Status',
				name: 'status',
				type: 'options',
				options: [
					{ name: 'Canceled', value: 'canceled' },
					{ name: 'Crashed', value: 'crashed' },
					{ name: 'Error', value: 'error' },
					{ name: 'New', value: 'new' },
					{ name: 'Running', value: 'running' },
					{ name: 'Success', value: 'success' },
					{ name: 'Waiting', value: 'waiting' },
				],
				default: 'error',
				description: 'Without this filter, running executions are left out, as in the API of n8n',
			},
			workflowLocator({}, { required: false, displayOptions: undefined }),
		],
	},
];
