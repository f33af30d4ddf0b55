import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { SealboxOAuth2Api } from '../../credentials/SealboxOAuth2Api.credentials';
import { SealboxTokenApi } from '../../credentials/SealboxTokenApi.credentials';
import { SealboxToken } from '../../nodes/SealboxToken/SealboxToken.node';
import { json, TestServer } from '../http/server';
import { runNode, type Trial } from './execution';

/** The node that looks after grants: against a real token endpoint, with a store of its own. */

const SECRET = 'client-secret-998877665544';
let issuer: TestServer;
let folder: string;
let number = 0;
let error = '';

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-user-'));
	Object.assign(process.env, { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'a key of n8n' });
	issuer = await TestServer.start();
});
afterAll(async () => {
	delete process.env.N8N_USER_FOLDER;
	delete process.env.N8N_ENCRYPTION_KEY;
	await issuer.stop();
	rmSync(folder, { recursive: true });
});
beforeEach(() => {
	number += 1;
	error = '';
	issuer.received.length = 0;
	issuer.answer = (_, response) =>
		error === ''
			? json(response, {
					access_token: `access-token-${number}-1a2b3c`,
					refresh_token: `later-token-${number}-1a2b3c`,
					expires_in: 3_600,
					scope: 'read',
				})
			: json(response, { error }, 400);
});

const client = () => ({
	clientId: 'client',
	clientSecret: SECRET,
	accessTokenUrl: `${issuer.origin}/token`,
	authentication: 'body',
});
const token = (changes: object = {}) => ({
	grantType: 'refreshToken',
	refreshToken: `refresh-token-${number}-1a2b3c`,
	revocationUrl: `${issuer.origin}/revoke`,
	...client(),
	...changes,
});
const consent = (oauthTokenData?: object) => ({
	grantType: 'pkce',
	authUrl: `${issuer.origin}/auth`,
	revocationUrl: `${issuer.origin}/revoke`,
	oauthTokenData,
	...client(),
});

const run = async (
	operation: string,
	credentials: Record<string, object>,
	more: Partial<Trial> = {},
) =>
	await runNode({
		node: new SealboxToken(),
		parameters: { operation, credentialType: Object.keys(credentials)[0] ?? '' },
		credentials: credentials as unknown as Trial['credentials'],
		types: {
			sealboxOAuth2Api: new SealboxOAuth2Api(),
			sealboxTokenApi: new SealboxTokenApi(),
		} as unknown as Trial['types'],
		...more,
	});

const asked = () =>
	issuer.received.map(({ url, body }) => {
		const form = new URLSearchParams(body);
		return [url, form.get('token') ?? form.get('refresh_token')];
	});

test('Get Status asks nobody, and shows no token', async () => {
	const fresh = await run('status', { sealboxTokenApi: token() });
	expect(fresh.items).toEqual([
		{
			json: { state: 'ACTIVE', health: 'OK', service: new URL(issuer.origin).host },
			pairedItem: { item: 0 },
		},
	]);
	expect(issuer.received).toEqual([]);
	await run('tryAgain', { sealboxTokenApi: token() });
	const { items } = await run('status', { sealboxTokenApi: token() });
	const iso = expect.stringMatching(/^\d{4}-.*Z$/) as string;
	expect(items[0]?.json).toMatchObject({ scope: 'read', obtainedAt: iso, expiresAt: iso });
	expect(JSON.stringify(items)).not.toMatch(/-1a2b3c|998877/);
});

test('Try Again asks at once where the next attempt is due later', async () => {
	error = 'invalid_scope';
	const failed = await run('tryAgain', { sealboxTokenApi: token() });
	expect(failed.error?.message).toMatch(/refuses to give a token \(request-bad: invalid_scope\)/);
	const { items } = await run('status', { sealboxTokenApi: token() });
	expect(items[0]?.json).toMatchObject({
		health: 'CONFIG_ERROR',
		trouble: 'request-bad: invalid_scope',
	});
	error = '';
	const again = await run('tryAgain', { sealboxTokenApi: token() });
	expect(again.items[0]?.json).toMatchObject({ state: 'UPDATED', health: 'OK' });
});

