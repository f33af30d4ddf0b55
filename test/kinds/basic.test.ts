import { applyCredential, authenticate, validateCredential } from '../../src/kinds';
import { CANARY, refusal } from './canary';

const URL = 'https://a.example/';
const headerFor = async (fields: object) => {
	const { headers } = (await authenticate('sealboxBasicAuthApi', fields as never, {
		url: URL,
	})) as {
		headers?: Record<string, string>;
	};
	return headers?.Authorization;
};

test('basic encodes the pair in UTF-8, as RFC 7617 section 2.1 shows', async () => {
	expect(await headerFor({ user: 'Aladdin', password: 'open sesame' })).toBe(
		'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
	);
	expect(await headerFor({ user: 'test', password: '123£' })).toBe('Basic dGVzdDoxMjPCow==');
});

test('either half may be empty, but not both', async () => {
	expect(await headerFor({ user: 'sk_key' })).toBe(`Basic ${btoa('sk_key:')}`);
	expect(await headerFor({ password: 'pat' })).toBe(`Basic ${btoa(':pat')}`);
	expect(validateCredential('basic', {})).toMatchObject({
		valid: false,
		errors: [{ field: 'user', message: expect.stringContaining('both empty') as string }],
	});
});

test('spaces and colons belong to the password', async () => {
	expect(await headerFor({ user: 'u', password: ' a:b ' })).toBe(`Basic ${btoa('u: a:b ')}`);
});

test.each([
	['user', { user: 'a:b', password: CANARY }, 'colon'],
	['user', { user: 'a\nb', password: CANARY }, 'control'],
	['password', { user: 'a', password: `${CANARY}\n` }, 'line break'],
	['password', { user: 'a', password: '********' }, 'masked'],
	['password', { password: '********' }, 'masked'],
])('a %s that cannot be sent is refused: row %#', async (field, fields, reason) => {
	expect(validateCredential('basic', fields)).toMatchObject({
		valid: false,
		errors: [{ field, message: expect.stringContaining(reason) as string }],
	});
	await refusal(() => headerFor(fields), 'ERR_CREDENTIAL_INVALID');
});

test('password, pair and encoded pair are told for scrubbing', async () => {
	const { used } = await applyCredential(
		'sealboxBasicAuthApi',
		{ user: 'ü', password: CANARY },
		{ url: URL },
	);
	const pair = Buffer.from(`ü:${CANARY}`).toString('base64');
	expect(used.map(({ value }) => value)).toEqual([CANARY, `ü:${CANARY}`, pair]);
});

test('without a password it is the user that is scrubbed', async () => {
	const { used } = await applyCredential('sealboxBasicAuthApi', { user: CANARY }, { url: URL });
	expect(used.map(({ value }) => value)).toContain(CANARY);
});
