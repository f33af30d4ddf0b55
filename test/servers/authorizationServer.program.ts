import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { listen } from './listen.ts';

/*
 * A real authorization server whose refresh tokens are good for one use: a second use ends the grant, with
 * all its tokens. A process of its own, because its package cannot be loaded by the test runner.
 *
 * Besides its endpoints it tells tests how often it was asked for tokens and how often it refused (/calls),
 * gives what a consent would have given (/consent), says whether an access token is live (/live/<token>), and
 * forgets all access tokens (/forget) or refresh tokens as well (/forget-grants). It is the API, too: /resource opens to live tokens.
 *
 * Its argument, JSON: where clients are sent back to, and how long access tokens live.
 */

const CLIENT_ID = 'sealbox-client';
const SCOPE = 'openid offline_access';
const { redirectUri = 'http://127.0.0.1/callback', accessTokenSeconds = 3_600 } = JSON.parse(
	process.argv[2] ?? '{}',
) as { redirectUri?: string; accessTokenSeconds?: number };
const issued = new Set<string>();
const counts = { calls: 0, refusals: 0 };

const configuration = {
	clients: [
		{
			client_id: CLIENT_ID,
			client_secret: 'sealbox-client-secret',
			redirect_uris: [redirectUri],
			grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
			response_types: ['code'],
		},
	],
	features: { clientCredentials: { enabled: true }, revocation: { enabled: true } },
	issueRefreshToken: () => true,
	rotateRefreshToken: true,
	findAccount: (_context: unknown, accountId: string) => ({
		accountId,
		claims: () => ({ sub: accountId }),
	}),
	scopes: ['openid', 'offline_access'],
	ttl: {
		AccessToken: accessTokenSeconds,
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
	provider.on('grant.success', ({ body }) => {
		const { access_token = '', refresh_token = '' } = body as Record<string, string | undefined>;
		issued.add(access_token).add(refresh_token);
	});
	provider.on('grant.error', () => void (counts.refusals += 1));
	provider.use(async (context, next) => {
		if (context.path === '/token') counts.calls += 1;
		if (context.path === '/resource') return await openResource(provider, context);
		const told = await tellOrNull(provider, context.path);
		if (told === null) return await next();
		context.status = 200;
		context.body = told;
	});
	server.on('request', provider.callback());
	console.log(url);
}

async function tellOrNull(provider: Provider, path: string): Promise<object | null> {
	if (path === '/calls') return counts;
	if (path === '/forget') return await forget(provider, ['AccessToken']);
	if (path === '/forget-grants') return await forget(provider, ['AccessToken', 'RefreshToken']);
	if (path === '/consent') return { refreshToken: await consent(provider) };
	if (!path.startsWith('/live/')) return null;
	return { live: (await provider.AccessToken.find(path.slice('/live/'.length))) !== undefined };
}

async function openResource(provider: Provider, context: Provider.Context): Promise<void> {
	const token = context.get('authorization').replace(/^Bearer /, '');
	const isLive = (await provider.AccessToken.find(token)) !== undefined;
	context.status = isLive ? 200 : 401;
	context.body = { ok: isLive };
}

async function forget(
	provider: Provider,
	kinds: ReadonlyArray<'AccessToken' | 'RefreshToken'>,
): Promise<object> {
	for (const kind of kinds) {
		for (const token of issued) await (await provider[kind].find(token))?.destroy();
	}
	return {};
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
