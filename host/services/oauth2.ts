import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';
import { listen } from '../ports.ts';

export interface OAuth2Service {
	readonly url: string;
	readonly clientId: string;
	readonly clientSecret: string;
	close(): Promise<void>;
}

export interface OAuth2Options {
	redirectUri: string;
	clientSecret: string;
	/** Seconds until an access token expires. */
	accessTokenSeconds?: number;
}

const CLIENT_ID = 'sealbox-client';

/**
 * Starts a real authorization server: authorization code with PKCE, refresh tokens, client
 * credentials, and a resource that only a live access token opens.
 *
 * `/issued` lists all tokens given out, so that a test can search for them.
 */
export async function startOAuth2(options: OAuth2Options): Promise<OAuth2Service> {
	const server = createServer();
	const url = `http://127.0.0.1:${await listen(server)}`;
	const issued: string[] = [];
	const provider = new Provider(url, configurationFor(options));
	provider.on('grant.success', ({ body }) => {
		const { access_token, refresh_token } = body as Record<string, string | undefined>;
		issued.push(...[access_token, refresh_token].filter((token) => token !== undefined));
	});
	provider.use(async (context, next) => {
		if (context.path === '/issued') context.body = issued;
		else if (context.path === '/resource') await openResource(provider, context);
		else await next();
	});
	server.on('request', provider.callback());
	return {
		url,
		clientId: CLIENT_ID,
		clientSecret: options.clientSecret,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

/** Echoes the caller's headers to whoever has a live access token. */
async function openResource(provider: Provider, context: Provider.Context): Promise<void> {
	const token = context.get('authorization').replace(/^Bearer /, '');
	const isLive =
		(await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token));
	context.status = isLive ? 200 : 401;
	context.body = { headers: context.headers };
}

/** Seconds; longer than any test. */
const LIFETIMES = {
	Grant: 3_600,
	IdToken: 3_600,
	Interaction: 600,
	RefreshToken: 3_600,
	Session: 3_600,
};

function configurationFor({
	redirectUri,
	clientSecret,
	accessTokenSeconds = 3_600,
}: OAuth2Options): object {
	return {
		clients: [
			{
				client_id: CLIENT_ID,
				client_secret: clientSecret,
				redirect_uris: [redirectUri],
				grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
				response_types: ['code'],
				token_endpoint_auth_method: 'client_secret_basic',
			},
		],
		features: { clientCredentials: { enabled: true }, devInteractions: { enabled: true } },
		pkce: { required: () => true },
		scopes: ['openid', 'offline_access', 'read'],
		issueRefreshToken: () => true,
		ttl: { ...LIFETIMES, AccessToken: accessTokenSeconds, ClientCredentials: accessTokenSeconds },
		cookies: { keys: ['only', 'for', 'tests'] },
	};
}
