import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen } from './listen';

/** One thing that a proxy was asked, and what passed through it in clear. */
export interface Passage {
	method: string;
	target: string;
	authorization: string;
	/** What the client sent through a tunnel, as the proxy sees it. */
	seen: Buffer[];
}

export interface HttpProxy {
	readonly url: string;
	readonly passages: Passage[];
	close(): Promise<void>;
}

/** An HTTP proxy that builds tunnels, and keeps what it can see. RFC 9110 section 9.3.6 */
export async function startProxy(): Promise<HttpProxy> {
	const passages: Passage[] = [];
	const sockets = new Set<Socket>();
	const note = ({ method = '', url = '', headers }: IncomingMessage): Passage => {
		const authorization = headers['proxy-authorization'] ?? '';
		const passage = { method, target: url, authorization, seen: [] };
		passages.push(passage);
		return passage;
	};
	const server = createServer((request, response) => {
		note(request);
		response.end('{"from":"proxy"}');
	});
	server.on('connection', (socket: Socket) => sockets.add(socket));
	server.on('connect', (request: IncomingMessage, client: Socket) => {
		const { seen } = note(request);
		const [host, port] = (request.url ?? '').split(':');
		const upstream = connect(Number(port), host, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			client.pipe(upstream).pipe(client);
		});
		sockets.add(upstream);
		client.on('data', (chunk: Buffer) => seen.push(chunk));
		for (const socket of [client, upstream]) socket.on('error', () => undefined);
	});
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}`,
		passages,
		async close() {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
