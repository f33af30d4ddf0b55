import { NodeConnectionTypes, type INodeTypeDescription } from 'n8n-workflow';
import { authentication, credentials } from './authentication';
import { body } from './body';
import { options } from './options';
import { headers, query, target } from './request';

export const description: INodeTypeDescription = {
	displayName: 'Sealbox Request',
	name: 'sealboxRequest',
	icon: { light: 'file:sealboxRequest.svg', dark: 'file:sealboxRequest.dark.svg' },
	group: ['output'],
	version: 1,
	subtitle: '={{$parameter["method"] + ": " + $parameter["url"]}}',
	description:
		'Makes an HTTP request with a credential that stays with its service and shows up nowhere',
	defaults: { name: 'Sealbox Request' },
	inputs: [NodeConnectionTypes.Main],
	outputs: [NodeConnectionTypes.Main],
	usableAsTool: true,
	credentials,
	properties: [...target, ...authentication, ...query, ...headers, ...body, options],
};
