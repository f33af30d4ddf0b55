import type { IWebhookFunctions } from 'n8n-workflow';
import { textType } from '../../src/webhooks/answer';
import { optionsOf } from './parameters';

/** What the caller is told as soon as the request is let in. */
export interface FirstAnswer {
	/** Left out, n8n says that the workflow was started. */
	readonly text?: string;
	readonly status: number;
}

/** `null` in the modes in which a node answers. */
export function firstAnswerOf(context: IWebhookFunctions): FirstAnswer | null {
	if (context.getNodeParameter('responseMode', 'onReceived') !== 'onReceived') return null;
	const { responseText, responseCode } = optionsOf(context);
	const text = responseText === undefined ? '' : String(responseText);
	return { status: responseCode ?? 200, ...(text === '' ? {} : { text }) };
}

/** An answer as it is kept for copies of the request. */
export const keptAnswer = ({ text, status }: FirstAnswer): string | undefined =>
	text === undefined ? undefined : JSON.stringify({ text, status });

/** Sends what a copy's original was answered; what that was is not known where nothing was kept. */
export function answerCopy(context: IWebhookFunctions, kept: string | null): void {
	const response = context.getResponseObject();
	if (kept === null) {
		response.status(200);
		response.set({ 'content-type': 'application/json; charset=utf-8' });
		response.send(JSON.stringify({ message: 'duplicate' }));
		return;
	}
	const { text = '', status } = JSON.parse(kept) as FirstAnswer;
	response.status(status);
	response.set({ 'content-type': textType(text), 'idempotent-replayed': 'true' });
	response.send(text);
}
