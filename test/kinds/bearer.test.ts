import {
	applyCredential,
	authenticate,
	validateCredential,
	type OutgoingRequest,
} from '../../src/kinds';
import { CANARY, refusal } from './canary';

const apply = (fields: object, request: OutgoingRequest) =>
	authenticate('sealboxBearerApi', { token: CANARY, ...fields }, request);

test('bearer puts the token into the Authorization header of both request shapes', async () => {
	const newer = await apply({}, { url: 'https://a.example/x', headers: { accept: '*/*' } });
	expect(newer).toMatchObject({
		url: 'https://a.example/x',
		headers: { accept: '*/*', Authorization: `Bearer ${CANARY}` },
	});
	const legacy = await apply({}, { uri: 'https://a.example/x' });
	expect(legacy).toMatchObject({
		uri: 'https://a.example/x',
		headers: { Authorization: `Bearer ${CANARY}` },
	});
	expect(legacy).not.toHaveProperty('url');
});

test('bearer replaces whatever would set Authorization otherwise', async () => {
	const request = {
		url: 'https://a.example/',
		headers: { authorization: 'Basic old', AUTHORIZATION: 'x' },
		auth: { username: 'u', password: 'p' },
	};
	const applied = await apply({}, request);
	expect(applied.headers).toEqual({ Authorization: `Bearer ${CANARY}` });
	expect(applied).not.toHaveProperty('auth');
});

test('applying bearer twice gives what applying it once gives, and leaves its argument alone', async () => {
	const request = { url: 'https://a.example/', headers: { accept: 'x' } };
	const before = structuredClone(request);
	const once = await apply({}, request);
	expect(await apply({}, once)).toEqual(once);
	expect(request).toEqual(before);
});

test('spaces around a pasted token are not sent', async () => {
	const applied = await apply({ token: ` ${CANARY}\n` }, { url: 'https://a.example/' });
	expect(applied.headers).toEqual({ Authorization: `Bearer ${CANARY}` });
});

test('everything that was used is told, so that it can be scrubbed', async () => {
	const { used } = await applyCredential(
		'sealboxBearerApi',
		{ token: CANARY },
		{ url: 'https://a.example/' },
	);
	expect(used).toEqual([{ name: 'token', value: CANARY }]);
});

test.each([
	['', 'empty'],
	['   ', 'empty'],
	[`Bearer ${CANARY}`, 'scheme'],
	[`Authorization: Bearer ${CANARY}`, 'scheme'],
	[`${CANARY} ${CANARY}`, 'space'],
	[`${CANARY}\n${CANARY}`, 'line break'],
	[`${CANARY}\r\nX-Evil: 1`, 'line break'],
	[`${CANARY}\u0000`, 'control'],
	[`${CANARY}\u200b`, 'cannot be seen'],
	[`${CANARY}ü`, 'ASCII'],
	['sk-********3f2a', 'masked'],
	['sk-abcd…3f2a', 'masked'],
	['__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6', 'stand-in'],
])('a token that cannot be right is refused with a reason: row %#', async (token, reason) => {
	const validation = validateCredential('bearer', { token });
	expect(validation).toMatchObject({
		valid: false,
		errors: [{ field: 'token', message: expect.stringContaining(reason) as string }],
	});
	expect(JSON.stringify(validation)).not.toContain(CANARY);
	await refusal(() => apply({ token }, { url: 'https://a.example/' }), 'ERR_CREDENTIAL_INVALID');
});

test.each([
	[`API_TOKEN=${CANARY}`, 'NAME=value'],
	[`"${CANARY}"`, 'quotation marks'],
	['your-token-here', 'placeholder'],
	['<token>', 'placeholder'],
	['aaaaaaaaaaaa', 'placeholder'],
	[` ${CANARY}`, 'without that space'],
])('a token that looks wrong is allowed with a warning: row %#', (token, reason) => {
	const validation = validateCredential('bearer', { token, baseUrl: 'https://a.example' });
	expect(validation).toEqual({ valid: true, warnings: [expect.stringContaining(reason)] });
});

test.each([
	'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
	'QUJDREVGRw==',
	'AbC_dEf-123=',
	'a.b.c~d+e/f',
])('a good token gives no warning: row %#', (token) => {
	const validation = validateCredential('bearer', { token, baseUrl: 'https://a.example' });
	expect(validation).toEqual({ valid: true, warnings: [] });
});

test('an expression is not judged', () => {
	const fields = { token: '={{ "Bearer " + $json.x }}', baseUrl: '={{ $vars.url }}' };
	expect(validateCredential('bearer', fields)).toMatchObject({ valid: true });
});

test('a credential without any limit is warned about', () => {
	const warned = validateCredential('bearer', { token: CANARY });
	expect(warned).toEqual({ valid: true, warnings: [expect.stringContaining('any server')] });
	const limited = {
		token: CANARY,
		allowedHttpRequestDomains: 'domains',
		allowedDomains: 'a.example',
	};
	expect(validateCredential('bearer', limited)).toEqual({ valid: true, warnings: [] });
});

test.each([
	['ftp://a.example', 'https://'],
	['a.example', 'not a URL'],
	['https://u:p@a.example', 'user name'],
	['https://a.example/?k=1', 'before any ?'],
	['https://a.example/#x', 'before any ?'],
	['https://a.example./', 'dot'],
	['https://a.example\\@b', 'backslashes'],
])('a Base URL that cannot be right is refused: row %#', (baseUrl, reason) => {
	expect(validateCredential('bearer', { token: CANARY, baseUrl })).toMatchObject({
		valid: false,
		errors: [{ field: 'baseUrl', message: expect.stringContaining(reason) as string }],
	});
});

test.each(['https://evil.example/me', '//evil.example', '\\\\evil.example', 'a b', 'javascript:x'])(
	'a Test Path that leaves the service is refused: row %#',
	(testPath) => {
		const fields = { token: CANARY, baseUrl: 'https://a.example', testPath };
		expect(validateCredential('bearer', fields)).toMatchObject({
			valid: false,
			errors: [{ field: 'testPath' }],
		});
	},
);

test('fields that are no fields are refused, and an unknown kind is the programmer’s mistake', () => {
	for (const data of [null, undefined, 'x', 7, []]) {
		expect(validateCredential('bearer', data)).toMatchObject({ valid: false });
	}
	expect(() => validateCredential('unheard-of', {})).toThrow(RangeError);
	expect(validateCredential('sealboxBearerApi', { token: CANARY }).valid).toBe(true);
});
