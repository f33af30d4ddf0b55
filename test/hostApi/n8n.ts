import type { Send } from '../../src/kinds/ask';
import type { OutgoingRequest } from '../../src/kinds/kind';
import { HostApi } from '../../src/hostApi/client';

export const API_KEY = 'eyJhbGciOiJIUzI1NiJ9.c2VhbGJveA.k3yk3yk3y';

interface Reply {
	readonly status?: number;
	readonly body?: unknown;
}

/** A public API that answers from a table of `METHOD path`, and remembers what it was asked. */
export function n8nWith(replies: Record<string, Reply | ((request: Asked) => Reply)>) {
	const asked: Asked[] = [];
	const send: Send = async (request) => {
		const one = askedIn(request);
		asked.push(one);
		const found = replies[`${one.method} ${one.path}`];
		const { status = 200, body } = (typeof found === 'function' ? found(one) : found) ?? {
			status: 404,
			body: { message: 'not found' },
		};
		const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
		return await Promise.resolve({ status, body: text });
	};
	const api = new HostApi({ baseUrl: 'https://n8n.example.com/', apiKey: API_KEY }, send);
	return { api, asked };
}

export interface Asked {
	readonly method: string;
	readonly path: string;
	readonly query: Record<string, string>;
	readonly headers: Record<string, unknown>;
	readonly body: Record<string, unknown>;
}

function askedIn({ url, method, headers, body }: OutgoingRequest): Asked {
	const { pathname, searchParams } = new URL(String(url));
	return {
		method: String(method),
		path: pathname.replace('/api/v1', ''),
		query: Object.fromEntries(searchParams),
		headers: headers ?? {},
		body: body === undefined ? {} : (JSON.parse(String(body)) as Record<string, unknown>),
	};
}
