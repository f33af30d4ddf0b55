import type { Fields } from '../../src/kinds/kind';
import { smtp } from '../../src/kinds/smtp';

const GOOD = {
	host: 'smtp.example.com',
	port: 587,
	user: 'ada@example.com',
	password: 'Tr0ub4dor&3',
};

const faultsOf = (change: Fields): [field: string, sentence: string][] => {
	const { error } = smtp.schema.safeParse({ ...GOOD, ...change });
	return (error?.issues ?? []).map(({ path, message }) => [path.join('.'), message]);
};
const warningsOf = (change: Fields): string[] =>
	smtp.warnings?.(smtp.schema.parse({ ...GOOD, ...change })) ?? [];

test('a host and a login are enough, and STARTTLS is required', () => {
	expect(smtp.schema.parse({ ...GOOD, port: undefined })).toMatchObject({
		port: 587,
		tls: 'starttls',
		login: 'password',
	});
});

test.each([
	['host', 'smtps://smtp.example.com'],
	['host', 'ada@smtp.example.com'],
	['user', ''],
	['password', ''],
	['hostName', 'n8n\r\nMAIL FROM:<eve@example.com>'],
	['hostName', 'two words'],
	['tls', 'opportunistic'],
	['login', 'magic'],
	['ca', 'not a certificate'],
])('%s %j is refused in a sentence that does not repeat it', (field, value) => {
	const faults = faultsOf({ [field]: value });
	expect(faults).toEqual([[field, expect.stringMatching(/^[A-Z].*\.$/)]]);
	if (value.length > 3 && field !== 'ca') expect(faults[0]?.[1]).not.toContain(value);
});

test.each(['', 'Bearer abc', 'ab\ncd', 'a b'])('access token %j is refused', (accessToken) => {
	expect(faultsOf({ login: 'oauth2', accessToken })).toEqual([
		['accessToken', expect.stringMatching(/^Access Token .*\.$/)],
	]);
});

test('an expression for the access token is left to the run that resolves it', () => {
	expect(faultsOf({ login: 'oauth2', accessToken: '={{ $json.token }}' })).toEqual([]);
});

test('only the chosen login is asked for', () => {
	expect(faultsOf({ login: 'none', user: '', password: '' })).toEqual([]);
	expect(faultsOf({ login: 'oauth2', password: '', accessToken: 'ya29.a-b_c' })).toEqual([]);
});

test('an address literal is a client host name', () => {
	expect(faultsOf({ hostName: '[192.0.2.1]' })).toEqual([]);
});

test('a port that belongs to another TLS mode is pointed out', () => {
	expect(warningsOf({ port: 465 })).toEqual([expect.stringContaining('From the Start')]);
	expect(warningsOf({ tls: 'implicit' })).toEqual([expect.stringContaining('STARTTLS')]);
	expect(warningsOf({ tls: 'implicit', port: 465 })).toEqual([]);
});

test('no TLS is pointed out, except on this machine', () => {
	expect(warningsOf({ tls: 'none' })).toEqual([expect.stringContaining('TLS is none')]);
	expect(warningsOf({ tls: 'none', host: 'localhost' })).toEqual([]);
});
