import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server received, as text: enough to search for what must not be there. */
export interface Received {
	readonly method: string;
	readonly url: string;
	readonly headers: IncomingMessage['headers'];
	readonly body: string;
	/** All of it in one text. */
	readonly all: string;
}

export type Answer = (request: Received, response: ServerResponse) => void;

/** A real server on a free port, which answers as the test says and keeps what it received. */
export class TestServer {
	readonly received: Received[] = [];
	#server: Server;
	answer: Answer = (_, response) => json(response, { ok: true });

	private constructor(readonly host: string) {
		this.#server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const body = Buffer.concat(chunks).toString('utf8');
				const { method = '', url = '', headers, rawHeaders } = request;
				const all = [method, url, ...rawHeaders, body].join('\n');
				const received = { method, url, headers, body, all };
				this.received.push(received);
				this.answer(received, response);
			});
		});
	}

	static async start(host = '127.0.0.1'): Promise<TestServer> {
		const started = new TestServer(host);
		await new Promise<void>((resolve) => started.#server.listen(0, host, resolve));
		return started;
	}

	get origin(): string {
		return `http://${this.host}:${this.port}`;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Everything that ever arrived, in one text. */
	get everything(): string {
		return this.received.map(({ all }) => all).join('\n');
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
	response.writeHead(status, { 'content-type': 'application/json' });
	response.end(JSON.stringify(value));
}

export function redirect(response: ServerResponse, location: string, status = 302): void {
	response.writeHead(status, { location });
	response.end();
}
