import { shown, type Admitted, type ReadRequest } from '../../src/webhooks/door/shown';

/** Nothing that proves a request comes out with it, wherever the sender put it. */

const SECRET = 'k-93hd72hs81js62';
const request = (more: Partial<ReadRequest> = {}): ReadRequest => ({
	method: 'POST',
	path: '/webhook/p',
	headers: {},
	params: {},
	query: {},
	body: {},
	...more,
});
const admitted = (more: Partial<Admitted> = {}): Admitted => ({
	proof: { kind: 'none' },
	proved: {},
	address: '192.0.2.7',
	kept: [],
	secrets: [SECRET],
	...more,
});
const partnerKey: Admitted['proof'] = {
	kind: 'scheme',
	scheme: { type: 'secret', id: 'api-key', name: 'API key', from: { header: 'x-partner' } },
	secrets: [SECRET],
};

test('the secret is taken out of headers, parameters, query and body', () => {
	const json = shown(
		request({
			headers: { 'x-other': `see ${SECRET}` },
			params: { id: SECRET },
			query: { key: encodeURIComponent(SECRET) },
			body: { note: [Buffer.from(SECRET).toString('base64')] },
		}),
		admitted(),
	);
	expect(JSON.stringify(json)).not.toContain(SECRET);
	expect(JSON.stringify(json)).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, 16));
	expect(json.headers['x-other']).toBe('see [secret]');
});

test('headers that are secret by their meaning are hidden unless they are kept', () => {
	const headers = { cookie: 'session=1', 'x-api-key': 'other', accept: '*/*', 'x-partner': 'p' };
	expect(shown(request({ headers }), admitted({ proof: partnerKey })).headers).toEqual({
		cookie: '[secret]',
		'x-api-key': '[secret]',
		accept: '*/*',
		'x-partner': '[secret]',
	});
	const kept = shown(request({ headers }), admitted({ kept: ['Cookie'] })).headers;
	expect(kept).toMatchObject({ cookie: 'session=1', 'x-partner': 'p' });
});

test('a password of Basic is hidden where the body repeats it', () => {
	const password = 'open sesame 4711';
	const authorization = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
	const json = shown(
		request({ headers: { authorization }, body: { password, user: 'user' } }),
		admitted({ secrets: [] }),
	);
	expect(json.body).toEqual({ password: '[secret]', user: 'user' });
});

test('what was proved is told, and what was not is left out', () => {
	const proved = { id: 'evt_1', timestamp: 1_700_000_000, keyName: 'new', claims: { sub: 'a' } };
	expect(shown(request(), admitted({ proof: partnerKey, proved })).webhook).toEqual({
		id: 'evt_1',
		timestamp: '2023-11-14T22:13:20.000Z',
		keyName: 'new',
		claims: { sub: 'a' },
		scheme: 'api-key',
		address: '192.0.2.7',
	});
	expect(shown(request(), admitted()).webhook).toEqual({ scheme: 'none', address: '192.0.2.7' });
});
