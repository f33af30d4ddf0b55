import { search, type Canary } from '../../host/canary.ts';
import { consentTo } from '../../host/services/consent.ts';
import {
	connect,
	httpRequest,
	inLine,
	messageOf,
	readHost,
	sealboxRequest,
	sightings,
} from './host.ts';

const TYPE = 'sealboxOAuth2Api';
const client = connect();
const { oauth2 } = readHost();
const resource = `${oauth2.url}/resource`;

/** Every token that the authorization server has given out, and the client's secret. */
async function secrets(): Promise<Canary[]> {
	const issued = (await (await fetch(`${oauth2.url}/issued`)).json()) as string[];
	return [oauth2.clientSecret, ...issued].map((value, index) => ({
		name: `secret ${index}`,
		value,
	}));
}

const createCredential = async (grantType: string): Promise<string> =>
	await client.createCredential(`OAuth2, ${grantType}`, TYPE, {
		grantType,
		authUrl: `${oauth2.url}/auth`,
		accessTokenUrl: `${oauth2.url}/token`,
		clientId: oauth2.clientId,
		clientSecret: oauth2.clientSecret,
		scope: grantType === 'clientCredentials' ? 'read' : 'openid offline_access',
		authentication: 'header',
	});

/** What the button in the credential's form does, and what the person does who presses it. */
async function connectAccount(id: string): Promise<string> {
	const authorizationUrl = await client.get<string>(`/rest/oauth2-credential/auth?id=${id}`);
	expect(new URL(authorizationUrl).searchParams.get('code_challenge_method')).toBe('S256');
	return await client.visit(await consentTo(authorizationUrl));
}

describe.each(['pkce', 'clientCredentials'])('a Sealbox OAuth2 credential by %s', (grantType) => {
	let id: string;

	beforeAll(async () => {
		id = await createCredential(grantType);
		if (grantType === 'pkce') await connectAccount(id);
	});

	test('opens the resource from Sealbox Request, which stores no token', async () => {
		const execution = await client.runOnce(
			inLine(grantType, sealboxRequest(TYPE, id, { url: resource })),
		);
		expect(messageOf(execution)).toBe('');
		expect((await secrets()).length).toBeGreaterThan(1);
		expect(search(await secrets(), 'execution', execution.raw)).toEqual([]);
		expect(sightings(await secrets(), client)).toEqual([]);
	});

	test('comes back from the API without its tokens', async () => {
		const answer = JSON.stringify(await client.readCredential(id));
		expect(search(await secrets(), 'credential', answer)).toEqual([]);
	});
});

describe("n8n's own HTTP Request", () => {
	test.each(['pkce', 'clientCredentials'])('opens the resource by %s', async (grantType) => {
		const id = await createCredential(grantType);
		if (grantType === 'pkce') await connectAccount(id);
		const execution = await client.runOnce(
			inLine(grantType, httpRequest(TYPE, id, { url: resource })),
		);
		expect(messageOf(execution)).toBe('');
	});
});

test('a credential whose account was never connected says so', async () => {
	const id = await createCredential('pkce');
	const execution = await client.runOnce(
		inLine('unconnected', sealboxRequest(TYPE, id, { url: resource })),
	);
	expect(execution.status).toBe('error');
	expect(messageOf(execution)).toMatch(/connect/i);
	expect(search(await secrets(), 'execution', execution.raw)).toEqual([]);
});
