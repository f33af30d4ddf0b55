import { HostApi, path } from '../../src/hostApi/client';
import { getCredential, listCredentials } from '../../src/hostApi/credentials';
import { listExecutions } from '../../src/hostApi/executions';
import { refusal } from '../integration/refusal';
import { API_KEY, n8nWith } from './n8n';

/*
 * 1. an id that leads to another path, or to another host
 * 2. an answer that quotes what was sent, or the key
 * 3. a list whose pages never end
 * 4. a page of a proxy, an empty answer, JSON of another shape
 * 5. a Base URL with a login, a query or another scheme
 */

const SECRET = 'hunter2-in-an-answer';

test.each(['../users', 'a/b', 'a?x=1', 'a#b', '..%2f', 'https://evil.example', 'ä'])(
	'the id %j stays one segment below the credentials',
	async (id) => {
		const { api, asked } = n8nWith({});
		await refusal(getCredential(api, id), []);
		expect(asked[0]!.path).toBe(`/credentials/${encodeURIComponent(id)}`);
		expect(asked[0]!.query).toEqual({});
	},
);

test.each(['', ' ', '.', '..'])('the id %j is refused before anything is sent', (id) => {
	expect(() => path`/credentials/${id}`).toThrow('The id is empty');
});

test.each([
	[400, 'ERR_HOST_REFUSED'],
	[401, 'ERR_HOST_REFUSED'],
	[403, 'ERR_HOST_REFUSED'],
	[404, 'ERR_HOST_REFUSED'],
	[409, 'ERR_HOST_REFUSED'],
	[413, 'ERR_HOST_REFUSED'],
	[429, 'ERR_HOST_REFUSED'],
	[302, 'ERR_HOST_REFUSED'],
	[405, 'ERR_HOST_VERSION'],
	[500, 'ERR_HOST_REFUSED'],
])('a %i is told in a sentence of ours, without what n8n wrote', async (status, code) => {
	const message = `request.body.data ${SECRET} is not one of the values ${API_KEY}`;
	const { api } = n8nWith({ 'GET /credentials/1': { status, body: { message } } });
	const error = await refusal(getCredential(api, '1'), [SECRET, API_KEY]);
	expect(error.code).toBe(code);
	expect(error.message).toMatch(/^[A-Zn].*\.$/);
});

test.each([
	['request.body.data requires property "apiKey"', 'The field apiKey is missing'],
	['request.body.data is not allowed to have the additional property "tken"', 'no field tken'],
])('a missing or unknown field is named: %s', async (message, sentence) => {
	const { api } = n8nWith({ 'GET /credentials/1': { status: 400, body: { message } } });
	expect((await refusal(getCredential(api, '1'), [SECRET, API_KEY])).message).toContain(sentence);
});

test('a route that this n8n does not have is told from an id that it does not have', async () => {
	const { api } = n8nWith({
		'GET /credentials/1': { status: 404, body: { message: 'not found' } },
		'GET /credentials/2': { status: 404, body: { message: 'Credential not found' } },
		'GET /credentials/3': { status: 404, body: '<!DOCTYPE html><p>Cannot GET</p>' },
	});
	const codes = await Promise.all(
		['1', '2', '3'].map(async (id) => (await refusal(getCredential(api, id), [])).code),
	);
	expect(codes).toEqual(['ERR_HOST_VERSION', 'ERR_HOST_REFUSED', 'ERR_HOST_VERSION']);
});

test('a list that leads back to itself ends', async () => {
	const page = { data: [{ id: '1', type: 'a' }], nextCursor: 'again' };
	const { api, asked } = n8nWith({ 'GET /credentials': { body: page } });
	expect(await listCredentials(api, {})).toHaveLength(2);
	expect(asked.map(({ query }) => query.cursor)).toEqual([undefined, 'again']);
});

test('a page of a proxy is no list of executions', async () => {
	const { api } = n8nWith({ 'GET /executions': { body: '<html>Sign in</html>' } });
	const error = await refusal(listExecutions(api, {}), []);
	expect(error.code).toBe('ERR_HOST_REFUSED');
	expect(error.message).toContain('Base URL');
});

test('what is no list has no entries', async () => {
	const { api } = n8nWith({ 'GET /executions': { body: { data: 'x', nextCursor: 7 } } });
	expect(await listExecutions(api, {})).toEqual([]);
});

test.each([
	'ftp://n8n.example.com',
	'https://a:b@n8n.example.com',
	'https://n8n.example.com/?x=1',
	'',
])('the Base URL %j is refused', (baseUrl) => {
	const send = () => Promise.reject(new Error('sent'));
	expect(() => new HostApi({ baseUrl, apiKey: API_KEY }, send)).toThrow('Base URL');
});

test('an error of the network is told by its code alone', async () => {
	const send = () => Promise.reject(Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }));
	const api = new HostApi({ baseUrl: 'https://n8n.example.com', apiKey: API_KEY }, send);
	const error = await refusal(getCredential(api, '1'), [SECRET, API_KEY]);
	expect(error.code).toBe('ERR_UNREACHABLE');
	expect(error.message).toContain('Nothing answers');
});
