import { SealboxOAuth2Api } from '../../credentials/SealboxOAuth2Api.credentials';
import { describeKinds, validateCredential } from '../../src/kinds';
import { CANARY } from './canary';

const GOOD = {
	grantType: 'pkce',
	authUrl: 'https://login.example/authorize?prompt=consent',
	accessTokenUrl: 'https://login.example/token',
	clientId: 'app',
	clientSecret: CANARY,
};

test('the form hands consent to the host and starts with PKCE', () => {
	const form = new SealboxOAuth2Api();
	expect(form.extends).toEqual(['oAuth2Api']);
	const grant = form.properties.find(({ name }) => name === 'grantType');
	expect(grant?.default).toBe('pkce');
	// The host drops the scope of a type whose form hides that field.
	expect(form.properties.find(({ name }) => name === 'scope')?.type).toBe('string');
});

test('the kind tells how it gets its tokens', () => {
	const { oauth, auth } = describeKinds().find(({ name }) => name === 'oauth2')!;
	expect(auth).toBe('oauth2');
	expect(oauth).toMatchObject({
		extends: 'oAuth2Api',
		defaultGrantType: 'pkce',
		grantTypes: ['pkce', 'authorizationCode', 'clientCredentials'],
	});
});

test.each([
	GOOD,
	{ ...GOOD, clientSecret: '' },
	{ ...GOOD, grantType: 'authorizationCode' },
	{ ...GOOD, grantType: 'clientCredentials', authUrl: '' },
	{ ...GOOD, authUrl: '={{ $vars.url }}', oauthTokenData: { access_token: CANARY } },
])('what each grant needs is enough: row %#', (fields) => {
	expect(validateCredential('oauth2', fields)).toEqual({ valid: true, warnings: [] });
});

test.each([
	['authUrl', { authUrl: '' }, 'empty'],
	['authUrl', { authUrl: 'login.example' }, 'not a URL'],
	['accessTokenUrl', { accessTokenUrl: '' }, 'empty'],
	['accessTokenUrl', { accessTokenUrl: 'javascript:x' }, 'not a URL'],
	['accessTokenUrl', { accessTokenUrl: `https://u:${CANARY}@login.example/` }, 'user name'],
	['clientId', { clientId: ' ' }, 'empty'],
	['clientSecret', { grantType: 'clientCredentials', clientSecret: '' }, 'PKCE'],
	['grantType', { grantType: 'password' }, 'Grant Type'],
])('what is missing or wrong is told at its field: %s, row %#', (field, fields, reason) => {
	const validation = validateCredential('oauth2', { ...GOOD, ...fields });
	expect(validation).toMatchObject({
		valid: false,
		errors: [{ field, message: expect.stringContaining(reason) as string }],
	});
	expect(JSON.stringify(validation)).not.toContain(CANARY);
});

test('an unencrypted endpoint is warned about, one on this machine is not', () => {
	const plain = { ...GOOD, accessTokenUrl: 'http://login.example/token' };
	expect(validateCredential('oauth2', plain)).toMatchObject({
		warnings: [expect.stringContaining('Access Token URL starts with http://')],
	});
	const local = { ...GOOD, accessTokenUrl: 'http://127.0.0.1:3000/token' };
	expect(validateCredential('oauth2', local)).toMatchObject({ warnings: [] });
});
