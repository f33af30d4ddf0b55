import { implausibleFields } from '../../../src/host/guard/implausible';
import type { CredentialView } from '../../../src/host/guard/learn/shapes';

const password = (name: string, more: object = {}) => ({
	name,
	type: 'string',
	typeOptions: { password: true },
	...more,
});
const viewOf = (...properties: CredentialView['properties']): CredentialView => ({
	name: 'someApi',
	properties,
});
const key = viewOf(password('apiKey'), { name: 'host', type: 'string' });

test.each([
	['a space around it', ' s3cr3t-value ', /starts or ends with a space/],
	['a placeholder', '<your-api-key>', /looks like a placeholder/],
	['an expression without its sign', '{{ $json.key }}', /looks like a placeholder/],
	['stars', '********', /masked/],
	['a line break', 'half\u0000secret', /control character/],
	["n8n's own stand-in", '__n8n_BLANK_VALUE_e5362baf', /stand-in/],
])('a secret with %s is reported by field, without its value', (_, value, why) => {
	const found = implausibleFields('someApi', key, { apiKey: value, host: ' public ' });
	expect(found).toEqual([{ field: 'apiKey', why: expect.stringMatching(why) as string }]);
	expect(JSON.stringify(found)).not.toContain(value.trim());
});

test.each([
	['a usual key', 'sk-proj-4f9a0b2c'],
	['an expression', '={{ $secrets.vault.key }}'],
	['a key of several lines', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n'],
	['an object', { token: 'x' }],
])('%s is plausible', (_, value) => {
	expect(implausibleFields('someApi', key, { apiKey: value })).toEqual([]);
});

test('a required secret that is empty is reported, one that need not be shown is not', () => {
	const view = viewOf(
		password('a', { required: true }),
		password('b', { required: true, displayOptions: { show: { mode: ['b'] } } }),
		password('c'),
	);
	expect(implausibleFields('someApi', view, { a: '' })).toEqual([
		{ field: 'a', why: 'It is empty.' },
	]);
});

test('our own types are judged by their kinds', () => {
	const [found] = implausibleFields('sealboxBearerApi', undefined, { token: 'Bearer abc def' });
	expect(found.field).toBe('token');
	expect(implausibleFields('sealboxBearerApi', undefined, { token: 'abcdef0123' })).toEqual([]);
});
