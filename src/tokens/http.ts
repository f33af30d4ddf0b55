import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { TokenFailure } from './failure';

/*
 * Requests to token endpoints. They differ from others in what has to be known when one fails: whether the
 * service can have seen it. So each goes over a connection of its own, follows no redirect, and is not
 * repeated here.
 */

export interface TokenRequest {
	/** Not a place for secrets. */
	readonly url: string;
	readonly method?: string;
	/** Secret. */
	readonly headers: Readonly<Record<string, string>>;
	/** Secret. */
	readonly body?: string;
	/** Believes any certificate. */
	readonly ignoreTls?: boolean;
}

export interface TokenAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	/** Secret. */
	readonly text: string;
	/** Milliseconds since 1970. */
	readonly startedAtMs: number;
	/** What the service's clock was ahead of this machine's by its Date header, or 0. */
	readonly skewMs: number;
	/** The pause that the service asks for, an hour at most. */
	readonly retryAfterMs?: number;
}

const CONNECT_MS = 5_000;
const TOTAL_MS = 10_000;
const MOST_BYTES = 1024 * 1024;
const LEAST_SKEW_MS = 2_000;
const MOST_SKEW_MS = 600_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** @throws {@link TokenFailure} `unsent`, `ambiguous` or `tls` */
export async function ask(
	{ url, method = 'POST', headers, body = '', ignoreTls = false }: TokenRequest,
	{ now, signal }: { now: () => number; signal: AbortSignal },
): Promise<TokenAnswer> {
	const startedAtMs = now();
	let isSent = false;
	const limit = new AbortController();
	const total = setTimeout(() => limit.abort(), TOTAL_MS);
	const both = AbortSignal.any([signal, limit.signal]);
	const options: https.RequestOptions = {
		...(ignoreTls ? { rejectUnauthorized: false } : {}),
		method,
		headers: {
			accept: 'application/json',
			'content-length': Buffer.byteLength(body),
			'user-agent': 'n8n-nodes-sealbox',
			...headers,
		},
		signal: both,
	};
	try {
		const response = await exchange(new URL(url), options, body, () => (isSent = true));
		const text = await textOf(response, both);
		const { statusCode: status = 0, headers: answered } = response;
		const skewMs = skewOf(answered.date, startedAtMs, now());
		const retryAfterMs = pauseOf(answered['retry-after'], now() + skewMs);
		return { status, headers: answered, text, startedAtMs, skewMs, ...retryAfterMs };
	} catch (error) {
		return refuse(error, isSent);
	} finally {
		clearTimeout(total);
	}
}

/** Resolves with the beginning of the answer. */
function exchange(
	url: URL,
	options: https.RequestOptions,
	body: string,
	onSent: () => void,
): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const isTls = url.protocol === 'https:';
		const client = isTls ? https : http;
		const request = client.request(url, { ...options, agent: agentOf(client) });
		const give = () =>
			request.destroy(Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' }));
		const connecting = setTimeout(give, CONNECT_MS);
		const sent = () => {
			clearTimeout(connecting);
			onSent();
		};
		request.once('socket', (socket) => {
			// One that stands already, for instance to a proxy, takes the bytes at once.
			if (!socket.connecting) sent();
			else socket.once(isTls ? 'secureConnect' : 'connect', sent);
		});
		request.once('error', reject).once('close', () => clearTimeout(connecting));
		request.once('response', resolve);
		request.end(body);
	});
}

/** A connection of its own; where n8n was told to use a proxy, it has put an agent for it in the place of Node's. */
const agentOf = ({ globalAgent, Agent }: typeof http | typeof https) =>
	globalAgent.constructor === Agent ? false : globalAgent;

async function textOf(response: IncomingMessage, signal: AbortSignal): Promise<string> {
	const parts: Buffer[] = [];
	let bytes = 0;
	const collect = async (stream: AsyncIterable<Buffer>) => {
		for await (const part of stream) {
			bytes += part.length;
			if (bytes > MOST_BYTES) throw Object.assign(new Error('too long'), { code: 'TOO_LONG' });
			parts.push(part);
		}
	};
	const inflate = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress }[
		response.headers['content-encoding'] ?? ''
	];
	if (inflate === undefined) await collect(response);
	else await pipeline(response, inflate(), collect, { signal });
	return Buffer.concat(parts)
		.toString('utf8')
		.replace(/^\uFEFF/, '');
}

/** Learned from the middle of the time that the request took; small differences are the network's. */
function skewOf(date: string | undefined, startedAtMs: number, endedAtMs: number): number {
	const said = Date.parse(date ?? '');
	if (Number.isNaN(said)) return 0;
	// The header has whole seconds, cut off.
	const skew = said + 500 - (startedAtMs + endedAtMs) / 2;
	if (Math.abs(skew) < LEAST_SKEW_MS) return 0;
	return Math.round(Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, skew)));
}

/** RFC 9110 section 10.2.3: seconds, or a date of the service's clock. */
function pauseOf(header: string | undefined, now: number): { retryAfterMs?: number } {
	const text = (header ?? '').trim();
	const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
	return Number.isNaN(ms) ? {} : { retryAfterMs: Math.min(LONGEST_PAUSE_MS, Math.max(0, ms)) };
}

/** OpenSSL's and Node's names for a certificate that does not convince. */
const TLS =
	/^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA|ERR_SSL)/;

function refuse(error: unknown, isSent: boolean): never {
	const { code = 'lost' } = error as { code?: string };
	if (TLS.test(code)) throw new TokenFailure('tls', { code });
	throw new TokenFailure(isSent ? 'ambiguous' : 'unsent', { code });
}
