import { z } from '../vendor/zod';
import { isPlainObject } from './body';
import {
	destinationWarnings,
	expiryStatus,
	headerName,
	headerPrefix,
	hostFields,
	isHttp,
	secret,
	service,
	text,
} from './fields';
import { signingKey } from './jwtKey';
import { withKeptToken } from './keptToken';
import { originsOf, type Kind } from './kind';
import { isExpression } from './pasted';

const GRANTS = [
	'clientCredentials',
	'jwtBearer',
	'login',
	'refreshToken',
	'tokenExchange',
] as const;
export const ASSERTION_ALGORITHMS = ['ES256', 'EdDSA', 'PS256', 'RS256'] as const;
const EXPIRY_FORMS = ['date', 'milliseconds', 'seconds', 'unix', 'unixMilliseconds'] as const;

const object = (label: string) =>
	z
		.union([z.string(), z.looseObject({})], `${label} must be JSON.`)
		.refine(
			(value) => isExpression(value) || objectIn(value) !== null,
			`${label} must be a JSON object. Check its quotation marks and commas.`,
		)
		.optional();

const schema = z
	.looseObject({
		grantType: z
			.enum(GRANTS, `Grant Type must be one of ${GRANTS.join(', ')}.`)
			.default('clientCredentials'),
		accessTokenUrl: text(),
		clientId: text(),
		clientSecret: secret('Client Secret', 'password').optional(),
		authentication: z
			.enum(['body', 'header'], 'Authentication must be header or body.')
			.default('header'),
		refreshToken: secret('Refresh Token').optional(),
		scope: text(),
		parameters: object('Further Parameters'),
		algorithm: z
			.enum(ASSERTION_ALGORITHMS, 'Algorithm must be RS256, PS256, ES256 or EdDSA.')
			.default('RS256'),
		privateKey: secret('Private Key', 'document').optional(),
		keyId: text(),
		issuer: text(),
		subject: text(),
		audience: text(),
		subjectToken: secret('Subject Token').optional(),
		subjectTokenType: text(),
		requestedTokenType: text(),
		targetAudience: text(),
		resource: text(),
		revocationUrl: text(),
		loginUrl: text(),
		loginBody: object('Login Body').meta({ writeOnly: true }),
		tokenPath: text(),
		expiryPath: text(),
		expiryForm: z
			.enum(EXPIRY_FORMS, `Expiry Form must be one of ${EXPIRY_FORMS.join(', ')}.`)
			.default('seconds'),
		lifetimeSeconds: z
			.union([z.number(), z.string()], 'Lifetime must be a number of seconds.')
			.default(0),
		headerName: headerName('Header Name').default('Authorization'),
		prefix: headerPrefix('Prefix').default('Bearer'),
		tokenExpiredStatusCode: expiryStatus(),
		refusalPath: text(),
		refusalValues: text(),
		renewal: text(),
		...service,
		...hostFields,
	})
	.superRefine((fields, context) => {
		for (const [field, message] of problemsOf(fields as TokenFields)) {
			context.addIssue({ code: 'custom', path: [field], message });
		}
	});

export type TokenFields = z.infer<typeof schema>;

/** The fields that a grant needs, with what is wrong with them. */
function problemsOf(fields: TokenFields): Array<[string, string]> {
	const { grantType } = fields;
	const isOAuth = grantType !== 'login';
	const problems: Array<[string, string | null]> = [
		...(isOAuth ? [urlProblem(fields, 'accessTokenUrl', 'Access Token URL')] : []),
		...(grantType === 'login'
			? [urlProblem(fields, 'loginUrl', 'Login URL'), missing(fields, 'tokenPath', 'Token Path')]
			: []),
		...(grantType === 'refreshToken'
			? [missing(fields, 'clientId', 'Client ID'), missing(fields, 'refreshToken', 'Refresh Token')]
			: []),
		...(grantType === 'clientCredentials'
			? [missing(fields, 'clientId', 'Client ID'), missing(fields, 'clientSecret', 'Client Secret')]
			: []),
		...(grantType === 'jwtBearer' ? [keyProblem(fields)] : []),
		...(grantType === 'tokenExchange'
			? [missing(fields, 'subjectToken', 'Subject Token'), resourceProblem(fields)]
			: []),
		...(isOAuth && fields.revocationUrl?.trim()
			? [urlProblem(fields, 'revocationUrl', 'Revocation URL')]
			: []),
		...(fields.refusalPath?.trim() ? [refusalProblem(fields)] : []),
	];
	return problems.filter((problem): problem is [string, string] => problem[1] !== null);
}

function missing(
	fields: TokenFields,
	field: keyof TokenFields & string,
	label: string,
): [string, string | null] {
	const isThere = String(fields[field] ?? '').trim() !== '';
	return [field, isThere ? null : `${label} is empty. This grant needs one.`];
}

function urlProblem(
	fields: TokenFields,
	field: 'accessTokenUrl' | 'loginUrl' | 'revocationUrl',
	label: string,
): [string, string | null] {
	const value = fields[field] ?? '';
	if (isExpression(value)) return [field, null];
	if (value.trim() === '') {
		return [field, `${label} is empty. The documentation of the service names it.`];
	}
	const url = URL.canParse(value) ? new URL(value) : null;
	if (url === null || !isHttp(url)) {
		return [
			field,
			`${label} is not a URL. Write it in full, for instance https://login.example.com/oauth2/token.`,
		];
	}
	const isBare = url.username === '' && url.password === '';
	return [field, isBare ? null : `${label} must not hold a user name or password.`];
}

/** RFC 8693 section 2.1: an absolute URI. */
function resourceProblem({ resource = '' }: TokenFields): [string, string | null] {
	const isGood = resource.trim() === '' || isExpression(resource) || URL.canParse(resource);
	const message = 'Resource is not a URL. Write it in full, for instance https://api.example.com.';
	return ['resource', isGood ? null : message];
}

function refusalProblem({ refusalValues = '' }: TokenFields): [string, string | null] {
	const isThere = /[^\s,]/.test(refusalValues);
	const message =
		'Refusal Values is empty. Fill in what stands at Refusal Path when a token has ended.';
	return ['refusalValues', isThere ? null : message];
}

function keyProblem({ algorithm, privateKey }: TokenFields): [string, string | null] {
	if (isExpression(privateKey)) return ['privateKey', null];
	const key = signingKey({ algorithm, keyType: 'pem', privateKey });
	return 'message' in key ? [key.field, key.message] : ['privateKey', null];
}

/** The object that a JSON field holds; `null` for text that is none. An empty field holds nothing. */
export function objectIn(value: unknown): Record<string, unknown> | null {
	if (typeof value !== 'string')
		return isPlainObject(value) ? value : value === undefined ? {} : null;
	if (value.trim() === '') return {};
	try {
		const parsed = JSON.parse(value) as unknown;
		return isPlainObject(parsed) ? parsed : null;
	} catch {
		// Not JSON.
		return null;
	}
}

/**
 * A token that Sealbox gets and renews: by a refresh token, client credentials, a signed statement, another
 * token or a login call. Who keeps it between requests is the host's to say.
 */
export const token: Kind<TokenFields> = {
	name: 'token',
	credentialType: 'sealboxTokenApi',
	displayName: 'Sealbox Token',
	auth: 'token',
	schema: schema as unknown as z.ZodType<TokenFields>,
	secretFields: ['clientSecret', 'refreshToken', 'privateKey', 'subjectToken', 'loginBody'],
	warnings: destinationWarnings,
	reach: originsOf,
	authenticate: async (fields, request, circumstances) =>
		await withKeptToken(fields, fields, request, circumstances),
};
