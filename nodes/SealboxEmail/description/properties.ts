import type { INodeProperties } from 'n8n-workflow';
import { options } from './options';

const whenSend = (more: Record<string, string[]> = {}): INodeProperties['displayOptions'] => ({
	show: { operation: ['send'], ...more },
});

/** The form of the node, top to bottom. Names are those of n8n's own Send Email. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Send',
				value: 'send',
				description: 'Send a mail for each item',
				action: 'Send an email',
			},
			{
				name: 'Test Connection',
				value: 'testConnection',
				description: 'Log in and out again, and report what answered and how the way is protected',
				action: 'Test the connection',
			},
		],
		default: 'send',
	},
	{
		displayName: 'From Email',
		name: 'fromEmail',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. Ada Lovelace <ada@example.com>',
		description: 'One address, with a name if you like',
		displayOptions: whenSend(),
	},
	{
		displayName: 'To Email',
		name: 'toEmail',
		type: 'string',
		default: '',
		placeholder: 'e.g. Bob <bob@example.com>, carol@example.com',
		description: 'Addresses, with commas between them',
		displayOptions: whenSend(),
	},
	{
		displayName: 'Subject',
		name: 'subject',
		type: 'string',
		default: '',
		placeholder: 'e.g. Your order',
		displayOptions: whenSend(),
	},
	{
		displayName: 'Email Format',
		name: 'emailFormat',
		type: 'options',
		options: [
			{ name: 'Both', value: 'both', description: 'The program of the reader chooses' },
			{ name: 'HTML', value: 'html' },
			{ name: 'Text', value: 'text' },
		],
		default: 'html',
		displayOptions: whenSend(),
	},
	{
		displayName: 'Text',
		name: 'text',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		displayOptions: whenSend({ emailFormat: ['text', 'both'] }),
	},
	{
		displayName: 'HTML',
		name: 'html',
		type: 'string',
		typeOptions: { rows: 5 },
		default: '',
		description:
			'An inline image is shown by the name of its field, as in &lt;img src="cid:logo"&gt;',
		displayOptions: whenSend({ emailFormat: ['html', 'both'] }),
	},
	options,
];
