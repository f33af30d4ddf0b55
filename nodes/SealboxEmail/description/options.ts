import type { INodeProperties } from 'n8n-workflow';

export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	displayOptions: { show: { operation: ['send'] } },
	default: {},
	options: [
		{
			displayName: 'Attachments',
			name: 'attachments',
			type: 'string',
			default: '',
			placeholder: 'e.g. data, invoice',
			description: 'Names of the binary fields to attach, with commas between them',
		},
		{
			displayName: 'BCC Email',
			name: 'bccEmail',
			type: 'string',
			default: '',
			placeholder: 'e.g. carol@example.com',
			description: 'Addresses that nobody else sees, with commas between them',
		},
		{
			displayName: 'CC Email',
			name: 'ccEmail',
			type: 'string',
			default: '',
			placeholder: 'e.g. carol@example.com',
			description: 'Addresses, with commas between them',
		},
		{
			displayName: 'Headers',
			name: 'headers',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Header',
			default: {},
			description:
				'Headers of your own. Those with a field or option of their own are refused here.',
			options: [
				{
					displayName: 'Header',
					name: 'values',
					values: [
						{
							displayName: 'Name',
							name: 'name',
							type: 'string',
							default: '',
							placeholder: 'e.g. X-Order-ID',
						},
						{ displayName: 'Value', name: 'value', type: 'string', default: '' },
					],
				},
			],
		},
		{
			displayName: 'In Reply To',
			name: 'inReplyTo',
			type: 'string',
			default: '',
			placeholder: 'e.g. <1234@mail.example.com>',
			description: 'Message ID of the mail that this one answers',
		},
		{
			displayName: 'Inline Images',
			name: 'inlineImages',
			type: 'string',
			default: '',
			placeholder: 'e.g. logo',
			description:
				'Names of the binary fields that the HTML shows, with commas between them. It shows each one by its name, as in &lt;img src="cid:logo"&gt;.',
		},
		{
			displayName: 'Maximum Size (MB)',
			name: 'maxSize',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 25,
			description: 'Of the whole mail. What is larger is refused before it is sent.',
		},
		{
			displayName: 'References',
			name: 'references',
			type: 'string',
			default: '',
			placeholder: 'e.g. <1233@mail.example.com> <1234@mail.example.com>',
			description: 'Message IDs of the conversation, the oldest first, with spaces between them',
		},
		{
			displayName: 'Reply To',
			name: 'replyTo',
			type: 'string',
			default: '',
			placeholder: 'e.g. support@example.com',
			description: 'Where answers go, if not to the sender',
		},
	],
};
