import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { triggers } from '../../src/host/webhooks';
import { admit, type Admittance } from '../../src/webhooks/door/door';
import type { Arrival, Refused } from '../../src/webhooks/door/settings';
import { Idempotency } from '../../src/webhooks';
import { doorOf } from './door';
import { itemOf } from './item';
import { Misconfigured, optionsOf } from './parameters';

type Request = ReturnType<IWebhookFunctions['getRequestObject']>;

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
		const cause = error instanceof Misconfigured ? 'bad_options' : 'internal_error';
		refuse(context, { kind: 'refuse', status: 500, cause, headers: {}, address: null });
		record(context, cause, null);
		return HANDLED;
	}
}

async function received(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const shared = triggers();
	const arrival = arrivalOf(context);
	const { settings, ports, needles } = await doorOf(context, arrival);
	const keepMs = settings.replayMs ?? KEPT_MS;
	const deliveries = new Idempotency(shared.state, { now: Date.now, keepMs });
	const outcome = await admit(arrival, settings, {
		...ports,
		...(settings.replayMs === null ? {} : { deliveries }),
		record: ({ cause, address }) => record(context, cause, address),
	});
	if (outcome.kind === 'run') {
		const item = itemOf(context, settings.proof, outcome, needles);
		if (outcome.ticket !== undefined) await deliveries.started(outcome.ticket);
		return { workflowData: [[item]] };
	}
	await answer(context, outcome);
	return HANDLED;
}

async function answer(
	context: IWebhookFunctions,
	outcome: Exclude<Admittance, { kind: 'run' }>,
): Promise<void> {
	if (outcome.kind === 'refuse') return refuse(context, outcome);
	if (outcome.kind === 'duplicate') {
		return send(context, 200, {}, JSON.stringify({ message: 'duplicate' }));
	}
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
const refuse = (context: IWebhookFunctions, { status, headers }: Refused): void =>
	send(context, status, headers, JSON.stringify({ message: 'The request was refused.' }));

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
function record(context: IWebhookFunctions, reason: string, address: string | null): void {
	const { id } = context.getWorkflow();
	const subject = {
		workflow: id,
		node: context.getNode().id,
		reason,
		address: address ?? undefined,
	};
	triggers().record({ type: 'webhook.refused', subject });
}

/** The request as it came over the wire: lists where a header came on several lines. */
function arrivalOf(context: IWebhookFunctions): Arrival {
	const request = context.getRequestObject();
	const { publicUrl = '', proxies = '' } = optionsOf(context);
	const address = publicUrl.trim() || context.getNodeWebhookUrl('default') || '';
	const query = /\?.*$/.exec(request.originalUrl ?? request.url)?.[0] ?? '';
	return {
		method: request.method,
		url: address.replace(/[?#].*$/, '') + query,
		headers: request.headersDistinct,
		rawBody: rawBodyOf(request),
		remoteAddress: (proxies.trim() === '' ? request.ip : request.socket.remoteAddress) ?? '',
	};
}

/** The host keeps the bytes of everything but multipart forms, whose files it takes out. */
function rawBodyOf(request: Request): Uint8Array | null {
	const { rawBody, contentType } = request as Request & { rawBody?: Buffer; contentType?: string };
	if (rawBody !== undefined) return rawBody;
	return contentType === 'multipart/form-data' ? null : Buffer.alloc(0);
}
