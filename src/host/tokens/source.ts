import { randomUUID } from 'node:crypto';
import { signingKey } from '../../kinds/jwtKey';
import { objectIn, type TokenFields } from '../../kinds/token';
import { SealboxError } from '../../sealing/error';
import type { OAuthClient } from '../../tokens/grants/client';
import {
	clientCredentialsGrant,
	jwtBearerGrant,
	refreshTokenGrant,
	tokenExchangeGrant,
	type AssertionTimes,
} from '../../tokens/grants/oauth';
import { sessionLogin } from '../../tokens/grants/session';
import { fingerprint } from '../../tokens/fingerprint';
import type { Source } from '../../tokens/issued';
import { jwtExpiryMs } from '../../tokens/life';

/**
 * How the tokens of a Sealbox Token credential are had. n8n does not say which credential it is, so its own
 * fields are what tells it from others.
 *
 * @param key - secret, for keyed hashes; 32 bytes
 */
export function sourceOf(fields: TokenFields, key: Uint8Array): Source {
	const scope = fields.scope?.trim() ?? '';
	switch (fields.grantType) {
		case 'refreshToken': {
			const refreshToken = fields.refreshToken?.trim() ?? '';
			return refreshTokenGrant(clientOf(fields), { consent: { refreshToken }, scope }, key);
		}
		case 'jwtBearer':
			return {
				...jwtBearerGrant(
					clientOf(fields),
					{ scope, identity: claimsOf(fields), sign: signer(fields) },
					key,
				),
				clientProof: fingerprint(key, 'proof', fields.clientSecret ?? '', fields.privateKey ?? ''),
			};
		case 'tokenExchange':
			return exchangeOf(fields, scope, key);
		case 'login':
			return sessionLogin(loginOf(fields), key);
		default:
			return clientCredentialsGrant(clientOf(fields), { scope }, key);
	}
}

const URN = 'urn:ietf:params:oauth:token-type:';

/** Another subject is another grant: a person's token is never given to another one. */
function exchangeOf(fields: TokenFields, scope: string, key: Uint8Array): Source {
	const { subjectToken = '', subjectTokenType, requestedTokenType } = fields;
	const [audience = '', resource = ''] = [fields.targetAudience?.trim(), fields.resource?.trim()];
	const accessToken = subjectToken.trim();
	const requested = typeOf(requestedTokenType);
	const client = clientOf(fields);
	const asked = { audience, resource, requested_token_type: requested };
	const grant = {
		scope,
		identity: [audience, resource, requested, fingerprint(key, 'subject', accessToken)],
		subject: async () => ({ accessToken, expiresAtMs: jwtExpiryMs(accessToken) }),
		subjectType: typeOf(subjectTokenType) || `${URN}access_token`,
	};
	return tokenExchangeGrant(
		{ ...client, parameters: { ...client.parameters, ...asked } },
		grant,
		key,
	);
}

/** RFC 8693 section 3; the last part of its own types is enough. */
const typeOf = (type = ''): string =>
	/^[a-z0-9_]+$/.test(type.trim()) ? URN + type.trim() : type.trim();

function clientOf(fields: TokenFields): OAuthClient {
	const { accessTokenUrl = '', clientId = '', clientSecret, authentication } = fields;
	const revocationUrl = fields.revocationUrl?.trim() ?? '';
	return {
		tokenUrl: accessTokenUrl.trim(),
		clientId: clientId.trim(),
		authentication,
		parameters: textsIn(fields.parameters),
		...(clientSecret ? { clientSecret: clientSecret.trim() } : {}),
		...(revocationUrl === '' ? {} : { revocationUrl }),
	};
}

export const textsIn = (value: unknown): Record<string, string> =>
	Object.fromEntries(
		Object.entries(objectIn(value) ?? {}).map(([name, text]) => [name, String(text)]),
	);

const claimsOf = ({ issuer = '', subject = '', audience = '' }: TokenFields): string[] => [
	issuer,
	subject,
	audience,
];

/** A statement with an id of its own each time: a service may take each only once. */
const signer =
	(fields: TokenFields) =>
	async ({ issuedAt, expiresAt }: AssertionTimes): Promise<string> => {
		const { algorithm, privateKey, keyId, issuer, subject, audience, accessTokenUrl } = fields;
		const made = signingKey({ algorithm, keyType: 'pem', privateKey });
		if ('message' in made) throw new SealboxError('ERR_CREDENTIAL_INVALID', made.message);
		const { SignJWT } = await import('../../vendor/jose');
		const token = new SignJWT({ jti: randomUUID() })
			.setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId ? { kid: keyId } : {}) })
			.setAudience(audience || (accessTokenUrl ?? ''))
			.setIssuedAt(issuedAt)
			.setExpirationTime(expiresAt);
		if (issuer) token.setIssuer(issuer);
		if (subject) token.setSubject(subject);
		return await token.sign(made.key);
	};

function loginOf(fields: TokenFields): Parameters<typeof sessionLogin>[0] {
	const {
		loginUrl = '',
		loginBody,
		tokenPath = '',
		expiryPath = '',
		expiryForm,
		lifetimeSeconds,
	} = fields;
	const body = JSON.stringify(objectIn(loginBody) ?? {});
	const seconds = Number(lifetimeSeconds);
	return {
		request: { url: loginUrl.trim(), headers: { 'content-type': 'application/json' }, body },
		tokenPath: tokenPath.trim(),
		expiryPath: expiryPath.trim(),
		expiryForm,
		lifeMs: seconds > 0 ? seconds * 1_000 : null,
		// Another login is another session, which nobody else may be given.
		identity: [tokenPath, body],
		proof: body,
	};
}
