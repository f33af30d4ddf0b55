import {
	NodeOperationError,
	type IDataObject,
	type INodeExecutionData,
	type IRun,
	type ITriggerFunctions,
	type ITriggerResponse,
} from 'n8n-workflow';
import { nameOf, namesOf, noticeOrNull } from '../../src/events/notice';
import { hostEvents } from '../../src/host/events';
import { isSealboxError } from '../../src/sealing/error';
import type { StoredEvent } from '../../src/state/state';

/** Starts the workflow for the chosen events: in the editor for one of them, else for each from now on. */
export async function trigger(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const wants = chosen(context);
	if (context.getMode() === 'manual') return inEditor(context, wants);
	const receiver = {
		wants,
		accept: async (event: StoredEvent, key: string) => await start(context, event, key),
	};
	// Activated by a person it starts now; after a restart or an edit it goes on where it was.
	const from = context.getActivationMode() === 'activate' ? 'now' : 'last';
	const name = `${context.getWorkflow().id}/${context.getNode().id}`;
	const closeFunction = await hostEvents()
		.subscribe(name, receiver, from)
		.catch((error: unknown) => refuse(context, error));
	return { closeFunction };
}

type Wants = (event: StoredEvent) => boolean;

function chosen(context: ITriggerFunctions): Wants {
	const events = context.getNodeParameter('events', []) as string[];
	const { credentials = '' } = context.getNodeParameter('options', {}) as { credentials?: string };
	if (events.length === 0) refuse(context, 'Events is empty. Choose at least one.');
	const names = credentials
		.split(',')
		.map((name) => name.trim().toLowerCase())
		.filter((name) => name !== '');
	return (event) => {
		const name = nameOf(event);
		if (name === undefined || !events.includes(name)) return false;
		return names.length === 0 || namesOf(event).some((text) => names.includes(text));
	};
}

const itemOf = (event: StoredEvent): INodeExecutionData[][] => [
	[{ json: noticeOrNull(event) as unknown as IDataObject }],
];

/**
 * Resolves when n8n has the run on record, or had it already: of runs with one key it keeps the first.
 */
async function start(context: ITriggerFunctions, event: StoredEvent, key: string): Promise<void> {
	const done = context.helpers.createDeferredPromise<IRun>();
	context.emit(itemOf(event), undefined, done, key);
	await done.promise.catch(unlessAccepted);
}

/** A run that was stopped, or is over before anybody could wait for it, was accepted before. */
function unlessAccepted(error: unknown): void {
	const name = (error as Error | undefined)?.constructor?.name ?? '';
	if (!/Execution(Cancelled|NotFound)Error$/.test(name)) throw error;
}

/** The latest event, or the next one where there is none yet. */
function inEditor(context: ITriggerFunctions, wants: Wants): ITriggerResponse {
	const stop = new AbortController();
	return {
		closeFunction: async () => stop.abort(),
		async manualTriggerFunction() {
			const event = await hostEvents()
				.latestOrNext(wants, stop.signal)
				.catch((error: unknown) => (stop.signal.aborted ? null : refuse(context, error)));
			if (event !== null) context.emit(itemOf(event));
		},
	};
}

function refuse(context: ITriggerFunctions, error: unknown): never {
	const sentence =
		typeof error === 'string' ? error : isSealboxError(error) ? error.message : OTHER;
	throw new NodeOperationError(context.getNode(), sentence);
}

const OTHER =
	'The events of this n8n cannot be read. Check that its shared store can be written, and activate the workflow again.';
