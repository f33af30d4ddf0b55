import { setTimeout as sleep } from 'node:timers/promises';
import { echo } from '../../../host/services/routes.ts';
import {
	startService,
	type Answer,
	type Received,
	type Route,
	type Service,
} from '../../../host/services/service.ts';
import { complete } from './languageModel.ts';

/** A service that hands back what it should keep to itself, in as many ways as it has paths. */
export interface Hostile extends Service {
	/** What it gives out under a name: new tokens, for instance. */
	readonly gifts: Map<string, string>;
}

/** The secret that a request carries, wherever it carries it. */
function secretOf({ headers, query }: Received): string {
	const [scheme, text = ''] = (headers.authorization ?? '').split(' ');
	if (scheme === 'Bearer') return text;
	if (scheme === 'Basic')
		return Buffer.from(text, 'base64')
			.toString()
			.replace(/^[^:]*:/, '');
	return headers['x-key'] ?? query.key ?? '';
}

const asText = (request: Received) => JSON.stringify((echo(request) as Answer).body);

const ENCODERS: Record<string, (text: string) => string> = {
	base64: (text) => Buffer.from(text).toString('base64'),
	'base64 at 1': (text) => Buffer.from(`x${text}`).toString('base64'),
	'base64 at 2': (text) => Buffer.from(`xy${text}`).toString('base64'),
	base64url: (text) => Buffer.from(text).toString('base64url'),
	hex: (text) => Buffer.from(text).toString('hex'),
	HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
	URL: encodeURIComponent,
	form: (text) => new URLSearchParams({ key: text }).toString(),
	HTML: (text) =>
		text.replace(
			/[&<>"']/g,
			(sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '&#39;',
		),
	JSON: (text) => JSON.stringify({ key: text }),
	'JSON in JSON': (text) => JSON.stringify({ key: JSON.stringify({ key: text }) }),
};

/** Paths that are not served tell the caller everything all the same. */
const echoRefused: Route = async (request) => ({ ...(await echo(request)), status: 404 });

export async function startHostile(): Promise<Hostile> {
	const gifts = new Map<string, string>();
	const calls = new Map<string, number>();
	const count = ({ target }: Received) => {
		const call = (calls.get(target) ?? 0) + 1;
		calls.set(target, call);
		return call;
	};
	const gift = ({ query }: Received) => gifts.get(query.gift) ?? '';

	const routes: Record<string, Route> = {
		'/echo': echo,
		'/refuse': async (request) => ({
			...(await echo(request)),
			status: Number(request.query.status ?? 401),
		}),
		'/redirect': (request) => ({
			status: 302,
			headers: {
				location: `/echo?way=${request.query.way}&key=${encodeURIComponent(secretOf(request))}`,
			},
		}),
		'/text': (request) => ({
			headers: { 'content-type': 'text/plain' },
			body: `You are ${secretOf(request)}, and sent ${asText(request)}`,
		}),
		'/file': (request) => ({
			headers: {
				'content-type': 'text/csv',
				'content-disposition': 'attachment; filename="keys.csv"',
			},
			body: `name,key\nours,${secretOf(request)}\n`,
		}),
		'/bytes': (request) => ({
			headers: { 'content-type': 'application/octet-stream' },
			body: Buffer.concat([
				Buffer.alloc(64, 0xfe),
				Buffer.from(secretOf(request)),
				Buffer.alloc(64),
			]),
		}),
		'/header': (request) => ({
			headers: {
				'x-key': secretOf(request),
				'set-cookie': `key=${encodeURIComponent(secretOf(request))}`,
			},
			body: { fine: true },
		}),
		'/encoded': (request) => ({ body: { text: ENCODERS[request.query.as](secretOf(request)) } }),
		'/number': (request) => ({
			headers: { 'content-type': 'application/json' },
			body: `{"number":${secretOf(request)},"list":[${secretOf(request)}]}`,
		}),
		'/key': (request) => ({ body: { [secretOf(request)]: { inside: [secretOf(request)] } } }),
		'/list': (request) => ({
			body: Array.from({ length: 5 }, (_, index) => ({ index, key: secretOf(request) })),
		}),
		'/pages': (request) => ({
			body: { page: request.query.page ?? '1', key: secretOf(request) },
		}),
		'/slow': async (request) => {
			// Of a run that is cancelled nobody waits for the answer.
			await sleep(Number(request.query.ms ?? 1_000), undefined, { ref: false });
			return await echo(request);
		},
		// Works from the second call on.
		'/flaky': async (request) => ({
			...(await echo(request)),
			status: count(request) === 1 ? 500 : 200,
		}),
		'/token': (request) => ({
			body: {
				access_token: gift(request),
				token_type: 'Bearer',
				expires_in: 3600,
				refresh_token: gifts.get(`${request.query.gift} refresh`),
			},
		}),
		// Refuses whoever comes without the token that it gives out.
		'/fresh': async (request) => ({
			...(await echo(request)),
			status: secretOf(request) === gift(request) ? 200 : 401,
		}),
		'/api/session': ({ body }) => ({
			body: { id: gifts.get((JSON.parse(body) as { username: string }).username) },
		}),
		'/jenkins/api/json': (request) => ({
			body: { jobs: [{ name: `Job of ${secretOf(request)}`, color: 'blue' }] },
		}),
		'/repos/somebody/something': async (request) => ({ ...(await echo(request)), status: 404 }),
		'/waiting': () => ({ body: {} }),
		'/v1/chat/completions': complete,
	};
	const service = await startService(routes, echoRefused);
	return Object.assign(service, { gifts });
}
