import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { json, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

const OLD = 'old-access-token-1a2b3c4d5e';
const NEW = 'new-access-token-6f7a8b9c0d';
const REFRESH = 'refresh-token-0f1e2d3c4b5a';
const CLIENT_SECRET = 'client-secret-998877665544';

let service: TestServer;
let issuer: TestServer;
beforeAll(async () => {
	service = await TestServer.start();
	issuer = await TestServer.start();
});
afterAll(async () => {
	await service.stop();
	await issuer.stop();
});
beforeEach(() => {
	service.received.length = 0;
	issuer.received.length = 0;
	issuer.answer = (_, response) => json(response, { access_token: NEW, token_type: 'Bearer' });
	service.answer = ({ headers, body }, response) =>
		headers.authorization === `Bearer ${NEW}`
			? json(response, { body, echo: headers.authorization })
			: json(response, { error: 'expired', echo: headers.authorization }, 401);
});

const values = () => ({
	grantType: 'authorizationCode',
	clientId: 'client',
	clientSecret: CLIENT_SECRET,
	accessTokenUrl: `${issuer.origin}/token`,
	authentication: 'body',
	oauthTokenData: { access_token: OLD, refresh_token: REFRESH, token_type: 'Bearer' },
});

const types = {
	oAuth2Api: { properties: [{ name: 'clientSecret', typeOptions: { password: true } }] },
	slackOAuth2Api: { extends: ['oAuth2Api'], properties: [] },
} as unknown as Trial['types'];

const WAYS: [string, Trial['parameters']][] = [
	['oAuth2Api', { authentication: 'genericCredentialType', genericAuthType: 'oAuth2Api' }],
	[
		'boxOAuth2Api',
		{ authentication: 'predefinedCredentialType', nodeCredentialType: 'boxOAuth2Api' },
	],
];

const run = async (type: string, parameters: Trial['parameters'], more: Trial['parameters'] = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: { url: `${service.origin}/me`, ...parameters, ...more },
		credentials: { [type]: values() } as unknown as Trial['credentials'],
		types,
	});

describe.each(WAYS)('%s', (type, parameters) => {
	test('renews a token that is refused, and sends the body again', async () => {
		const post = { method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' };
		const { items, error } = await run(type, parameters, post);
		expect(error).toBeUndefined();
		expect(issuer.received).toHaveLength(1);
		expect(service.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
		expect(items[0]?.json.body).toBe('{"a":1}');
		const shown = JSON.stringify(items);
		for (const secret of [OLD, NEW, REFRESH, CLIENT_SECRET]) expect(shown).not.toContain(secret);
	});

	test('says that it has to be connected again when the token cannot be renewed', async () => {
		issuer.answer = (_, response) =>
			json(response, { error: 'invalid_grant', error_description: REFRESH }, 400);
		const { error } = await run(type, parameters);
		expect(error?.message).toMatch(/connect it again\.$/);
		expect(JSON.stringify({ ...error, node: null })).not.toContain(REFRESH);
	});

	test('gives the answer of the service when it refuses the new token, too', async () => {
		service.answer = (_, response) => json(response, { sorry: true }, 401);
		const { error } = await run(type, parameters);
		expect(error?.message).toMatch(/answered 401 Unauthorized/);
		const never = { options: { response: { response: { neverError: true } } } };
		const { items } = await run(type, parameters, never);
		expect(items[0]?.json).toEqual({ sorry: true });
	});
});

test('OAuth 1 signs, and keeps the headers of the request', async () => {
	service.answer = ({ headers }, response) => json(response, headers);
	const oAuth1 = {
		consumerKey: 'key',
		consumerSecret: 'consumer-secret-123456',
		signatureMethod: 'HMAC-SHA1',
		oauthTokenData: {
			oauth_token: 'oauth-token-123456',
			oauth_token_secret: 'token-secret-123456',
		},
	};
	const { items, error } = await runNode({
		node: new SealboxRequest(),
		parameters: {
			url: service.origin,
			authentication: 'genericCredentialType',
			genericAuthType: 'oAuth1Api',
			sendHeaders: true,
			specifyHeaders: 'json',
			jsonHeaders: '{"x-mine":"kept"}',
		},
		credentials: { oAuth1Api: oAuth1 } as unknown as Trial['credentials'],
		types: { oAuth1Api: { properties: [] } } as unknown as Trial['types'],
	});
	expect(error).toBeUndefined();
	expect(items[0]?.json['x-mine']).toBe('kept');
	expect(service.received[0]?.headers.authorization).toMatch(/^OAuth .*oauth_signature="/);
	expect(JSON.stringify(items)).not.toContain('oauth-token-123456');
});

test('Digest answers the challenge of the server with the bytes of the body', async () => {
	const password = 'digest-password-42';
	service.answer = ({ headers, body }, response) => {
		if (headers.authorization !== undefined) return json(response, { body });
		response.setHeader(
			'www-authenticate',
			'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256',
		);
		json(response, {}, 401);
	};
	const { items } = await runNode({
		node: new SealboxRequest(),
		parameters: {
			url: `${service.origin}/d?x=1`,
			method: 'PUT',
			authentication: 'genericCredentialType',
			genericAuthType: 'httpDigestAuth',
			sendBody: true,
			specifyBody: 'json',
			jsonBody: '{"a":1}',
		},
		credentials: { httpDigestAuth: { user: 'me', password } },
		types: { httpDigestAuth: { properties: [] } } as unknown as Trial['types'],
	});
	expect(items[0]?.json).toEqual({ body: '{"a":1}' });
	expect(service.received[1]?.headers.authorization).toMatch(/uri="\/d\?x=1", algorithm=SHA-256/);
	expect(service.everything).not.toContain(password);
});
