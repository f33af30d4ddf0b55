import { authenticate } from '../../../src/kinds';
import { DOORS, listen, send, type Door, type Listening } from './hostClient';

/**
 * n8n's own client follows redirects by itself. A credential that belongs to one service must not
 * arrive at another one that way: not at another host, nor at another port of the same.
 */

const CANARY = 'cAn4ry-2Lx9QvT6bR8nWz4Kd7Hs';

let stranger: Listening;
beforeAll(async () => {
	stranger = await listen();
});
afterAll(() => stranger.close());

const PLACES: [string, string, object][] = [
	['a bearer token', 'sealboxBearerApi', { token: CANARY }],
	['a Basic pair', 'sealboxBasicAuthApi', { user: 'u', password: CANARY }],
	[
		'a token of its own header',
		'sealboxJwtApi',
		{ secret: CANARY.repeat(2), headerName: 'X-Token' },
	],
	['a key in a header', 'sealboxApiKeyApi', { key: CANARY, name: 'X-API-Key' }],
	['a key in a cookie', 'sealboxApiKeyApi', { key: CANARY, name: 'k', location: 'cookie' }],
	['a key in the query', 'sealboxApiKeyApi', { key: CANARY, name: 'k', location: 'query' }],
	['a key in the body', 'sealboxApiKeyApi', { key: CANARY, name: 'k', location: 'body' }],
];

const rows = PLACES.flatMap(([what, type, fields]) =>
	(['legacy', 'newer'] as Door[]).flatMap((door) =>
		[true, false].flatMap((isLimited) =>
			['127.0.0.1', 'localhost'].map(
				(host) => [what, door, isLimited, host, type, fields] as const,
			),
		),
	),
);

test.each(rows)(
	'%s does not follow a redirect (%s request, Base URL %s, to %s)',
	async (_what, door, isLimited, host, type, fields) => {
		const location = stranger.url.replace('127.0.0.1', host);
		const home = await listen({ status: 307, location });
		const before = stranger.arrived.length;
		try {
			const request = DOORS[door]({
				url: `${home.url}/start`,
				method: 'POST',
				body: { a: 1 },
				json: true,
				followRedirect: true,
				followAllRedirects: true,
				maxRedirects: 5,
			});
			const all = { ...fields, ...(isLimited ? { baseUrl: home.url } : {}) };
			const applied = await authenticate(type, all as never, request);
			await send(door, applied).catch(() => undefined);
		} finally {
			await home.close();
		}
		expect(home.arrived).toHaveLength(1);
		const leaked = stranger.arrived.slice(before);
		const seen = JSON.stringify(leaked) + leaked.map(({ body }) => body.toString()).join();
		expect(seen).not.toContain(CANARY);
		expect(seen.toLowerCase()).not.toMatch(/authorization|x-token|x-api-key|cookie/);
	},
);
