import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SealboxOAuth2Api } from '../../credentials/SealboxOAuth2Api.credentials';
import { SealboxRequest } from '../../nodes/SealboxRequest/SealboxRequest.node';
import { json, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

/** Sealbox Request with a grant of n8n's consent window: Sealbox renews it, and n8n does not. */

const CLIENT_SECRET = 'client-secret-998877665544';
let service: TestServer;
let issuer: TestServer;
let folder: string;
let number = 0;
/** What the service takes. */
let good: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-user-'));
	Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'a key of n8n' });
	service = await TestServer.start();
	issuer = await TestServer.start();
});
afterAll(async () => {
	delete process.env.N8N_USER_FOLDER;
	delete process.env.N8N_ENCRYPTION_KEY;
	await service.stop();
	await issuer.stop();
	rmSync(folder, { recursive: true });
});
beforeEach(() => {
	number += 1;
	service.received.length = 0;
	issuer.received.length = 0;
	good = `new-access-token-${number}-6f7a8b9c0d`;
	issuer.answer = (_, response) =>
		json(response, { access_token: good, refresh_token: `next-${number}`, expires_in: 3_600 });
	service.answer = ({ headers, body }, response) => {
		const isGood = headers.authorization === `Bearer ${good}`;
		json(response, { body, echo: headers.authorization }, isGood ? 200 : 401);
	};
});

const token = () => ({
	access_token: `old-access-token-${number}-1a2b3c4d5e`,
	refresh_token: `refresh-token-${number}-0f1e2d3c4b5a`,
	token_type: 'Bearer',
});

const run = async (fields: object = {}, more: Trial['parameters'] = {}) =>
	await runNode({
		node: new SealboxRequest(),
		parameters: {
			url: `${service.origin}/me`,
			authentication: 'sealboxCredential',
			sealboxCredentialType: 'sealboxOAuth2Api',
			...more,
		},
		credentials: {
			sealboxOAuth2Api: {
				grantType: 'authorizationCode',
				clientId: 'client',
				clientSecret: CLIENT_SECRET,
				authUrl: `${issuer.origin}/auth`,
				accessTokenUrl: `${issuer.origin}/token`,
				authentication: 'body',
				oauthTokenData: token(),
				...fields,
			},
		} as unknown as Trial['credentials'],
		types: { sealboxOAuth2Api: new SealboxOAuth2Api() } as unknown as Trial['types'],
	});

const sent = () => service.received.map(({ headers }) => headers.authorization);

test('renews a token that is refused, sends the body again, and shows neither', async () => {
	const post = { method: 'POST', sendBody: true, specifyBody: 'json', jsonBody: '{"a":1}' };
	const { items, error } = await run({}, post);
	expect(error).toBeUndefined();
	expect(issuer.received).toHaveLength(1);
	expect(service.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
	expect(items[0]?.json.body).toBe('{"a":1}');
	const shown = JSON.stringify(items);
	for (const secret of [...Object.values(token()).slice(0, 2), good, CLIENT_SECRET]) {
		expect(shown).not.toContain(secret);
	}
});

test('a token that n8n says has expired is not even tried', async () => {
	const expired = { ...token(), expires_in: 60, n8n_expires_at: String(Date.now() - 1_000) };
	expect((await run({ oauthTokenData: expired })).error).toBeUndefined();
	expect(sent()).toEqual([`Bearer ${good}`]);
});

test('a token whose age nobody knows is renewed before it is used', async () => {
	expect((await run({ oauthTokenData: { ...token(), expires_in: 3_600 } })).error).toBeUndefined();
	expect(sent()).toEqual([`Bearer ${good}`]);
});

test('the refresh token of the consent is used once, though n8n goes on showing it', async () => {
	await run();
	good = `later-access-token-${number}`;
	expect((await run()).error).toBeUndefined();
	const used = issuer.received.map(({ body }) => new URLSearchParams(body).get('refresh_token'));
	expect(used).toEqual([token().refresh_token, `next-${number}`]);
});

test('fault 4: the status that the credential names stands for a refusal', async () => {
	service.answer = ({ headers }, response) =>
		json(response, {}, headers.authorization === `Bearer ${good}` ? 200 : 419);
	expect((await run({ tokenExpiredStatusCode: 419 })).error).toBeUndefined();
	expect(issuer.received).toHaveLength(1);
});

const living = (ms: number) => ({
	oauthTokenData: { ...token(), expires_in: 3_600, n8n_expires_at: String(Date.now() + ms) },
	tokenExpiredStatusCode: 403,
});

test('fault 4: while the token is good by its own end, that status is an answer like any other', async () => {
	service.answer = (_, response) => json(response, { may: 'not' }, 403);
	const { error } = await run(living(3_600_000));
	expect(error?.message).toMatch(/answered 403 Forbidden/);
	expect(issuer.received).toEqual([]);
	expect(sent()).toEqual([`Bearer ${token().access_token}`]);
});

test('fault 4: 401 renews such a token all the same', async () => {
	expect((await run(living(3_600_000))).error).toBeUndefined();
	expect(sent()).toEqual([`Bearer ${token().access_token}`, `Bearer ${good}`]);
});

test.each([
	['a grant that has ended', token, /The grant at .* has ended.*connect it again/],
	[
		'a token without a refresh token',
		() => ({ access_token: `only-${number}` }),
		/connect it again/,
	],
])('%s says that it has to be connected again', async (_name, held, message) => {
	issuer.answer = (_, response) =>
		json(response, { error: 'invalid_grant', error_description: token().refresh_token }, 400);
	const { error } = await run({ oauthTokenData: held() });
	expect(error?.message).toMatch(message);
	expect(JSON.stringify({ ...error, node: null })).not.toContain(token().refresh_token);
});

test('before anybody has consented nothing is sent', async () => {
	const { error } = await run({ oauthTokenData: undefined });
	expect(error?.message).toMatch(/Nobody has consented yet/);
	expect(service.received).toEqual([]);
});

test('gives the answer of the service when it refuses the new token, too', async () => {
	service.answer = (_, response) => json(response, { sorry: true }, 401);
	const { error } = await run();
	expect(error?.message).toMatch(/answered 401 Unauthorized/);
	expect(issuer.received).toHaveLength(1);
});

test("a client with a certificate of its own is left to n8n, and so are n8n's copies of its tokens", async () => {
	const { preAuthentication } = new SealboxOAuth2Api();
	const fields = {
		grantType: 'pkce',
		authUrl: `${issuer.origin}/auth`,
		clientId: 'client',
		accessTokenUrl: `${issuer.origin}/token`,
		oauthTokenData: token(),
	};
	expect(await preAuthentication({ ...fields, clientCredentialType: 'certificate' })).toEqual({});
	expect(await preAuthentication({ ...fields, jweEnabled: true })).toEqual({});
	const { oauthTokenData } = await preAuthentication(fields);
	expect(oauthTokenData).toEqual({
		access_token: token().access_token,
		token_type: 'Bearer',
		sealboxGrant: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
	});
});
