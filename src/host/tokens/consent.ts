import { objectIn } from '../../kinds/token';
import type { OAuth2Fields } from '../../kinds/oauth2';
import { SealboxError } from '../../sealing/error';
import { fingerprint } from '../../tokens/fingerprint';
import type { OAuthClient } from '../../tokens/grants/client';
import { clientCredentialsGrant, consentText, refreshTokenGrant } from '../../tokens/grants/oauth';
import type { Consent, Source } from '../../tokens/issued';
import type { Token } from '../../tokens/tokens';
import { textsIn } from './source';

/** What n8n keeps of a grant in a credential, `oauthTokenData`. Its tokens are secret. */
export type HostCopy = Readonly<Record<string, unknown>>;

/** In n8n's copy: tells which grant it was, once its refresh token is gone. Secret. */
const GRANT = 'sealboxGrant';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const copyIn = ({ oauthTokenData }: OAuth2Fields): HostCopy =>
	objectIn(oauthTokenData) ?? {};

/**
 * Whether Sealbox can renew what a Sealbox OAuth2 credential holds. Clients that prove themselves with a
 * certificate, and tokens that arrive encrypted, are n8n's alone.
 */
export const isKeptHere = (fields: OAuth2Fields): boolean =>
	fields.clientCredentialType !== 'certificate' && fields.jweEnabled !== true;

/**
 * How the tokens of a Sealbox OAuth2 credential are had. n8n does not say which credential it is: what tells
 * it from others is its first refresh token, and later the mark that took the place of it.
 *
 * @param key - secret, for keyed hashes; 32 bytes
 * @throws SealboxError `ERR_CREDENTIAL_INVALID` when nobody has consented yet
 */
export function consentedSource(fields: OAuth2Fields, key: Uint8Array): Source {
	const client = clientOf(fields);
	if (fields.grantType === 'clientCredentials') {
		const extra = fields.sendAdditionalBodyProperties ? fields.additionalBodyProperties : {};
		const parameters = { ...client.parameters, ...textsIn(extra) };
		return clientCredentialsGrant({ ...client, parameters }, { scope: fields.scope ?? '' }, key);
	}
	const copy = copyIn(fields);
	const account = accountOf(copy, key);
	if (account === '') {
		throw new SealboxError(
			'ERR_CREDENTIAL_INVALID',
			'Nobody has consented yet. Open the credential and connect it.',
		);
	}
	return refreshTokenGrant(client, { consent: consentIn(copy), account }, key);
}

/** The same for every copy of one grant, whether its refresh token is still there or not. */
export function accountOf(copy: HostCopy, key: Uint8Array): string {
	const kept = textOf(copy[GRANT]);
	const given = consentText(consentIn(copy));
	return kept === '' && given !== '' ? fingerprint(key, given) : kept;
}

function clientOf(fields: OAuth2Fields): OAuthClient {
	const { accessTokenUrl, clientId, clientSecret, authentication } = fields;
	const resource = textOf(copyIn(fields).resource);
	const revocationUrl = fields.revocationUrl?.trim() ?? '';
	return {
		tokenUrl: accessTokenUrl.trim(),
		clientId: clientId.trim(),
		ignoreTls: fields.ignoreSSLIssues === true,
		...(authentication === undefined ? {} : { authentication }),
		...(resource === '' ? {} : { parameters: { resource } }),
		...(clientSecret ? { clientSecret: clientSecret.trim() } : {}),
		...(revocationUrl === '' ? {} : { revocationUrl }),
	};
}

/** Empty where the copy holds a mark in the place of a refresh token. */
function consentIn(copy: HostCopy): Consent {
	const refreshToken = textOf(copy.refresh_token);
	const accessToken = textOf(copy.access_token);
	if (refreshToken === '' && textOf(copy[GRANT]) !== '') return {};
	const expiresAtMs = Number(copy.n8n_expires_at) || null;
	// How old a token is whose end n8n did not note, nobody knows: another one is asked for.
	const isDatable = refreshToken === '' || expiresAtMs !== null || copy.expires_in === undefined;
	return {
		expiresAtMs,
		...(refreshToken === '' ? {} : { refreshToken }),
		...(accessToken !== '' && isDatable ? { accessToken } : {}),
	};
}

/**
 * The copy that n8n may keep: a token that is good now, and nothing to renew it with.
 *
 * @param account - of {@link accountOf}
 */
export function copyWith(copy: HostCopy, account: string, token: Token, now: number): HostCopy {
	const { refresh_token, expires_in, n8n_expires_at, ...kept } = copy;
	void [refresh_token, expires_in, n8n_expires_at];
	const { accessToken, expiresAtMs } = token;
	const seconds = expiresAtMs === null ? 0 : Math.floor((expiresAtMs - now) / 1_000);
	return {
		...kept,
		access_token: accessToken,
		token_type: 'Bearer',
		[GRANT]: account,
		...(seconds > 0 ? { expires_in: seconds, n8n_expires_at: String(expiresAtMs) } : {}),
	};
}

/** Whether a copy is of the same grant as another one that was read earlier. */
export function isSameGrant(copy: HostCopy, earlier: HostCopy, account: string): boolean {
	if (textOf(copy.refresh_token) !== '') return copy.refresh_token === earlier.refresh_token;
	const mark = textOf(copy[GRANT]);
	return mark === '' ? copy.access_token === earlier.access_token : mark === account;
}

/** Whether n8n's copy is all that it should be. */
export const isCurrent = (copy: HostCopy, { accessToken }: Token): boolean =>
	textOf(copy.refresh_token) === '' && copy.access_token === accessToken;
