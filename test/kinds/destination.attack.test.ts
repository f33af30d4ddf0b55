import { assertDestination, authenticate, destinationOf } from '../../src/kinds';
import { CANARY, refusal } from './canary';

/**
 * Attacks: make a credential travel to a server that it does not belong to.
 *
 *  1. another host, port or scheme; a host that only looks like the right one
 *  2. user-info, backslashes, control characters, escapes: a URL that two parsers read differently
 *  3. a relative or protocol-relative target beside a base
 *  4. letters that look alike, other spellings of an address
 *  5. holes in lists of domains
 *  6. fields that cannot be obeyed
 *  7. somebody else named beside the URL: by a Host header, or by a proxy that can read along
 */

const BASE = { token: CANARY, baseUrl: 'https://api.example.com/v1' };
const TYPE = 'sealboxBearerApi';

const STAYS = [
	'https://api.example.com/',
	'https://api.example.com:443/v2?x=https://evil.example',
	'https://API.Example.COM/v1/me#x',
	' https://api.example.com/x ',
	'https://api.example.com/@evil.example/',
	'https://ａｐｉ.example.com/',
];

const LEAVES = [
	// 1
	'https://evil.example/',
	'http://api.example.com/',
	'https://api.example.com:8443/',
	'https://example.com/',
	'https://sub.api.example.com/',
	'https://api.example.com.evil.example/',
	'https://api.example.comevil.example/',
	'https://api-example.com/',
	'https://api.example.com./',
	'ftp://api.example.com/',
	'file:///etc/passwd',
	'javascript://api.example.com/%0aalert(1)',
	'data:text/plain,x',
	'ws://api.example.com/',
	// 2
	'https://api.example.com@evil.example/',
	'https://api.example.com:443@evil.example/',
	'https://user:pass@api.example.com/',
	'https://@api.example.com/',
	'https://evil.example\\@api.example.com/',
	'https://api.example.com\\@evil.example/',
	'https:\\\\api.example.com/',
	'https:/\\api.example.com/',
	'https://evil.example\t/@api.example.com',
	'https://api.exa\nmple.com/',
	'https://api.example.com\r\nHost: evil.example/',
	'https://api.example.com%2f@evil.example/',
	'https://api%2eexample.com/',
	'https://evil.example%23@api.example.com/',
	'https://evil.example#@api.example.com/',
	'https://evil.example?@api.example.com/',
	'https://api.example.com%00.evil.example/',
	'https://[::ffff:api.example.com]/',
	'https:api.example.com/',
	'https:///api.example.com/',
	'https://',
	'',
	'//api.example.com/',
	'/v1/me',
	'api.example.com/v1',
	// 4
	'https://аpi.example.com/',
	'https://api.exаmple.com/',
	'https://api.example。com.evil.example/',
	'https://xn--pi-7ba.example.com/',
	'https://api.example.com\u200b.evil.example/',
];

test.each(STAYS)(
	'a credential may go to another spelling of its own service: row %#',
	async (url) => {
		const allowed = assertDestination(BASE, { url }, TYPE);
		expect(allowed.origin).toBe('https://api.example.com');
		const applied = await authenticate(TYPE, BASE, { url });
		expect(new URL(applied.url).origin).toBe('https://api.example.com');
		expect(applied.url).toBe(allowed.href);
	},
);

test.each(LEAVES)('a credential goes nowhere but to its service: row %#', async (url) => {
	for (const request of [{ url }, { uri: url }]) {
		const sentence = await refusal(
			() => assertDestination(BASE, request, TYPE),
			'ERR_DESTINATION_REFUSED',
		);
		expect(sentence).not.toContain('evil');
		await refusal(() => authenticate(TYPE, BASE, request), 'ERR_DESTINATION_REFUSED');
	}
});

test('without limits, only what no careful caller writes is refused', async () => {
	const fields = { token: CANARY };
	expect(assertDestination(fields, { url: 'http://anything.example:81/' }, TYPE).port).toBe('81');
	for (const url of [
		'https://u:p@a.example/',
		'https://a.example\\b',
		'file:///x',
		'https://a%2eb/',
	]) {
		await refusal(() => assertDestination(fields, { url }, TYPE), 'ERR_DESTINATION_REFUSED');
	}
});

