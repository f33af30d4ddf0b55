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
		issued.push(...[body.access_token, body.refresh_token].filter((token) => token !== undefined));
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
		ttl: { AccessToken: accessTokenSeconds, ClientCredentials: accessTokenSeconds },
		cookies: { keys: ['only', 'for', 'tests'] },
	};
}

/**
 * Walks through login and consent as a person in a browser would.
 *
 * @returns where the authorization server sends the browser in the end: the client's callback
 */
export async function consentTo(authorizationUrl: string): Promise<string> {
	const { origin } = new URL(authorizationUrl);
	const jar = new Map<string, string>();
	let next = await visit(authorizationUrl, jar);
	while (next.startsWith(origin)) {
		const isInteraction = next.includes('/interaction/');
		next = isInteraction ? await submitPrompt(next, jar) : await visit(next, jar);
	}
	return next;
}

async function submitPrompt(interactionUrl: string, jar: Map<string, string>): Promise<string> {
	const page = await send(interactionUrl, jar);
	const prompt = /name="prompt" value="(\w+)"/.exec(await page.text())?.[1] ?? '';
	const form = new URLSearchParams({ prompt, login: 'somebody', password: 'anything' });
	return locationOf(await send(interactionUrl, jar, { method: 'POST', body: form }));
}

const visit = async (url: string, jar: Map<string, string>) => locationOf(await send(url, jar));

async function send(
	url: string,
	jar: Map<string, string>,
	init: RequestInit = {},
): Promise<Response> {
	const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
	const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' });
	for (const line of response.headers.getSetCookie()) {
		const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
		if (name !== undefined) jar.set(name, value);
	}
	return response;
}

function locationOf(response: Response): string {
	const location = response.headers.get('location');
	if (location === null) throw new Error(`The authorization server answered ${response.status}`);
	return new URL(location, response.url).href;
}
