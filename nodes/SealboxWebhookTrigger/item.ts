import type { IDataObject, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import type { Admittance } from '../../src/webhooks/door/door';
import type { Proof } from '../../src/webhooks/door/settings';
import { shown } from '../../src/webhooks/door/shown';
import { listed, optionsOf } from './parameters';

type Admitted = Extract<Admittance, { kind: 'run' }>;

/** What the workflow gets: the request without its secrets, and what was proved about it. */
export function itemOf(
	context: IWebhookFunctions,
	proof: Proof,
	{ proved, address }: Admitted,
	secrets: readonly string[],
): INodeExecutionData {
	const { headers, method } = context.getRequestObject();
	const request = {
		method,
		headers,
		params: context.getParamsData() as IDataObject,
		query: context.getQueryData() as IDataObject,
		body: bodyOf(context),
	};
	const kept = listed(optionsOf(context).keptHeaders);
	return { json: shown(request, { proof, proved, address, kept, secrets }) as IDataObject };
}

/** The host parses what is plain JSON; vendors have types of their own. */
function bodyOf(context: IWebhookFunctions): IDataObject {
	const request = context.getRequestObject() as unknown as {
		rawBody?: Buffer;
		contentType?: string;
	};
	if (/\+json$/.test(request.contentType ?? '')) {
		try {
			return JSON.parse(String(request.rawBody)) as IDataObject;
		} catch {
			return {};
		}
	}
	return context.getBodyData() as IDataObject;
}
