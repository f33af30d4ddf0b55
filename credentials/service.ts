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
	hint: 'With it, the credential goes to this scheme, host and port only, also when Allowed HTTP Request Domains says All',
};

export const testPath: INodeProperties = {
	displayName: 'Test Path',
	name: 'testPath',
	type: 'string',
	default: '',
	placeholder: 'e.g. /v1/me',
	description:
		'What the test of this credential reads from the service. Choose a path that answers only to those who are logged in.',
	hint: 'Without Base URL and Test Path, a passed test does not prove the credential',
};

/** Base URL and Test Path, in this order. */
export const service = [baseUrl, testPath];

/** RFC 7009. */
export const revocationUrl: INodeProperties = {
	displayName: 'Revocation URL',
	name: 'revocationUrl',
	type: 'string',
	default: '',
	placeholder: 'e.g. https://login.example.com/oauth2/revoke',
	description: 'Where the service is told that a grant is over, if it has such a place',
};
