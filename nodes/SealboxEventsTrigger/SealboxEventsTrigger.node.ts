import {
	NodeConnectionTypes,
	type INodeType,
	type INodeTypeDescription,
	type ITriggerFunctions,
	type ITriggerResponse,
} from 'n8n-workflow';
import { properties } from './description';

export class SealboxEventsTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Sealbox Events Trigger',
		name: 'sealboxEventsTrigger',
		icon: { light: 'file:sealboxEvents.svg', dark: 'file:sealboxEvents.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description: 'Starts the workflow when something happens to a credential, once for each event',
		eventTriggerDescription: 'Waiting for something to happen to a credential',
		activationMessage: 'Each event from now on starts the workflow once.',
		defaults: { name: 'Sealbox Events Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		properties,
	};

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const { trigger } = await import('./trigger');
		return await trigger(this);
	}
}
