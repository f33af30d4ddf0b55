import { redirected, toServersChoice, type Hop } from '../../src/http/hop';
import type { HttpRequest } from '../../src/http/message';
import type { Carrier } from '../../src/http/ports';

const content = { type: 'text', text: 'x', mediaType: 'text/plain' } as const;
const hopOf = (method: string, url: string, rest: Partial<HttpRequest> = {}): Hop => ({
	request: { method, url: new URL(url), headers: {}, ...rest },
	authenticated: true,
});
const to = (location: string, status = 302) => ({
	status,
	headers: { location },
	body: Buffer.of(),
});

const carrier = (names: string[] = []): Carrier => ({
	assertAllowed: () => undefined,
	assertReachable: () => undefined,
	names: (url) => names.includes(url.hostname),
	showsIn: () => false,
});

/** RFC 9110 section 15.4 */
test.each<[number, string, string, boolean]>([
	[301, 'GET', 'GET', false],
	[301, 'POST', 'GET', false],
	[301, 'PUT', 'PUT', true],
	[302, 'POST', 'GET', false],
	[302, 'DELETE', 'DELETE', true],
	[302, 'PATCH', 'PATCH', true],
	[303, 'POST', 'GET', false],
	[303, 'PUT', 'GET', false],
	[303, 'HEAD', 'HEAD', false],
	[307, 'POST', 'POST', true],
	[308, 'POST', 'POST', true],
	[308, 'PUT', 'PUT', true],
])('a %i turns %s into %s', (status, before, after, keepsBody) => {
	const body = ['GET', 'HEAD'].includes(before)
		? {}
		: { content, headers: { 'Content-Type': 'a/b' } };
	const { request } = redirected(
		hopOf(before, 'https://a.example/1', body),
		to('/2', status),
		null,
	);
	expect(request.method).toBe(after);
	expect(request.url.href).toBe('https://a.example/2');
	expect('content' in request && request.content !== undefined).toBe(keepsBody);
	expect('Content-Type' in request.headers).toBe(keepsBody);
});

test.each<[string, string, boolean]>([
	['https://a.example/x', 'https://a.example/y', true],
	['https://a.example/x', 'https://a.example:443/y', true],
	['https://a.example/x', 'https://A.EXAMPLE/y', true],
	['http://a.example/x', 'https://a.example/y', true],
	['https://a.example/x', 'https://a.example:8443/y', false],
	['http://a.example:8080/x', 'https://a.example/y', false],
	['https://a.example/x', 'https://b.a.example/y', false],
	['https://a.example/x', 'https://a.example.evil.test/y', false],
	['https://a.example/x', 'https://evil.test/a.example', false],
	['https://a.example/x', 'https://a.example./y', false],
])('from %s to %s the credential goes along: %s', (from, target, goes) => {
	const hop = toServersChoice(hopOf('GET', from), new URL(target), carrier());
	expect(hop.authenticated).toBe(goes);
});

test('a host that the credential names gets it, and one that has lost it does not get it back', () => {
	const first = hopOf('GET', 'https://a.example/');
	const named = carrier(['b.example']);
	expect(toServersChoice(first, new URL('https://b.example/'), named).authenticated).toBe(true);
	const lost = toServersChoice(first, new URL('https://c.example/'), named);
	expect(toServersChoice(lost, new URL('https://b.example/'), named).authenticated).toBe(false);
});

test('from https to http is refused, with or without a credential', () => {
	const hop = hopOf('GET', 'https://a.example/');
	for (const credential of [null, carrier(['a.example'])]) {
		expect(() => redirected(hop, to('http://a.example/'), credential)).toThrow(
			/from https to http/,
		);
	}
});

test('a location that is no URL is refused', () => {
	expect(() => redirected(hopOf('GET', 'https://a.example/'), to('http://'), null)).toThrow(
		'a.example sends this request to an address that is no URL. It was not followed.',
	);
});

test('a fragment is not sent', () => {
	const { request } = redirected(hopOf('GET', 'https://a.example/'), to('/x#part'), null);
	expect(request.url.href).toBe('https://a.example/x');
});
