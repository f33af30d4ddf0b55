import { setTimeout as sleep } from 'node:timers/promises';
import type { Received, Route } from './service.ts';

/** Tells the caller everything it sent, secrets included: the worst service one can talk to. */
export const echo: Route = ({ method, target, query, headers, cookies, body }) => ({
	body: { method, target, query, headers, cookies, body },
});

/** Echoes what is accepted, and what is refused just as well, with status 401. */
export const guarded =
	(isAccepted: (request: Received) => boolean): Route =>
	async (request) => ({ ...(await echo(request)), status: isAccepted(request) ? 200 : 401 });

/** Sends the caller to the URL in the query parameter `to`. */
export const redirect: Route = ({ query }) => ({
	status: Number(query.status ?? 302),
	headers: { location: query.to },
});

/** Two pages of two entries; `next` makes the URL that the first page says comes after it. */
export const pages =
	(isAccepted: (request: Received) => boolean, next: (request: Received) => string): Route =>
	(request) => {
		if (!isAccepted(request)) return { status: 401, body: 'Who are you?' };
		const isLast = request.query.page === '2';
		return {
			body: isLast
				? { items: ['c', 'd'], next: null }
				: { items: ['a', 'b'], next: next(request), headers: request.headers },
		};
	};

/** The second page of the same service. */
export const samePath = ({ headers, path }: Received): string =>
	`http://${headers.host}${path}?page=2`;

/** Fails with a status for the first calls, then echoes. */
export function flaky(failures: number, status = 503, headers: Record<string, string> = {}): Route {
	let calls = 0;
	return (request) =>
		++calls <= failures ? { status, headers, body: 'try later' } : echo(request);
}

/** Echoes after a while; a process that has nothing else to do does not wait for it. */
export const slow =
	(delayMs: number): Route =>
	async (request) => {
		await sleep(delayMs, undefined, { ref: false });
		return await echo(request);
	};
