import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';

export interface Answer {
	status: number;
	body: string;
	headers: Record<string, string | string[] | undefined>;
}

export interface Sent {
	method?: string;
	/** A list is sent as several lines. */
	headers?: Record<string, string | string[]>;
	body?: string | Buffer;
	/** With its question mark. */
	query?: string;
	/** By whose clock n8n takes the request; the machine's unless it is given. */
	atMs?: number;
	/** Of the loopback network: whose address the request comes from. */
	from?: string;
}

/** Over a socket of its own, with headers that `fetch` would not send. */
export function send(
	url: string,
	{ method = 'POST', headers = {}, body = '', query = '', atMs, from }: Sent,
): Promise<Answer> {
	const clock = atMs === undefined ? {} : { 'x-test-clock': String(atMs) };
	const { hostname, port, pathname } = splitAt(url);
	return new Promise((resolve, reject) => {
		const outgoing = httpRequest(
			{
				hostname,
				port,
				// As it is written: a parsed one would have lost its dots and escapes.
				path: pathname + query,
				method,
				headers: { ...clock, ...headers },
				...(from === undefined ? {} : { localAddress: from }),
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on('data', (chunk: Buffer) => chunks.push(chunk));
				response.on('end', () =>
					resolve({
						status: response.statusCode ?? 0,
						body: Buffer.concat(chunks).toString(),
						headers: response.headers,
					}),
				);
			},
		);
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

/** Bytes that no client would write; what came back until the server, or `hangUp`, closed the connection. */
export function sendBytes(url: string, text: string, hangUp = false): Promise<string> {
	const { hostname, port, pathname } = splitAt(url);
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port), hostname);
		let received = '';
		socket.on('data', (chunk) => {
			received += chunk.toString();
		});
		socket.on('close', () => resolve(received));
		socket.on('error', reject);
		socket.write(text.replace('PATH', pathname).replace('HOST', `${hostname}:${port}`), () => {
			if (hangUp) setTimeout(() => socket.destroy(), 50);
		});
	});
}

function splitAt(url: string) {
	const [, hostname = '', port = '', pathname = ''] =
		/^http:\/\/([^:/]+):(\d+)(\/.*)$/.exec(url) ?? [];
	return { hostname, port, pathname };
}
