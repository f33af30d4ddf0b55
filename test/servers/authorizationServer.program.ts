import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { listen } from './listen.ts';

/*
 * A real authorization server whose refresh tokens are good for one use: a second use ends the grant, with
 * all its tokens. A process of its own, because its package cannot be loaded by the test runner.
 *
 * Besides its endpoints it tells tests how often it was asked for tokens (/calls), gives what a consent would
 * have given (/consent), and says whether an access token is live (/live/<token>).
 */

const CLIENT_ID = 'sealbox-client';
const SCOPE = 'openid offline_access';
let calls = 0;

const configuration = {
	clients: [
		{
			client_id: CLIENT_ID,
			client_secret: 'sealbox-client-secret',
			redirect_uris: ['http://127.0.0.1/callback'],
			grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
			response_types: ['code'],
		},
	],
	features: { clientCredentials: { enabled: true }, revocation: { enabled: true } },
	rotateRefreshToken: true,
	findAccount: (_context: unknown, accountId: string) => ({
		accountId,
		claims: () => ({ sub: accountId }),
	}),
	scopes: ['openid', 'offline_access'],
	ttl: {
		AccessToken: 3_600,
		ClientCredentials: 3_600,
		Grant: 86_400,
		IdToken: 3_600,
		RefreshToken: 86_400,
	},
	cookies: { keys: ['only', 'for', 'tests'] },
};

async function start(): Promise<void> {
	const server = createServer();
	const url = `http://127.0.0.1:${await listen(server)}`;
	const provider = new Provider(url, configuration);
	provider.use(async (context, next) => {
		if (context.path === '/token') calls += 1;
		const told = await tellOrNull(provider, context.path);
		if (told === null) return await next();
		context.status = 200;
		context.body = told;
	});
	server.on('request', provider.callback());
	console.log(url);
}

async function tellOrNull(provider: Provider, path: string): Promise<object | null> {
	if (path === '/calls') return { calls };
	if (path === '/consent') return { refreshToken: await consent(provider) };
	if (!path.startsWith('/live/')) return null;
	return { live: (await provider.AccessToken.find(path.slice('/live/'.length))) !== undefined };
}

async function consent(provider: Provider): Promise<string> {
	const grant = new provider.Grant({ accountId: 'someone', clientId: CLIENT_ID });
	grant.addOIDCScope(SCOPE);
	const grantId = await grant.save();
	const client = await provider.Client.find(CLIENT_ID);
	const about = { accountId: 'someone', client, grantId, scope: SCOPE, gty: 'authorization_code' };
	return await new provider.RefreshToken(about).save();
}

void start();
