import { generateKeyPairSync } from 'node:crypto';
import { applyCredential, validateCredential } from '../../src/kinds';

const TYPE = 'sealboxTokenApi';
const FIELDS = {
	grantType: 'clientCredentials',
	accessTokenUrl: 'https://login.example.com/token',
	clientId: 'app',
	clientSecret: 'qT7-vX2_zN9xWk4RmB',
	baseUrl: 'https://api.example.com',
};

/** Gives out tokens by number, and notes what was refused. */
function keeper() {
	const refused: Array<string | undefined> = [];
	const tokenOf = async (_fields: unknown, token: string | undefined) =>
		`token-${refused.push(token)}`;
	return { refused, circumstances: { now: Date.now, tokenOf } };
}

const errorsOf = (changes: object) => {
	const result = validateCredential(TYPE, { ...FIELDS, ...changes });
	return result.valid ? [] : result.errors.map(({ field }) => field);
};

test('a token goes into the header; a request that carries one already says that it was refused', async () => {
	const { refused, circumstances } = keeper();
	const request = { url: 'https://api.example.com/me', headers: { 'x-other': '1' } };
	const first = await applyCredential(TYPE, FIELDS, request, circumstances);
	expect(first.request.headers).toMatchObject({ 'x-other': '1', Authorization: 'Bearer token-1' });
	expect(first.used.map(({ value }) => value)).toContain('token-1');
	const second = await applyCredential(TYPE, FIELDS, first.request, circumstances);
	expect(second.request.headers).toMatchObject({ Authorization: 'Bearer token-2' });
	expect(refused).toEqual([undefined, 'token-1']);
});

test('a header of its own, without a prefix, is not followed to another host', async () => {
	const { refused, circumstances } = keeper();
	const fields = { ...FIELDS, headerName: 'X-Session', prefix: '' };
	const request = { url: 'https://api.example.com/me' };
	const first = await applyCredential(TYPE, fields, request, circumstances);
	expect(first.request).toMatchObject({
		headers: { 'X-Session': 'token-1' },
		followRedirect: false,
	});
	await applyCredential(TYPE, fields, first.request, circumstances);
	expect(refused).toEqual([undefined, 'token-1']);
});

test('no token is asked for where it could not be sent', async () => {
	const { refused, circumstances } = keeper();
	const request = { url: 'https://evil.example.com/' };
	await expect(applyCredential(TYPE, FIELDS, request, circumstances)).rejects.toMatchObject({
		code: 'ERR_DESTINATION_REFUSED',
	});
	expect(refused).toEqual([]);
});

test('each grant names the fields that it lacks', () => {
	const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
	expect(errorsOf({})).toEqual([]);
	expect(errorsOf({ clientSecret: '' })).toEqual(['clientSecret']);
	expect(errorsOf({ accessTokenUrl: 'login.example.com' })).toEqual(['accessTokenUrl']);
	expect(errorsOf({ accessTokenUrl: 'https://me:pw@login.example.com' })).toEqual([
		'accessTokenUrl',
	]);
	expect(errorsOf({ grantType: 'refreshToken' })).toEqual(['refreshToken']);
	expect(errorsOf({ grantType: 'jwtBearer' })).toEqual(['privateKey']);
	expect(errorsOf({ grantType: 'jwtBearer', privateKey: pem, clientId: '' })).toEqual([]);
	expect(errorsOf({ grantType: 'jwtBearer', privateKey: pem, algorithm: 'ES256' })).toEqual([
		'privateKey',
	]);
	expect(errorsOf({ grantType: 'login' })).toEqual(['loginUrl', 'tokenPath']);
	expect(errorsOf({ parameters: '{"a"' })).toEqual(['parameters']);
	expect(errorsOf({ refusalPath: 'error', refusalValues: ' , ' })).toEqual(['refusalValues']);
	expect(errorsOf({ refusalPath: 'error', refusalValues: '601' })).toEqual([]);
	expect(errorsOf({ grantType: 'refreshToken', refreshToken: '={{ $json.token }}' })).toEqual([]);
});
