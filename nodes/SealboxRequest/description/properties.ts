import type { INodeProperties } from 'n8n-workflow';
import { authentication } from './authentication';
import { body } from './body';
import { options } from './options';
import { headers, query, target } from './request';

/** The form of the node, top to bottom. */
export const properties: INodeProperties[] = [
	...target,
	...authentication,
	...query,
	...headers,
	...body,
	options,
];
