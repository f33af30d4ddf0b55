import type { IExecuteFunctions, IHttpRequestOptions } from 'n8n-workflow';
import type { Send } from '../../kinds';
import { SealboxError } from '../../sealing/error';
import { translate } from './fault';

const TIMEOUT_MS = 10_000;

/**
 * Asks a question of the credential's own, such as for the keys of a role, through the host's client
 * and its limits. Proxy, certificates and other options of the node play no part in it: they are the
 * workflow's, and the answer is a secret.
 */
export const askThroughHost =
	({ helpers }: Pick<IExecuteFunctions, 'helpers'>, timeoutMs = TIMEOUT_MS): Send =>
	async ({ url, method, headers, body }) => {
		const options = {
			url,
			method,
			headers,
			body,
			timeout: timeoutMs,
			encoding: 'text',
			disableFollowRedirect: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
		} as IHttpRequestOptions;
		const answer = (await helpers.httpRequest(options).catch(unlessRefused)) as {
			statusCode: number;
			headers: Record<string, unknown>;
			body: unknown;
		};
		const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '');
		return { status: answer.statusCode, headers: answer.headers, body: text };
	};

/** A refusal of the host is told; any other error keeps its code, by which it is explained. */
function unlessRefused(error: unknown): never {
	const translated = translate(error);
	if (translated instanceof SealboxError) throw translated;
	throw error;
}
