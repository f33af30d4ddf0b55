import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { triggers } from '../../src/host/webhooks';
import { admit, type Admittance } from '../../src/webhooks/door/door';
import type { Cause } from '../../src/webhooks/door/settings';
import { Idempotency, statusOf, type Ticket } from '../../src/webhooks';
import { textType } from '../../src/webhooks/answer';
import { arrivalOf } from './arrival';
import { doorOf, largestBodyOf } from './door';
import { answerCopy, firstAnswerOf, keptAnswer, type FirstAnswer } from './firstAnswer';
import { itemOf } from './item';
import { Misconfigured } from './parameters';

const KEPT_MS = 86_400_000;
const HANDLED: IWebhookResponseData = { noWebhookResponse: true };

/**
 * Receives a request: the door decides, and what it refuses starts nothing.
 *
 * Never throws: the host would answer, and record a failed run.
 */
export async function receive(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await received(context);
	} catch (error) {
		return failed(context, error instanceof Misconfigured ? 'bad_options' : 'internal_error');
	}
}

/** Before anything is known of the caller, or after it was let in. */
function failed(context: IWebhookFunctions, cause: Cause, status = 500): IWebhookResponseData {
	send(context, status, {}, REFUSED);
	record(context, cause, null);
	return HANDLED;
}

async function received(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const arrival = await arrivalOf(context, largestBodyOf(context));
	if (arrival === 'too_large') return failed(context, arrival, 413);
	if (arrival === 'bad_body') return failed(context, arrival, statusOf(arrival));
	const { settings, ports, needles } = await doorOf(context, arrival);
	const first = firstAnswerOf(context);
	const deliveries = await deliveriesOf(settings.replayMs ?? KEPT_MS, first);
	const outcome = await admit(arrival, settings, {
		...ports,
		...(settings.replayMs === null ? {} : { deliveries }),
		record: ({ cause, address }) => record(context, cause, address),
	});
	if (outcome.kind !== 'run') {
		await answer(context, outcome);
		return HANDLED;
	}
	const item = await itemOf(context, settings.proof, arrival, outcome, needles).catch(() => null);
	if (item === null) {
		// A file that n8n could not store: what was claimed for nothing is given back.
		if (outcome.ticket !== undefined) await deliveries.failed(outcome.ticket);
		return failed(context, 'internal_error');
	}
	if (outcome.ticket !== undefined) await noteStart(context, deliveries, outcome.ticket, first);
	const workflowData = outputsOf(context, item);
	if (first?.text === undefined) return { workflowData };
	context.getResponseObject().setHeader('content-type', textType(first.text));
	return { workflowData, webhookResponse: first.text };
}

/** Answers are kept where the operator wrote one. */
async function deliveriesOf(keepMs: number, first: FirstAnswer | null): Promise<Idempotency> {
	const shared = triggers();
	const answers = first?.text === undefined ? null : await shared.answers();
	return new Idempotency(shared.state, {
		now: Date.now,
		keepMs,
		...(answers === null ? {} : { answers }),
	});
}

/**
 * Until this is noted, a delivery that was let in may run again after a minute: this process may have crashed.
 * Where the host answers as soon as it has started the run, its answer is the sign; elsewhere the answer comes
 * after the run, and the moment before it is the latest there is.
 */
async function noteStart(
	context: IWebhookFunctions,
	deliveries: Idempotency,
	ticket: Ticket,
	first: FirstAnswer | null,
): Promise<void> {
	const response = context.getResponseObject();
	if (first === null || response.closed) return await deliveries.started(ticket);
	const noted = () =>
		response.statusCode >= 500
			? deliveries.failed(ticket)
			: deliveries.started(ticket, keptAnswer(first));
	response.once('close', () => {
		// The claim ends by itself then.
		noted().catch(() => record(context, 'store_unavailable', null, 'webhook.startUnrecorded'));
	});
}

/** One for each method, where there are several. */
function outputsOf(context: IWebhookFunctions, item: INodeExecutionData): INodeExecutionData[][] {
	const methods = context.getNodeParameter('httpMethod', 'POST') as string | string[];
	if (!Array.isArray(methods)) return [[item]];
	const { method } = context.getRequestObject();
	return methods.map((each) => (each === method ? [item] : []));
}

async function answer(
	context: IWebhookFunctions,
	outcome: Exclude<Admittance, { kind: 'run' }>,
): Promise<void> {
	if (outcome.kind === 'refuse') return send(context, outcome.status, outcome.headers, REFUSED);
	if (outcome.kind === 'duplicate') return answerCopy(context, outcome.answer);
	const { visit, status, headers, body } = outcome.answer;
	if (visit !== undefined) {
		await context.helpers.httpRequest({
			url: visit.href,
			disableFollowRedirect: true,
			timeout: 5000,
		});
	}
	send(context, status, headers, body);
}

/** One body for all: what was wrong is not for the caller to know. */
const REFUSED = JSON.stringify({ message: 'The request was refused.' });

function send(
	context: IWebhookFunctions,
	status: number,
	headers: Readonly<Record<string, string>>,
	body: string,
): void {
	const response = context.getResponseObject();
	response.status(status);
	response.set({ 'content-type': 'application/json; charset=utf-8', ...headers });
	response.send(body);
}

/** Names and ids alone. */
function record(
	context: IWebhookFunctions,
	reason: string,
	address: string | null,
	type = 'webhook.refused',
): void {
	const { id } = context.getWorkflow();
	const subject = {
		workflow: id,
		node: context.getNode().id,
		reason,
		address: address ?? undefined,
	};
	triggers().record({ type, subject });
}
