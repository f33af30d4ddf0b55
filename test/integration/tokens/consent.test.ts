import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostCopy } from '../../../src/host/tokens/consent';
import { openTokens, type HostTokens } from '../../../src/host/tokens/hostTokens';
import { tokens, TokenService } from '../../servers/tokenService';
import { refusalOf } from './room';

/** A grant of n8n's consent window: what Sealbox keeps of it, and what n8n is left with. */

let service: TokenService;
let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
	service = await new TokenService().start();
	service.answers = [(_, response) => response.end(JSON.stringify(tokens(service.calls)))];
	folder = mkdtempSync(join(tmpdir(), 'sealbox-user-'));
	env = { N8N_USER_FOLDER: folder, N8N_ENCRYPTION_KEY: 'a key of n8n' };
});
afterEach(async () => {
	await service.stop();
	rmSync(folder, { recursive: true });
});

const consented = { access_token: 'given', refresh_token: 'first', token_type: 'bearer', extra: 1 };

const fields = (oauthTokenData: object) => ({
	grantType: 'pkce',
	authUrl: `${service.url}/auth`,
	accessTokenUrl: service.tokenUrl,
	clientId: 'app',
	clientSecret: 'secret',
	oauthTokenData,
});

const copyFor = async (all: HostTokens, held: object): Promise<HostCopy> =>
	(await all.fieldsFor(fields(held))).oauthTokenData ?? {};

const used = () => service.asked.map(({ body }) => body.get('refresh_token'));

test("n8n's copy holds a good token and nothing to renew it with, and finds the grant again", async () => {
	const all = await openTokens(env);
	const copy = await copyFor(all, consented);
	expect(copy).toEqual({
		access_token: 'given',
		token_type: 'Bearer',
		extra: 1,
		sealboxGrant: expect.any(String) as string,
	});
	const other = await openTokens(env);
	expect(await other.consentedTokenOf(fields(copy), 'given')).toBe('access-1');
	const later = await copyFor(all, copy);
	expect(later).toMatchObject({ access_token: 'access-1', sealboxGrant: copy.sealboxGrant });
	expect(Number(later.n8n_expires_at)).toBeGreaterThan(Date.now() + 3_500_000);
	expect(used()).toEqual(['first']);
});

test('a copy from before Sealbox took the grant over is the same grant', async () => {
	const all = await openTokens(env);
	expect(await all.consentedTokenOf(fields(consented), 'given')).toBe('access-1');
	await all.proven('access-1');
	expect(await all.consentedTokenOf(fields(consented), 'access-1')).toBe('access-2');
	expect(used()).toEqual(['first', 'refresh-1']);
});

test('a new consent takes the place of what was kept', async () => {
	const all = await openTokens(env);
	const copy = await copyFor(all, consented);
	// n8n lays the new answer over its copy.
	const again = { ...copy, access_token: 'given again', refresh_token: 'second' };
	expect(await all.consentedTokenOf(fields(again), undefined)).toBe('given again');
	expect(await all.consentedTokenOf(fields(again), 'given again')).toBe('access-1');
	expect(used()).toEqual(['second']);
	// A run that began before the new consent goes on with it.
	expect(await all.consentedTokenOf(fields(consented), undefined)).toBe('access-1');
});

test('a grant whose store is gone wants a new consent, and asks the service for nothing', async () => {
	const copy = await copyFor(await openTokens(env), consented);
	const empty = mkdtempSync(join(tmpdir(), 'sealbox-user-'));
	const all = await openTokens({ ...env, N8N_USER_FOLDER: empty });
	const refusal = await refusalOf(all.consentedTokenOf(fields(copy), undefined));
	expect(refusal).toMatchObject({ code: 'ERR_TOKEN_REAUTH' });
	expect(refusal.message).toMatch(/connect it again/);
	expect(service.calls).toBe(0);
	rmSync(empty, { recursive: true });
});

test('a mark without the credential of the grant opens nothing', async () => {
	const all = await openTokens(env);
	const copy = await copyFor(all, consented);
	for (const changes of [{ clientId: 'another' }, { accessTokenUrl: `${service.url}/elsewhere` }]) {
		const stolen = { ...fields(copy), ...changes };
		expect(await refusalOf(all.consentedTokenOf(stolen, undefined))).toMatchObject({
			code: 'ERR_TOKEN_REAUTH',
		});
	}
});

test('client credentials need no consent, and n8n keeps the copy that it has', async () => {
	const all = await openTokens(env);
	const client = { ...fields({}), grantType: 'clientCredentials' };
	expect(await all.fieldsFor(client)).toEqual({});
	expect(await all.consentedTokenOf(client, undefined)).toBe('access-1');
	expect(service.asked[0]?.body.get('grant_type')).toBe('client_credentials');
});

test('4: n8n takes another status than 401 for a refusal only where the token may have ended', async () => {
	const all = await openTokens(env);
	const named = (held: object, tokenExpiredStatusCode: number) =>
		all.fieldsFor({ ...fields(held), tokenExpiredStatusCode });
	// How long it lives nobody has said.
	expect(await named(consented, 403)).not.toHaveProperty('tokenExpiredStatusCode');
	expect(await all.consentedTokenOf(fields(consented), 'given')).toBe('access-1');
	expect(await named(consented, 403)).toMatchObject({
		oauthTokenData: { access_token: 'access-1' },
		tokenExpiredStatusCode: 401,
	});
	expect(await named(consented, 401)).not.toHaveProperty('tokenExpiredStatusCode');
});