// 3
test.each([
	[{ baseURL: 'https://api.example.com', url: '/v1' }, 'https://api.example.com/v1'],
	[{ baseURL: 'https://api.example.com/v1/', url: 'me' }, 'https://api.example.com/v1/me'],
	[{ baseURL: 'https://api.example.com/v1', url: '' }, 'https://api.example.com/v1'],
	[
		{ baseURL: 'https://evil.example', url: 'https://api.example.com/x' },
		'https://api.example.com/x',
	],
])('a base and a path are joined as the client joins them: row %#', async (request, expected) => {
	const applied = await authenticate(TYPE, BASE, request);
	expect(applied.url).toBe(expected);
	expect(applied).not.toHaveProperty('baseURL');
});

test.each([
	{ baseURL: 'https://api.example.com', url: 'https://evil.example/' },
	{ baseURL: 'https://api.example.com', url: '//evil.example/' },
	{ baseURL: 'https://evil.example', url: '/v1' },
	{ baseURL: 'https://evil.example', url: '' },
	{ url: 'https://evil.example/', uri: 'https://api.example.com/' },
])('a base does not vouch for its path: row %#', async (request) => {
	await refusal(() => authenticate(TYPE, BASE, request), 'ERR_DESTINATION_REFUSED');
});

test('of two targets the one that the client takes is checked, and it alone is left', async () => {
	const request = { url: 'https://api.example.com/', uri: 'https://evil.example/' };
	const applied = await authenticate(TYPE, BASE, request);
	expect(JSON.stringify(applied)).not.toContain('evil');
});

// 5
const list = (allowedDomains: string, more: object = {}) => ({
	token: CANARY,
	allowedHttpRequestDomains: 'domains',
	allowedDomains,
	...more,
});

test.each([
	['a.example', 'https://a.example/'],
	['a.example', 'http://a.example:8080/'],
	['A.Example.', 'https://a.example/'],
	['x.example, *.b.example', 'https://deep.er.b.example/'],
	['münchen.example', 'https://xn--mnchen-3ya.example/'],
	['127.0.0.1', 'http://2130706433/'],
])('a list of domains lets through what it names: row %#', (domains, url) => {
	expect(() => assertDestination(list(domains), { url }, TYPE)).not.toThrow();
});

test.each([
	['*.b.example', 'https://b.example/'],
	['*.b.example', 'https://evilb.example/'],
	['b.example', 'https://a.b.example/'],
	['b.example', 'https://b.example.evil.example/'],
	['b.example', 'https://b.example./'],
	['*', 'https://b.example/'],
	['*.', 'https://b.example/'],
	['https://b.example/', 'https://b.example/'],
	['b.example/path', 'https://b.example/'],
	['b.example:443', 'https://b.example/'],
	['x@b.example', 'https://b.example/'],
	['b.example', 'https://b.example@evil.example/'],
	['b.example', 'https://evil.example/?b.example'],
])('a list of domains lets nothing else through: row %#', async (domains, url) => {
	await refusal(() => assertDestination(list(domains), { url }, TYPE), 'ERR_DESTINATION_REFUSED');
});

test('a list of domains takes the place of the Base URL', async () => {
	const fields = list('b.example', { baseUrl: 'https://a.example' });
	expect(assertDestination(fields, { url: 'https://b.example/' }, TYPE).hostname).toBe('b.example');
	await refusal(
		() => assertDestination(fields, { url: 'https://a.example/' }, TYPE),
		'ERR_DESTINATION_REFUSED',
	);
});

// 6
test('fields that cannot be obeyed let nothing through', async () => {
	const url = 'https://a.example/';
	const unusable = [
		list(''),
		list(' , '),
		{ baseUrl: 'not a url' },
		{ allowedHttpRequestDomains: 'none' },
	];
	for (const fields of unusable) {
		await refusal(
			() => assertDestination({ token: CANARY, ...fields }, { url }, TYPE),
			'ERR_DESTINATION_REFUSED',
		);
	}
	await refusal(
		() => authenticate(TYPE, { token: CANARY, baseUrl: '={{ $json.x }}' }, { url }),
		'ERR_DESTINATION_REFUSED',
	);
});

test('for types of the host the allowed-domains fields count, and a field called baseUrl does not', () => {
	const fields = { apiKey: CANARY, baseUrl: 'https://a.example' };
	expect(() => assertDestination(fields, { url: 'https://b.example/' }, 'n8nApi')).not.toThrow();
	expect(() => assertDestination(fields, { url: 'https://b.example/' })).toThrow();
	const limited = { ...fields, allowedHttpRequestDomains: 'domains', allowedDomains: 'b.example' };
	expect(() => assertDestination(limited, { url: 'https://c.example/' }, 'n8nApi')).toThrow();
});

