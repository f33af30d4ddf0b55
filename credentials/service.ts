import type { INodeProperties } from 'n8n-workflow';

/** The fields of every credential that belongs to one service, in the words of the service. */

export const baseUrl: INodeProperties = {
	displayName: 'Base URL',
	name: 'baseUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://api.example.com',
	description:
		'The service this credential belongs to. It is sent to this address and to no other; without a Base URL it may be sent to any server.',
};

export const testPath: INodeProperties = {
	displayName: 'Test Path',
	name: 'testPath',
	type: 'string',
	default: '',
	placeholder: 'e.g. /v1/me',
	description:
		'What the test of this credential reads from the service. Choose a path that answers only to those who are logged in.',
};

/** Base URL and Test Path, in this order. */
export const service = [baseUrl, testPath];
