import type { INodeProperties } from 'n8n-workflow';

/** Choosing what an operation is about: from a list of names, or by id. */
const locator = (
	displayName: string,
	name: string,
	searchListMethod: string,
	operations: Record<string, string[]>,
	more: Partial<INodeProperties> = {},
): INodeProperties => ({
	displayName,
	name,
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	displayOptions: { show: operations },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: `Choose ${/^[AEIOU]/.test(displayName) ? 'an' : 'a'} ${displayName}…`,
			typeOptions: { searchListMethod, searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. Zk3xWq81TbnYc0aP' },
	],
	...more,
});

export const credentialLocator = (operations: Record<string, string[]>): INodeProperties =>
	locator('Credential', 'credentialId', 'searchCredentials', operations);

export const workflowLocator = (
	operations: Record<string, string[]>,
	more: Partial<INodeProperties> = {},
): INodeProperties => locator('Workflow', 'workflowId', 'searchWorkflows', operations, more);
