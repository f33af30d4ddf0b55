import type { INodeProperties } from 'n8n-workflow';
import { workflowLocator } from './locators';

/** How a new value is tested, and what happens when it cannot be taken back. */
export const rotation = (show: Record<string, string[]>): INodeProperties[] => [
	{
		displayName: 'Test',
		name: 'test',
		type: 'options',
		options: [
			{
				name: 'None',
				value: 'none',
				description: 'The new value stays, whatever it is',
			},
			{
				name: 'Test of the Credential',
				value: 'n8n',
				description: 'What n8n does when the credential is saved in its form',
			},
			{
				name: 'Workflow',
				value: 'workflow',
				description:
					'A workflow of this n8n that uses the credential, and fails when it is refused',
			},
		],
		default: 'n8n',
		description:
			'What has to succeed with the new value; if it does not, the earlier one is put back',
		displayOptions: { show },
	},
	workflowLocator({ ...show, test: ['workflow'] }),
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		displayOptions: { show },
		options: [
			{
				displayName: 'Output Sealed Values',
				name: 'outputSealed',
				type: 'boolean',
				default: false,
				description:
					'Whether the new values are given out sealed with the sealing keys, for instance to tell the service a generated one',
			},
			{
				displayName: 'Try First at URL',
				name: 'tryUrl',
				type: 'string',
				default: '',
				placeholder: 'e.g. https://api.example.com/v1/me',
				description:
					'Where the new value is tried before it is written, so that a bad one never gets in. The credential has to say itself that it may be sent there.',
			},
			{
				displayName: 'Write Without Roll-Back',
				name: 'goOnWithoutRollBack',
				type: 'boolean',
				default: false,
				description:
					'Whether to write although the earlier values cannot be put back from here, as those of another n8n',
			},
		],
	},
];
