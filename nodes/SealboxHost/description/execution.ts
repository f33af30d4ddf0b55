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
				name: 'Retry Failed Runs',
				value: 'retryFailed',
				description:
					'Run failed runs of a workflow again after growing pauses, and tell of those that are given up',
				action: 'Retry the failed runs of a workflow',
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
	workflowLocator(on('retryFailed')),
	{
		displayName: 'Retries',
		name: 'retries',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 5,
		description: 'How often a failed run is run again before it is given up',
		displayOptions: { show: on('retryFailed') },
	},
	{
		displayName: 'First Pause (Seconds)',
		name: 'firstPause',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 60,
		description:
			'How long a failed run is left alone before the first retry. Each further pause is twice as long; all are up to a half shorter, by chance.',
		displayOptions: { show: on('retryFailed') },
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show: on('retryFailed') },
		options: [
			{
				displayName: 'At Most at Once',
				name: 'batch',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 1000 },
				default: 20,
				description: 'How many runs are retried each time that this node is run',
			},
			{
				displayName: 'Load Workflow',
				name: 'loadWorkflow',
				type: 'boolean',
				default: false,
				description: 'Whether the present workflow is run instead of the one that failed',
			},
			{
				displayName: 'Longest Pause (Seconds)',
				name: 'longestPause',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 3600,
			},
			{
				displayName: 'Only Since (Hours)',
				name: 'sinceHours',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 24,
				description: 'Runs that began longer ago are left alone',
			},
		],
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