test('Revoke ends a grant here and at the service, the refresh token first', async () => {
	await run('tryAgain', { sealboxTokenApi: token() });
	issuer.received.length = 0;
	const { items } = await run('revoke', { sealboxTokenApi: token() });
	expect(items[0]?.json).toMatchObject({ state: 'REVOKED', serviceTold: 'told' });
	expect(asked()).toEqual([
		['/revoke', `later-token-${number}-1a2b3c`],
		['/revoke', `access-token-${number}-1a2b3c`],
	]);
	const after = await run('tryAgain', { sealboxTokenApi: token() });
	expect(after.error?.message).toMatch(/was revoked/);
	expect((await run('revoke', { sealboxTokenApi: token() })).items[0]?.json).toMatchObject({
		serviceTold: 'nothing to tell',
	});
});

test('Revoke ends a consent that was never used', async () => {
	const held = { access_token: `given-${number}-1a2b3c`, refresh_token: `first-${number}-1a2b3c` };
	const { items } = await run('revoke', { sealboxOAuth2Api: consent(held) });
	expect(items[0]?.json).toMatchObject({ state: 'REVOKED', serviceTold: 'told' });
	expect(asked()).toEqual([
		['/revoke', held.refresh_token],
		['/revoke', held.access_token],
	]);
});

test.each([
	['refused', { error: 'unauthorized_client' }, {}],
	['impossible', {}, { revocationUrl: '' }],
])('Revoke says when the service could not be told: %s', async (told, answer, changes) => {
	if ('error' in answer) error = answer.error as string;
	const { items } = await run('revoke', { sealboxTokenApi: token(changes) });
	expect(items[0]?.json).toMatchObject({ state: 'REVOKED', serviceTold: told });
});

test('Revoke refuses what nobody has consented to, and nothing is changed', async () => {
	const fields = token({ grantType: 'clientCredentials' });
	const { error: refusal } = await run('revoke', { sealboxTokenApi: fields });
	expect(refusal?.message).toMatch(/Only what a person has consented to can be revoked/);
	const unconnected = await run('revoke', { sealboxOAuth2Api: consent() });
	expect(unconnected.error?.message).toMatch(/Nobody has consented yet/);
	expect(issuer.received).toEqual([]);
});

test('a bad item leaves the others as they are, where n8n may go on', async () => {
	const { items } = await run(
		'revoke',
		{ sealboxTokenApi: token({ accessTokenUrl: '={{ $json.url }}' }) },
		{
			items: [{ json: { url: 'nonsense' } }, { json: { url: `${issuer.origin}/token` } }],
			continueOnFail: true,
		},
	);
	expect(items.map(({ json: { state, details } }) => state ?? details)).toEqual([
		{ code: 'ERR_CREDENTIAL_INVALID' },
		'REVOKED',
	]);
	expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
});

test('an exchanged token ends with the one it was had for', async () => {
	const endsAt = Math.floor(Date.now() / 1_000) + 600;
	const part = (text: string) => Buffer.from(text).toString('base64url');
	const subjectToken = [`{}`, JSON.stringify({ exp: endsAt }), 'signature'].map(part).join('.');
	const fields = token({ grantType: 'tokenExchange', subjectToken });
	const { items } = await run('tryAgain', { sealboxTokenApi: fields });
	expect(items[0]?.json.expiresAt).toBe(new Date(endsAt * 1_000).toISOString());
});

test('each operation has its words, and none is for an AI agent', () => {
	const { properties, usableAsTool } = new SealboxToken().description;
	expect(usableAsTool).toBeUndefined();
	const { options = [] } = properties.find(({ name }) => name === 'operation') as INodeProperties;
	expect(options.map((option) => (option as { value: string }).value)).toEqual([
		'status',
		'revoke',
		'tryAgain',
	]);
});
