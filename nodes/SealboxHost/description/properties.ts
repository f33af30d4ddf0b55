import type { INodeProperties } from 'n8n-workflow';
import { credential } from './credential';
import { execution } from './execution';
import { workflow } from './workflow';

const resource: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Credential', value: 'credential' },
		{ name: 'Execution', value: 'execution' },
		{ name: 'Workflow', value: 'workflow' },
	],
	default: 'credential',
};

export const properties: INodeProperties[] = [resource, ...credential, ...execution, ...workflow];
