import { z } from '../vendor/zod';
import { expiryStatus, hostFields, isHttp, secret, text } from './fields';
import { withKeptToken } from './keptToken';
import type { Kind } from './kind';
import { isExpression } from './pasted';

const GRANTS = ['pkce', 'authorizationCode', 'clientCredentials'] as const;

const endpoint = (label: string) =>
	z.string(`${label} is missing. Fill it in.`).superRefine((value, context) => {
		const message = value === '' || isExpression(value) ? null : endpointProblem(label, value);
		if (message !== null) context.addIssue({ code: 'custom', message });
	});

function endpointProblem(label: string, value: string): string | null {
	if (!URL.canParse(value) || !isHttp(new URL(value))) {
		return `${label} is not a URL. Write it in full, for instance https://login.example.com/oauth2/token.`;
	}
	const url = new URL(value);
	if (url.username === '' && url.password === '') return null;
	return `${label} must not hold a user name or password. Use Client ID and Client Secret.`;
}

const schema = z
	.looseObject({
		grantType: z
			.enum(GRANTS, 'Grant Type must be pkce, authorizationCode or clientCredentials.')
			.default('pkce'),
		authUrl: endpoint('Authorization URL').optional(),
		accessTokenUrl: endpoint('Access Token URL').refine(
			(url) => url !== '',
			'Access Token URL is empty. The documentation of the service names it.',
		),
		revocationUrl: endpoint('Revocation URL').optional(),
		clientId: z
			.string('Client ID is missing. Fill it in.')
			.refine(
				(id) => id.trim() !== '',
				'Client ID is empty. Register an app with the service first.',
			),
		clientSecret: secret('Client Secret', 'password').optional(),
		scope: text(),
		authQueryParameters: text(),
		authentication: z.enum(['header', 'body'], 'Authentication must be header or body.').optional(),
		sendAdditionalBodyProperties: z.boolean().optional(),
		additionalBodyProperties: z.unknown().optional(),
		tokenExpiredStatusCode: expiryStatus(),
		oauthTokenData: z.unknown().optional(),
		...hostFields,
	})
	.superRefine(({ grantType, authUrl, clientSecret }, context) => {
		if (grantType !== 'clientCredentials' && !authUrl) {
			const message = 'Authorization URL is empty. The documentation of the service names it.';
			context.addIssue({ code: 'custom', path: ['authUrl'], message });
		}
		if (grantType !== 'pkce' && !clientSecret) {
			const message =
				'Client Secret is empty. This grant needs one; without it, choose Authorization Code with PKCE.';
			context.addIssue({ code: 'custom', path: ['clientSecret'], message });
		}
	});

export type OAuth2Fields = z.infer<typeof schema>;

const oauth2Warnings = ({ authUrl, accessTokenUrl, revocationUrl }: OAuth2Fields): string[] =>
	Object.entries({
		'Authorization URL': authUrl,
		'Access Token URL': accessTokenUrl,
		'Revocation URL': revocationUrl,
	})
		.filter(([, url]) => /^http:\/\/(?!localhost|127\.|\[::1\])/i.test(url ?? ''))
		.map(([label]) => `${label} starts with http://, so secrets travel unencrypted. Use https://.`);

/** RFC 6750 section 2.1; a token never goes into a URL. */
const BEARER = { headerName: 'Authorization', prefix: 'Bearer' };

/**
 * OAuth 2.0 by authorization code, with PKCE (RFC 7636) unless it is switched off, or by client
 * credentials. The host runs the consent; from the first use on Sealbox keeps what it gave.
 */
export const oauth2: Kind<OAuth2Fields> = {
	name: 'oauth2',
	credentialType: 'sealboxOAuth2Api',
	displayName: 'Sealbox OAuth2',
	auth: 'oauth2',
	schema: schema as unknown as z.ZodType<OAuth2Fields>,
	secretFields: [
		'clientSecret',
		'oauthTokenData.access_token',
		'oauthTokenData.refresh_token',
		'oauthTokenData.id_token',
		// Tells Sealbox which grant it keeps.
		'oauthTokenData.sealboxGrant',
	],
	oauth: {
		extends: 'oAuth2Api',
		grantTypes: [...GRANTS],
		defaultGrantType: 'pkce',
		pkceMethod: 'S256',
		tokensIn: 'oauthTokenData',
		endpoints: { authorization: 'authUrl', token: 'accessTokenUrl' },
	},
	warnings: oauth2Warnings,
	authenticate: async (fields, request, circumstances) =>
		await withKeptToken(fields, BEARER, request, circumstances),
};
