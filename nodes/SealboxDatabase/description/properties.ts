import type { INodeProperties } from 'n8n-workflow';
import { operation } from './operations';
import { options } from './options';
import { query } from './query';
import { columns, table } from './table';
import { deletion, selection } from './where';

/** The form of the node, top to bottom. */
export const properties: INodeProperties[] = [
	operation,
	...table,
	...query,
	...columns,
	...deletion,
	...selection,
	options,
];
