import { EventEmitter } from 'node:events';
import type { IWebhookFunctions } from 'n8n-workflow';

/** What a trigger answered, as the host's response takes it. */
export class FakeResponse extends EventEmitter {
	statusCode = 200;
	closed = false;
	readonly headers: Record<string, string> = {};
	body = '';
	status(code: number) {
		this.statusCode = code;
		return this;
	}
	set(headers: Record<string, string>) {
		Object.assign(this.headers, headers);
	}
	setHeader(name: string, value: string) {
		this.headers[name] = value;
	}
	send(body: string) {
		this.body = body;
	}
}

interface Call {
	readonly parameters: Readonly<Record<string, unknown>>;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body: unknown;
	/** Of the credential, where there is one. */
	readonly secret?: string;
	readonly helpers?: object;
}

/** A request to an active trigger, as the host hands it over. */
export function webhookCall({ parameters, headers = {}, body, secret, helpers = {} }: Call): {
	context: IWebhookFunctions;
	response: FakeResponse;
} {
	const response = new FakeResponse();
	const context = {
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getCredentials: () =>
			secret === undefined ? Promise.reject(new Error('none')) : Promise.resolve({ secret }),
		getWorkflow: () => ({ id: 'w1' }),
		getNode: () => ({ id: 'n1' }),
		getMode: () => 'webhook',
		getNodeWebhookUrl: () => 'http://localhost/webhook/p',
		getParamsData: () => ({}),
		getQueryData: () => ({}),
		getBodyData: () => body,
		helpers,
		getResponseObject: () => response,
		getRequestObject: () => ({
			method: 'POST',
			url: '/webhook/p',
			path: '/webhook/p',
			headers,
			headersDistinct: Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [name, [value]]),
			),
			rawBody: Buffer.from(JSON.stringify(body)),
			ip: '127.0.0.1',
			socket: {},
		}),
	} as unknown as IWebhookFunctions;
	return { context, response };
}
