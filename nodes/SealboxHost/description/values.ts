import type { INodeProperties } from 'n8n-workflow';

/** The values that go into a credential, and how sealed ones among them are opened. */
export const values = (show: Record<string, string[]>): INodeProperties[] => [
	{
		displayName: 'Fields',
		name: 'fields',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Field',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Field',
				name: 'field',
				values: [
					{
						displayName: 'Alphabet',
						name: 'alphabet',
						type: 'options',
						options: [
							{
								name: 'Hexadecimal',
								value: 'hex',
							},
							{
								name: 'Letters and Digits',
								value: 'alphanumeric',
							},
							{
								name: 'Letters, Digits and Signs',
								value: 'printable',
							},
							{
								name: 'Letters, Digits, Hyphen and Underscore',
								value: 'url',
							},
						],
						default: 'alphanumeric',
					},
					{
						displayName: 'Length',
						name: 'length',
						type: 'number',
						default: 40,
						description: 'How many characters are generated',
					},
					{
						displayName: 'Name',
						name: 'name',
						type: 'string',
						default: '',
						placeholder: 'e.g. value',
						description:
							'The name of the field as the API of n8n has it:	for Header Auth, name and value',
					},
					{
						displayName: 'Value',
						name: 'value',
						type: 'string',
						default: '',
						description:
							'An expression. What is sealed is opened on the way;	a secret as fixed text is refused, because the workflow would store it.',
					},
					{
						displayName: 'Value From',
						name: 'from',
						type: 'options',
						options: [
							{
								name: 'Given',
								value: 'given',
								description: 'Sealed by Sealbox Seal, or from the input',
							},
							{
								name: 'Generated',
								value: 'generated',
								description: 'A random value that only this credential gets to know',
							},
						],
						default: 'given',
					},
				],
			},
		],
	},
	{
		displayName: 'Use Sealing Keys',
		name: 'useKeys',
		type: 'boolean',
		default: false,
		description: 'Whether values are sealed, and opened with a Sealbox Sealing Keys credential',
		displayOptions: { show },
	},
	{
		displayName: 'Context',
		name: 'context',
		type: 'string',
		default: '',
		description: 'What the values were sealed for, as in Sealbox Seal',
		displayOptions: { show: { ...show, useKeys: [true] } },
	},
];
