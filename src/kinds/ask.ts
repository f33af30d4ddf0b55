import { Buffer } from 'node:buffer';
import { request as requestOverHttp, type IncomingMessage } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import type { OutgoingRequest } from './kind';
import { urlOf } from './outgoing';

/** Asking a service a question of the credential's own: its test, or temporary keys. */

/** What a service answered. `body` is read for what is known in it and goes no further. */
export interface Answer {
	readonly status: number;
	readonly headers?: Readonly<Record<string, unknown>> | undefined;
	readonly body?: string | undefined;
}

/**
 * Sends one request: without following redirects, without throwing because of the status, with a time
 * limit. It rejects when there is no answer; `code` of the error then says why, as Node.js names it.
 */
export type Send = (request: OutgoingRequest) => Promise<Answer>;

const TIMEOUT_MS = 10_000;

/** An answer to such a question is short; what is longer is something else. */
const MAX_BYTES = 256 * 1024;

/**
 * Asks through Node's own client, where no client of the host is at hand. The body has to be text.
 * It goes by the host's global agents, and so by a proxy that the environment names.
 */
export const askDirectly: Send = async (request) =>
	await new Promise<Answer>((resolve, reject) => {
		const url = urlOf(request) as URL;
		const send = url.protocol === 'http:' ? requestOverHttp : requestOverHttps;
		const { method = 'GET', headers, body } = request;
		const signal = AbortSignal.timeout(TIMEOUT_MS);
		const call = send(url, { method, headers: headers as Record<string, string>, signal });
		const fail = (error: Error) =>
			reject(signal.aborted ? Object.assign(new Error(), { code: 'ETIMEDOUT' }) : error);
		call.on('error', fail);
		call.on('response', (response) => void collect(response).then(resolve, fail));
		call.end(body === undefined ? undefined : String(body));
	});

async function collect(response: IncomingMessage): Promise<Answer> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of response as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > MAX_BYTES) break;
		chunks.push(chunk);
	}
	const { statusCode = 0, headers } = response;
	return { status: statusCode, headers, body: Buffer.concat(chunks).toString('utf8') };
}

/** Codes of Node.js for what can go wrong before an answer. */
const FAULTS: Readonly<Record<string, string>> = {
	ENOTFOUND: 'Its host name is not known. Check the address for typing errors.',
	EAI_AGAIN: 'Its host name could not be looked up. Check the network of n8n.',
	ECONNREFUSED: 'Nothing answers at its address and port. Check both, and that it runs.',
	ECONNRESET: 'It closed the connection. Check whether it expects https:// or http://.',
	EHOSTUNREACH: 'There is no way to its address from n8n. Check the network.',
	ENETUNREACH: 'There is no way to its address from n8n. Check the network.',
	ECONNABORTED: 'It did not answer in time. Try again later.',
	ETIMEDOUT: 'It did not answer in time. Try again later.',
	ESOCKETTIMEDOUT: 'It did not answer in time. Try again later.',
	EPROTO: 'It does not speak TLS there. Check whether it expects https:// or http://.',
	CERT_HAS_EXPIRED: 'Its certificate has expired. Tell those who run it.',
	DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is self-signed. Make n8n trust it.',
	SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is self-signed. Make n8n trust it.',
	UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its certificate is not trusted. Make n8n trust its issuer.',
	ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate belongs to another name. Check the address.',
};

/** What to do about an error that came in place of an answer. Nothing of the error itself is told. */
export const adviceOn = (error: unknown): string =>
	FAULTS[codeOf(error)] ?? 'Check the address, and the network of n8n.';

/** The known code of an error or of what caused it; empty when there is none. */
function codeOf(error: unknown): string {
	const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
	const isKnown = (one: unknown) => typeof one === 'string' && Object.hasOwn(FAULTS, one);
	return String([code, cause?.code].find(isKnown) ?? '');
}
