import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen';
import { arrivalOf, type Arrival } from './arrival';
import { answerSts, type Role } from './sts';
import { verdictOn, type Key, type Verdict } from './verify';

/** One request, and what the verifier made of it. */
export interface Handled {
	arrival: Arrival;
	verdict: Verdict;
	/** Of a question to STS. */
	action?: string;
}

export interface Aws {
	readonly url: string;
	/** Everything that came, oldest first. */
	readonly handled: Handled[];
	/** The keys that STS gave out, oldest first. */
	readonly issued: readonly (Key & { accessKeyId: string })[];
	readonly objects: Map<string, Arrival>;
	/** The keys that STS gave out so far are refused as expired; for good, those to come as well. */
	revoke(what?: 'so far' | 'for good'): void;
	/** Questions to STS are answered with this status; `null` for properly. */
	failSts(status: number | null): void;
	close(): Promise<void>;
}

interface Setting {
	/** Permanent keys by their ids. */
	users: Record<string, Key>;
	roles?: Role[];
}

/**
 * A stand-in for AWS that lets in nothing but good signatures: STS, a store of objects that keeps to
 * the rules of S3, and for any other service an echo of all that it received. `Start` of a JSON body
 * makes the echo one of three pages, with the cursor to the next.
 */
export async function startAws({ users, roles = [] }: Setting): Promise<Aws> {
	const handled: Handled[] = [];
	const issued: (Key & { accessKeyId: string })[] = [];
	const objects = new Map<string, Arrival>();
	let stsStatus: number | null = null;
	let isRevoked = false;
	const keyOf = (id: string) => users[id] ?? issued.find(({ accessKeyId }) => accessKeyId === id);
	const issue = (accessKeyId: string, key: Key) =>
		void issued.push({ accessKeyId, ...key, ...(isRevoked && { expiresAtMs: 0 }) });

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const arrival = await arrivalOf(request);
		const nowMs = Date.now();
		const verdict = verdictOn(arrival, keyOf, nowMs);
		const form = new URLSearchParams(arrival.body.toString());
		const action = arrival.method === 'POST' ? form.get('Action') : null;
		handled.push({ arrival, verdict, ...(action !== null && { action }) });
		if (!verdict.isGood) return refuse(response, verdict.code, arrival);
		if (verdict.service === 's3') return answerS3(response, arrival, objects);
		if (verdict.service === 'sts' && action !== null) {
			if (stsStatus !== null) return send(response, stsStatus, { Error: { Code: 'Out' } });
			const { status, body } = answerSts(form, verdict.accessKeyId, roles, issue, nowMs);
			return send(response, status, body);
		}
		send(response, 200, echoOf(arrival));
	}

	const server = createServer((request, response) => void answer(request, response));
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		handled,
		issued,
		objects,
		revoke(what = 'so far') {
			issued.forEach((key) => (key.expiresAtMs = 0));
			isRevoked = what === 'for good';
		},
		failSts: (status) => (stsStatus = status),
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(body));
}

/** S3 answers 400 to expired keys and others 403; the answer holds what was sent, as bad services do. */
function refuse(response: ServerResponse, code: string, { headers, target }: Arrival): void {
	const isS3 = headers.some(([name]) => name.toLowerCase() === 'x-amz-content-sha256');
	const status = isS3 && code === 'ExpiredToken' ? 400 : 403;
	response.writeHead(status, { 'content-type': 'application/xml' });
	const sent = JSON.stringify({ target, headers }).replaceAll('<', '&lt;');
	response.end(`<Error><Code>${code}</Code><Message>${sent}</Message></Error>`);
}

function answerS3(response: ServerResponse, arrival: Arrival, objects: Map<string, Arrival>): void {
	const path = decodeURIComponent(arrival.target.split('?')[0] ?? '');
	if (arrival.method === 'PUT') objects.set(path, arrival);
	if (arrival.method === 'DELETE') objects.delete(path);
	const object = objects.get(path);
	if (arrival.method === 'GET' && object === undefined) {
		return send(response, 404, { Code: 'NoSuchKey' });
	}
	response.writeHead(200, { 'content-type': 'text/plain', etag: `"${object?.bodySha256 ?? ''}"` });
	response.end(arrival.method === 'GET' ? object?.body : '');
}

function echoOf({ method, target, headers, body }: Arrival): object {
	const echo = { method, target, headers: Object.fromEntries(headers), body: body.toString() };
	const { Start } = parsed(echo.body) as { Start?: unknown };
	if (Start === undefined) return echo;
	const page = Start === 'first' ? 1 : Number((Start as { page: number }).page);
	return { page, ...(page < 3 && { LastKey: { page: page + 1 } }) };
}

function parsed(text: string): object {
	try {
		return JSON.parse(text) as object;
	} catch {
		// Not JSON: it asks for no page.
		return {};
	}
}
