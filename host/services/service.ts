import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from '../ports.ts';

/** One request as it came over the wire. */
export interface Received {
	method: string;
	path: string;
	query: Record<string, string>;
	/** Path and query exactly as sent. */
	target: string;
	headers: Record<string, string>;
	cookies: Record<string, string>;
	body: string;
	bytes: Buffer;
}

export interface Answer {
	status?: number;
	headers?: Record<string, string>;
	body?: string | Buffer | object;
}

export type Route = (request: Received) => Answer | Promise<Answer>;

/** A local HTTP server that remembers what it was sent. */
export interface Service {
	readonly url: string;
	/** Everything received so far, oldest first. */
	readonly received: Received[];
	close(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1; a path that is not in `routes` is not found. */
export async function startService(
	routes: Record<string, Route>,
	otherwise: Route = () => ({ status: 404, body: { message: 'no such path' } }),
): Promise<Service> {
	const received: Received[] = [];
	const server = createServer((request, response) => void answer(request, response));

	async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		const request = await receive(incoming);
		received.push(request);
		const route = routes[request.path] ?? otherwise;
		send(response, await route(request));
	}

	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		received,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function receive(incoming: IncomingMessage): Promise<Received> {
	const target = incoming.url ?? '/';
	const { pathname, searchParams } = new URL(target, 'http://localhost');
	const bytes = await buffer(incoming);
	return {
		method: incoming.method ?? 'GET',
		path: pathname,
		query: Object.fromEntries(searchParams),
		target,
		headers: incoming.headers as Record<string, string>,
		cookies: parseCookies(incoming.headers.cookie ?? ''),
		body: bytes.toString(),
		bytes,
	};
}

function parseCookies(header: string): Record<string, string> {
	const pairs = header.split(/;\s*/).filter((pair) => pair.includes('='));
	return Object.fromEntries(
		pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
	);
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
	const isText = typeof body === 'string' || Buffer.isBuffer(body);
	const type: Record<string, string> = isText ? {} : { 'content-type': 'application/json' };
	// A date would make two answers differ that are the same.
	response.sendDate = false;
	response.writeHead(status, { ...type, ...headers });
	response.end(isText ? body : JSON.stringify(body));
}
