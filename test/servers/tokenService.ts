import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { listen } from './listen';

export interface Asked {
	readonly path: string;
	readonly headers: IncomingMessage['headers'];
	readonly body: URLSearchParams;
	readonly text: string;
}

/** What the service does with one request. */
export type Answer =
	| Record<string, unknown>
	| { status: number; body?: unknown; headers?: Record<string, string>; raw?: string | Buffer }
	| ((asked: Asked, response: ServerResponse, socket: Socket) => void);

/**
 * A token endpoint that does as it is told: answers in turn, the last one for ever. Without any it gives out
 * tokens as RFC 6749 has them, `access-1`, `refresh-1` and so on.
 */
export class TokenService {
	readonly asked: Asked[] = [];
	answers: Answer[] = [];
	/** Milliseconds before each answer. */
	delayMs = 0;
	url = '';
	readonly #server = createServer((request, response) => void this.#take(request, response));

	async start(): Promise<this> {
		this.url = `http://127.0.0.1:${await listen(this.#server)}`;
		return this;
	}

	get calls(): number {
		return this.asked.length;
	}

	/** Resolves when so many requests have come. */
	async reached(calls: number): Promise<void> {
		while (this.calls < calls) await new Promise((resolve) => setTimeout(resolve, 2));
	}

	get tokenUrl(): string {
		return `${this.url}/token`;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const text = Buffer.concat(parts).toString();
		const { url: path = '', headers } = request;
		this.asked.push({ path, headers, text, body: new URLSearchParams(text) });
		const number = this.asked.length;
		await new Promise((resolve) => setTimeout(resolve, this.delayMs));
		const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
		if (typeof answer === 'function') {
			answer(this.asked[number - 1] as Asked, response, request.socket);
			return;
		}
		const given = answer ?? tokens(number);
		const {
			status,
			body,
			headers: more,
			raw,
		} = 'status' in given ? (given as Told) : { ...NO, body: given };
		response.writeHead(status, { 'content-type': 'application/json', ...more });
		response.end(raw ?? (body === undefined ? '' : JSON.stringify(body)));
	}
}

type Told = { status: number; body?: unknown; headers?: Record<string, string>; raw?: string };
const NO: Told = { status: 200 };

export const tokens = (number: number, more: object = {}): Record<string, unknown> => ({
	access_token: `access-${number}`,
	refresh_token: `refresh-${number}`,
	token_type: 'Bearer',
	expires_in: 3_600,
	...more,
});

export const refusal = (status: number, error: string): Answer => ({ status, body: { error } });

/** Ways to lose an answer after the request was read. */
export const reset: Answer = (_asked, _response, socket) => socket.resetAndDestroy();
export const truncated: Answer = (_asked, response) => {
	response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
	response.write('{"access_token": "half');
	setTimeout(() => response.destroy(), 20);
};
