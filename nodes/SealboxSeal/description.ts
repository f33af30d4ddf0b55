import type { INodeProperties } from 'n8n-workflow';

/** Matches what people usually call a secret. */
const USUAL_NAMES =
	'*password*, *passphrase*, *secret*, *token*, *apikey*, *api_key*, *api-key*, *private_key*, *privatekey*';

const when = (operations: string[], more: object = {}): INodeProperties['displayOptions'] => ({
	show: { operation: operations, ...more },
});

const onFields = ['mask', 'open', 'redact', 'reseal', 'seal'];

const operations: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Redaction',
				value: 'redaction',
				description: 'Take secrets out of items for good',
			},
			{
				name: 'Sealing',
				value: 'sealing',
				description: 'Encrypt secrets in items, so that they can be opened where they are needed',
			},
		],
		default: 'sealing',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['sealing'] } },
		options: [
			{
				name: 'Open',
				value: 'open',
				description: 'Put sealed values back in clear',
				action: 'Open sealed fields',
			},
			{
				name: 'Reseal',
				value: 'reseal',
				description: 'Move sealed values to the present key, without revealing them',
				action: 'Reseal fields with the present key',
			},
			{
				name: 'Seal',
				value: 'seal',
				description: 'Replace values by sealed ones that only these keys open',
				action: 'Seal fields',
			},
		],
		default: 'seal',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['redaction'] } },
		options: [
			{
				name: 'Mask',
				value: 'mask',
				description: 'Show a stand-in that tells neither content nor length',
				action: 'Mask fields',
			},
			{
				name: 'Redact',
				value: 'redact',
				description: 'Replace whatever stands in the fields',
				action: 'Redact fields',
			},
			{
				name: 'Scrub',
				value: 'scrub',
				description: 'Find known secrets anywhere in the items, encoded ones too, and remove them',
				action: 'Scrub known secrets from whole items',
			},
		],
		default: 'redact',
	},
];

const selection: INodeProperties[] = [
	{
		displayName: 'Fields',
		name: 'fieldsBy',
		type: 'options',
		noDataExpression: true,
		displayOptions: when(onFields),
		options: [
			{ name: 'By Name', value: 'name', description: 'Fields of these names, at any depth' },
			{ name: 'By Path', value: 'path', description: 'Exactly these fields' },
			{ name: 'Everywhere', value: 'all', description: 'Every value in the item' },
		],
		default: 'name',
	},
	{
		displayName: 'Names',
		name: 'names',
		type: 'string',
		displayOptions: when(onFields, { fieldsBy: ['name'] }),
		default: USUAL_NAMES,
		required: true,
		description:
			'Names of fields, with commas between them. * stands for any characters; upper and lower case are the same.',
	},
	{
		displayName: 'Paths',
		name: 'paths',
		type: 'string',
		requiresDataPath: 'multiple',
		displayOptions: when(onFields, { fieldsBy: ['path'] }),
		default: '',
		required: true,
		placeholder: 'e.g. token, user.password, keys[].value',
		description: 'Paths of fields, with commas between them. [] stands for every entry of a list.',
	},
];

const scrub: INodeProperties[] = [
	{
		displayName: 'Secrets Are',
		name: 'secretsAre',
		type: 'options',
		noDataExpression: true,
		displayOptions: when(['scrub']),
		options: [
			{
				name: 'In Plain Fields',
				value: 'plain',
				description: 'The fields hold the secrets themselves; they are scrubbed too',
			},
			{
				name: 'In Sealed Fields',
				value: 'sealed',
				description:
					'The fields hold sealed secrets; they are opened in memory only and stay sealed in the item',
			},
		],
		default: 'sealed',
	},
	{
		displayName: 'Fields with Secrets',
		name: 'sourceFields',
		type: 'string',
		requiresDataPath: 'multiple',
		displayOptions: when(['scrub']),
		default: '',
		required: true,
		placeholder: 'e.g. token, user.password, keys[].value',
		description:
			'Paths of the fields that hold the secrets, with commas between them. The secrets of all items are removed from all items.',
	},
];

const details: INodeProperties[] = [
	{
		displayName: 'Context',
		name: 'context',
		type: 'string',
		displayOptions: when(['open', 'reseal', 'seal']),
		default: '',
		placeholder: 'e.g. customer 4711',
		description:
			'What the values belong to. A sealed value opens only with the context it was sealed with, so it is of no use in another record. Not secret.',
	},
	{
		displayName: 'Context',
		name: 'context',
		type: 'string',
		displayOptions: when(['scrub'], { secretsAre: ['sealed'] }),
		default: '',
		placeholder: 'e.g. customer 4711',
		description: 'The context that the values were sealed with',
	},
	{
		displayName: 'Reveal Opened Values',
		name: 'reveal',
		type: 'boolean',
		noDataExpression: true,
		displayOptions: when(['open']),
		default: false,
		description:
			'Whether to put the values into the items in clear. Every later node can read them, and n8n may store them with the execution.',
	},
	{
		displayName: 'Show',
		name: 'show',
		type: 'options',
		displayOptions: when(['mask']),
		options: [
			{ name: 'Nothing', value: 'none' },
			{
				name: 'Ends of Platform Keys',
				value: 'ends',
				description:
					'The public prefix and the last four characters of long keys that are known by their prefix; nothing of anything else',
			},
		],
		default: 'none',
	},
	{
		displayName: 'Ignore Missing Fields',
		name: 'ignoreMissing',
		type: 'boolean',
		displayOptions: when(onFields, { fieldsBy: ['path'] }),
		default: false,
		description:
			'Whether to go on when a path leads nowhere. Off, a misspelt path is reported instead of leaving a secret in place.',
	},
	{
		displayName: 'Ignore Missing Fields',
		name: 'ignoreMissing',
		type: 'boolean',
		displayOptions: when(['scrub']),
		default: false,
		description: 'Whether to go on when a path leads nowhere',
	},
];

export const properties: INodeProperties[] = [...operations, ...selection, ...scrub, ...details];
