import type { INodeProperties } from 'n8n-workflow';

const rate = (displayName: string, name: string, description: string): INodeProperties => ({
	displayName,
	name,
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 60,
	description,
});

export const optionFields: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Allowed Addresses',
			name: 'allowed',
			type: 'string',
			default: '',
			placeholder: 'e.g. 203.0.113.7, 10.0.0.0/8',
			description: 'Nobody else is let in. Addresses and ranges with commas between them.',
		},
		{
			displayName: 'Content Types',
			name: 'contentTypes',
			type: 'string',
			default: 'application/json',
			description:
				'Others are refused. Several with commas between them; text/* stands for all of a kind.',
		},
		{
			displayName: 'Delivery ID Header',
			name: 'deliveryHeader',
			type: 'string',
			default: 'idempotency-key',
			description:
				'Where senders without a signature say which delivery it is: a repeated one does not start the workflow again',
		},
		{
			displayName: 'Headers to Keep',
			name: 'keptHeaders',
			type: 'string',
			default: '',
			placeholder: 'e.g. cookie',
			description:
				'Headers that are usually secret and that the workflow needs. Several with commas between them.',
		},
		{
			displayName: 'Largest Body (KiB)',
			name: 'largestBodyKib',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1024,
			description:
				'Larger requests are refused. N8n itself refuses what is over N8N_PAYLOAD_SIZE_MAX.',
		},
		{
			displayName: 'Let Copies In',
			name: 'letCopiesIn',
			type: 'boolean',
			default: false,
			description: 'Whether the same signed request starts the workflow each time that it comes',
		},
		{
			displayName: 'Public URL',
			name: 'publicUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://hooks.example.com/webhook/orders',
			description:
				'The address as the sender knows it, where that is not the one that n8n shows. Some senders sign it.',
		},
		{
			displayName: 'Receive Files',
			name: 'binaryData',
			type: 'boolean',
			default: false,
			description:
				'Whether multipart forms and other files are received, as binary data. Without it forms with files are refused.',
		},
		rate('Requests per Minute', 'rate', 'Of everybody together that is let in'),
		rate(
			'Requests per Minute per Caller',
			'callerRate',
			'By address. Further ones are refused for a while.',
		),
		rate(
			'Requests per Minute per Key',
			'keyRate',
			'By the secret that let them in, or the subject of a token',
		),
		{
			displayName: 'Response Code',
			name: 'responseCode',
			type: 'number',
			typeOptions: { minValue: 200, maxValue: 299 },
			default: 200,
		},
		{
			displayName: 'Response Text',
			name: 'responseText',
			type: 'string',
			default: '',
			description: 'What is answered immediately',
		},
		{
			displayName: 'Tolerance (Seconds)',
			name: 'toleranceSeconds',
			type: 'number',
			typeOptions: { minValue: 0, maxValue: 86400 },
			default: 300,
			description: 'How old a signed request may be, in place of what the provider recommends',
		},
		{
			displayName: 'Trusted Proxies',
			name: 'proxies',
			type: 'string',
			default: '',
			placeholder: 'e.g. 10.0.0.0/8',
			description:
				'Whose X-Forwarded-For header is believed. Empty: N8N_PROXY_HOPS says how many there are.',
		},
	],
};
