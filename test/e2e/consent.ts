import type { Client } from '../../host/client.ts';
import { consentTo } from '../../host/services/consent.ts';
import { AuthorizationServer } from '../servers/authorizationServer';

/** A Sealbox OAuth2 credential that a person connects in n8n's own window. */

export const TYPE = 'sealboxOAuth2Api';

/** A server that sends whoever consents back to the n8n whose editor is at this address. */
export const startServer = async (
	editorUrl: string,
	accessTokenSeconds = 3_600,
): Promise<AuthorizationServer> =>
	await AuthorizationServer.start({
		redirectUri: `${editorUrl}/rest/oauth2-credential/callback`,
		accessTokenSeconds,
	});

/**
 * A new credential, and the consent of a person.
 *
 * @param changes - fields that are other than they usually are
 * @returns the credential's id
 */
export async function connectTo(
	server: AuthorizationServer,
	client: Client,
	changes: object = {},
): Promise<string> {
	const id = await client.createCredential('Consent', TYPE, {
		grantType: 'pkce',
		authUrl: `${server.url}/auth`,
		accessTokenUrl: server.tokenUrl,
		clientId: server.clientId,
		clientSecret: server.clientSecret,
		revocationUrl: server.revocationUrl,
		scope: 'openid offline_access',
		authentication: 'header',
		...changes,
	});
	await consentAgain(id, client);
	return id;
}

export async function consentAgain(id: string, client: Client): Promise<void> {
	const authorizationUrl = await client.get<string>(`/rest/oauth2-credential/auth?id=${id}`);
	await client.visit(await consentTo(authorizationUrl));
}

/**
 * A credential is used at once, and again after each time that the API has forgotten its token: with one token
 * request each time and no refusal, and the same after a second consent, while the first one is in use.
 */
export async function expectOneRefresher(
	id: string,
	client: Client,
	{ server, rounds, useAtOnce }: Uses,
): Promise<void> {
	for (let consents = 1; consents <= 2; consents += 1) {
		if (consents === 2) await consentAgain(id, client);
		const before = await server.calls();
		await useAtOnce();
		expect(await server.calls()).toBe(before);
		for (let round = 1; round <= rounds; round += 1) {
			await server.forget();
			await useAtOnce();
			expect(await server.calls()).toBe(before + round);
		}
	}
	expect(await server.refusals()).toBe(0);
}

interface Uses {
	readonly server: AuthorizationServer;
	readonly rounds: number;
	readonly useAtOnce: () => Promise<void>;
}
