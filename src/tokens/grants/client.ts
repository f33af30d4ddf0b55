import { SealboxError } from '../../sealing/error';
import { fingerprint } from '../fingerprint';
import { ask, type TokenRequest } from '../http';
import { TokenFailure } from '../failure';
import { readAnswer, type AnswerRules } from '../answer';
import type { Circumstances, Holding, Issued, Source, TokenHint } from '../issued';

/** An OAuth client and the service that it asks. */
export interface OAuthClient {
	readonly tokenUrl: string;
	/** RFC 7009. */
	readonly revocationUrl?: string;
	readonly clientId: string;
	/** Secret. Public clients have none. */
	readonly clientSecret?: string;
	/** Where the client proves itself: RFC 6749 section 2.3.1, `header` unless it says otherwise. */
	readonly authentication?: 'header' | 'body';
	/** Further parameters of every token request, for instance `audience`. */
	readonly parameters?: Readonly<Record<string, string>>;
	readonly expiresInUnitMs?: number;
	readonly reuseGraceMs?: number;
	/** Believes any certificate of the service. */
	readonly ignoreTls?: boolean;
}

/** What one grant adds to a client. */
export interface Grant {
	/** Public texts that, with the client, make this credential the one it is. */
	readonly identity: readonly string[];
	readonly fallbackLifeMs: number | null;
	/** The parameters of a token request. Secret. */
	parameters(holding: Holding, circumstances: Circumstances): Promise<Parameters>;
}

export type Parameters = Readonly<Record<string, string | undefined>>;

/** A source over an OAuth token endpoint. @param key - secret, for keyed hashes; 32 bytes */
export function sourceOver(client: OAuthClient, grant: Grant, key: Uint8Array): Source {
	const { tokenUrl, clientId, clientSecret = '', revocationUrl, reuseGraceMs } = client;
	assertEndpoint(tokenUrl, 'Access Token URL');
	const rules: AnswerRules = {
		fallbackLifeMs: grant.fallbackLifeMs,
		...(client.expiresInUnitMs ? { expiresInUnitMs: client.expiresInUnitMs } : {}),
	};
	return {
		id: fingerprint(key, 'credential', tokenUrl, clientId, ...grant.identity),
		client: fingerprint(key, 'client', tokenUrl, clientId),
		clientProof: fingerprint(key, 'proof', clientSecret),
		label: new URL(tokenUrl).host,
		...(reuseGraceMs === undefined ? {} : { reuseGraceMs }),
		async obtain(holding: Holding, circumstances: Circumstances): Promise<Issued> {
			const parameters = await grant.parameters(holding, circumstances);
			const request = formRequest(client, tokenUrl, { ...client.parameters, ...parameters });
			return readAnswer(await ask(request, circumstances), holding, rules);
		},
		...(revocationUrl ? { revoke: revoker(client, revocationUrl) } : {}),
	};
}

const revoker =
	(client: OAuthClient, url: string) =>
	async (token: string, hint: TokenHint, circumstances: Circumstances): Promise<void> => {
		assertEndpoint(url, 'Revocation URL');
		const request = formRequest(client, url, { token, token_type_hint: hint });
		const answer = await ask(request, circumstances);
		// A token that the service does not know is as good as revoked, it answers 200.
		if (answer.status >= 200 && answer.status < 300) return;
		readAnswer(answer, { lifeMs: null }, { fallbackLifeMs: null });
	};

function formRequest(client: OAuthClient, url: string, parameters: Parameters): TokenRequest {
	const { clientId, clientSecret, authentication = 'header', ignoreTls = false } = client;
	const body = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters)) {
		if (value !== undefined && value !== '') body.set(name, value);
	}
	const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
	if (clientSecret && authentication === 'header') {
		const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
		headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
	} else if (clientId !== '') {
		body.set('client_id', clientId);
		if (clientSecret) body.set('client_secret', clientSecret);
	}
	return { url, headers, body: body.toString(), ignoreTls };
}

/** RFC 6749 appendix B. */
const formEncoded = (text: string): string => new URLSearchParams({ '': text }).toString().slice(1);

/** Secrets travel to this URL: encrypted, or within this machine. */
function assertEndpoint(url: string, field: string): void {
	const parsed = URL.canParse(url) ? new URL(url) : null;
	if (
		parsed !== null &&
		/^https?:$/.test(parsed.protocol) &&
		!parsed.username &&
		!parsed.password
	) {
		return;
	}
	throw new SealboxError(
		'ERR_CREDENTIAL_INVALID',
		`${field} is not a URL. Write it in full, for instance https://login.example.com/oauth2/token.`,
	);
}

/** For grants that cannot even be asked for. */
export const impossible = (code: string): TokenFailure => new TokenFailure('request-bad', { code });