describe('beside the right URL', () => {
	const URL_OF_BASE = 'https://api.example.com/v1';
	const PROXY = 'http://evil.example:8080';

	test.each<[string, object]>([
		['a Host header', { headers: { Host: 'evil.example' } }],
		['two Host headers', { headers: { host: 'api.example.com', HOST: 'evil.example' } }],
		['a list of hosts', { headers: { host: ['api.example.com', 'evil.example'] } }],
		['a Host header with another port', { headers: { host: 'api.example.com:8443' } }],
		['a proxy and no look at certificates', { proxy: PROXY, rejectUnauthorized: false }],
		['the same in the newer shape', { proxy: PROXY, skipSslCertificateValidation: true }],
		['the same for the agent', { proxy: PROXY, agentOptions: { rejectUnauthorized: false } }],
		['a proxy and an authority for it', { proxy: { host: 'x' }, agentOptions: { ca: 'pem' } }],
	])('%s is refused', async (_, rest) => {
		for (const url of [{ url: URL_OF_BASE }, { uri: URL_OF_BASE }]) {
			await refusal(() => authenticate(TYPE, BASE, { ...url, ...rest }), 'ERR_DESTINATION_REFUSED');
		}
	});

	test('a proxy is refused where it could read everything', async () => {
		const fields = { token: CANARY, baseUrl: 'http://api.example.com' };
		await refusal(
			() => authenticate(TYPE, fields, { url: 'http://api.example.com/', proxy: PROXY }),
			'ERR_DESTINATION_REFUSED',
		);
		await refusal(
			() =>
				authenticate(TYPE, list('api.example.com'), {
					url: 'http://api.example.com/',
					proxy: PROXY,
				}),
			'ERR_DESTINATION_REFUSED',
		);
	});

	test.each<[string, object]>([
		['the own Host header', { headers: { Host: 'API.example.com:443' } }],
		['a proxy that sees encrypted bytes only', { proxy: PROXY, rejectUnauthorized: true }],
		['no proxy', { proxy: '', rejectUnauthorized: false }],
	])('%s is fine', async (_, rest) => {
		const request = { url: URL_OF_BASE, headers: {}, ...rest };
		const { headers } = await authenticate(TYPE, BASE, request);
		expect(headers).toHaveProperty('Authorization');
	});

	test('a credential that may go anywhere may go by any way', async () => {
		const request = { url: 'http://api.example.com/', headers: {}, proxy: PROXY };
		const { headers } = await authenticate(TYPE, { token: CANARY }, request);
		expect(headers).toHaveProperty('Authorization');
	});
});

test('the limits are told in a sentence that holds hosts only', () => {
	const { description } = destinationOf(BASE, TYPE);
	expect(description).toBe('This credential may be sent to https://api.example.com only.');
	expect(destinationOf({ token: CANARY }, TYPE).description).toContain('any server');
	expect(destinationOf(list('a.example, *.b.example'), TYPE).description).toContain(
		'a.example, *.b.example',
	);
});

test('keys of AWS go to AWS over https, and to the endpoints of the credential as they are', async () => {
	const fields = {
		region: 'eu-central-1',
		accessKeyId: 'AKIAQYLPMN5HHHFPZAM2',
		secretAccessKey: CANARY,
		endpoint: 'http://localhost:9000',
		stsEndpoint: 'https://sts.example',
	};
	const allows = (url: string) => assertDestination(fields, { url }, 'sealboxAwsApi');
	for (const url of [
		'https://s3.eu-central-1.amazonaws.com/',
		'https://bucket.s3.cn-north-1.amazonaws.com.cn/',
		'https://x.lambda-url.eu-central-1.on.aws/',
		'http://localhost:9000/x',
		'https://sts.example/',
	]) {
		expect(() => allows(url)).not.toThrow();
	}
	for (const url of [
		'http://s3.eu-central-1.amazonaws.com/',
		'https://amazonaws.com/',
		'https://s3.amazonaws.com.evil.example/',
		'https://evilamazonaws.com/',
		'http://localhost:9001/',
		'https://localhost:9000/',
		'http://sts.example/',
	]) {
		await refusal(() => allows(url), 'ERR_DESTINATION_REFUSED');
	}
});
