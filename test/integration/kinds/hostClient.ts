import 'reflect-metadata';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { configureGlobalAxiosDefaults, OutboundHttp } from '@n8n/backend-network';
import { Container } from '@n8n/di';
import type { Arrived } from '../../servers/aws/verify';

/** n8n's own HTTP client, by both of its doors, and a server that keeps what arrives. */

configureGlobalAxiosDefaults();

const client = () => Container.get(OutboundHttp).requests();

export const DOORS = {
	/** What n8n's HTTP Request node uses: `uri`, `form`, `formData`. */
	legacy: ({ url, ...rest }: Record<string, unknown>) => ({ ...rest, uri: url }),
	/** What most nodes use: IHttpRequestOptions. */
	newer: (request: Record<string, unknown>) => request,
} as const;
export type Door = keyof typeof DOORS;

export const send = async (door: Door, request: object): Promise<unknown> =>
	door === 'legacy'
		? await client().requestLegacy(request as never)
		: await client().request(request as never);

export interface Listening {
	url: string;
	arrived: Arrived[];
	close(): Promise<void>;
}

/** A server on a free port; `answer` may send a redirect. */
export async function listen(answer?: { status: number; location: string }): Promise<Listening> {
	const arrived: Arrived[] = [];
	const server: Server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const raw = request.rawHeaders;
			arrived.push({
				method: request.method ?? '',
				target: request.url ?? '',
				headers: raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : [])),
				body: Buffer.concat(chunks),
			});
			if (answer) response.writeHead(answer.status, { location: answer.location });
			response.end('{}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		arrived,
		close: () => new Promise((resolve) => server.close(() => resolve())),
	};
}
