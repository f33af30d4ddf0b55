import type { ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

export class SealboxSealingKeysApi implements ICredentialType {
	name = 'sealboxSealingKeysApi';

	displayName = 'Sealbox Sealing Keys';

	icon: Icon = { light: 'file:sealboxSealingKeys.svg', dark: 'file:sealboxSealingKeys.dark.svg' };

	documentationUrl =
		'https://github.com/sealbox/n8n-nodes-sealbox/blob/main/docs/credentials/sealing-keys.md';

	restrictToSupportedNodes = true as const;

	properties: INodeProperties[] = [
		{
			displayName: 'Keys From',
			name: 'keysFrom',
			type: 'options',
			options: [
				{
					name: 'Exported Keyset',
					value: 'keyset',
					description: 'Random keys that were exported with a passphrase around them',
				},
				{
					name: 'Passphrase',
					value: 'passphrase',
					description: 'The same passphrase makes the same keys in every n8n',
				},
			],
			default: 'passphrase',
		},
		{
			displayName: 'Passphrase',
			name: 'passphrase',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			hint: 'Let a password manager make one of 24 characters or more, and keep it there. Without it, nothing that was sealed can be opened.',
		},
		{
			displayName: 'Earlier Passphrases',
			name: 'earlierKeys',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Passphrase',
			default: {},
			description:
				'Passphrases that still open what they sealed. To rotate, move the present one here, enter a new one above, and reseal. If you remove one, fill in those below it again.',
			displayOptions: { show: { keysFrom: ['passphrase'] } },
			options: [
				{
					displayName: 'Passphrases',
					name: 'keys',
					values: [
						{
							displayName: 'Passphrase',
							name: 'passphrase',
							type: 'string',
							typeOptions: { password: true },
							default: '',
							required: true,
						},
					],
				},
			],
		},
		{
			displayName: 'Keyset',
			name: 'secretKeyset',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. sealbox-keyset.AQEB…',
			description: 'Text that an export of the keys gave, wrapped by the passphrase above',
			displayOptions: { show: { keysFrom: ['keyset'] } },
		},
	];
}
