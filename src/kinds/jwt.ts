import { SealboxError } from '../sealing/error';
import { z } from '../vendor/zod';
import { isPlainObject } from './body';
import {
	destinationWarnings,
	headerName,
	headerPrefix,
	hostFields,
	isStripped,
	pasteWarnings,
	secret,
	service,
	text,
	withPrefix,
} from './fields';
import { ALGORITHMS, KEY_TYPES, signingKey } from './jwtKey';
import { originsOf, type Clock, type Kind } from './kind';
import { withHeader } from './outgoing';
import { isExpression } from './pasted';

const DEFAULT_LIFETIME_SECONDS = 300;
const LONGEST_LIFETIME_SECONDS = 86_400;

const schema = z
	.looseObject({
		algorithm: z
			.enum(ALGORITHMS, `Algorithm must be one of ${ALGORITHMS.join(', ')}.`)
			.default('HS256'),
		keyType: z.enum(KEY_TYPES, 'Key Type must be secret, pem or jwk.').default('secret'),
		secret: secret('Secret', 'password').optional(),
		secretEncoding: z
			.enum(['utf8', 'base64'], 'Secret Encoding must be utf8 or base64.')
			.default('utf8'),
		privateKey: secret('Private Key', 'document').optional(),
		jwk: z
			.union([secret('JWK', 'document'), z.looseObject({})], 'JWK must be JSON.')
			.optional()
			.meta({ writeOnly: true }),
		keyId: text(),
		issuer: text(),
		subject: text(),
		audience: text(),
		claims: z.union([z.string(), z.looseObject({})], 'Claims must be JSON.').optional(),
		lifetimeSeconds: z
			.union([z.number(), z.string()], 'Lifetime must be a number of seconds.')
			.default(DEFAULT_LIFETIME_SECONDS),
		headerName: headerName('Header Name').default('Authorization'),
		prefix: headerPrefix('Prefix').default('Bearer'),
		...service,
		...hostFields,
	})
	.superRefine((fields, context) => {
		const key = hasUnknownKey(fields) ? null : signingKey(fields);
		const found = [
			key !== null && 'message' in key ? key : null,
			{ field: 'claims', message: claimsProblem(fields) },
			{ field: 'lifetimeSeconds', message: lifetimeProblem(fields.lifetimeSeconds) },
		];
		for (const problem of found) {
			if (problem === null || problem.message === null) continue;
			context.addIssue({ code: 'custom', path: [problem.field], message: problem.message });
		}
	});

type JwtFields = z.infer<typeof schema>;

const hasUnknownKey = ({ keyType, secret: shared, privateKey, jwk }: JwtFields): boolean =>
	isExpression({ secret: shared, pem: privateKey, jwk }[keyType]);

const RESERVED = { exp: 'Lifetime', iat: 'the clock of this machine' };
const OWN = { iss: 'issuer', sub: 'subject', aud: 'audience' } as const;

/** What is wrong with the further claims, or `null`. */
function claimsProblem(fields: JwtFields): string | null {
	if (isExpression(fields.claims)) return null;
	const claims = claimsIn(fields);
	if (claims === null) {
		return 'Claims must be a JSON object, for instance {"scope": "read"}. Check its quotation marks and commas.';
	}
	for (const [claim, source] of Object.entries(RESERVED)) {
		if (claim in claims) return `Claims must not hold ${claim}: it comes from ${source}.`;
	}
	for (const [claim, field] of Object.entries(OWN)) {
		if (claim in claims && fields[field])
			return `Claims holds ${claim}, and so does its own field. Remove one.`;
	}
	return null;
}

/** `null` when the text is not a JSON object. An empty field has no claims. */
function claimsIn({ claims = '' }: JwtFields): Record<string, unknown> | null {
	if (typeof claims !== 'string') return claims;
	if (claims.trim() === '') return {};
	try {
		const parsed = JSON.parse(claims) as unknown;
		return isPlainObject(parsed) ? parsed : null;
	} catch {
		return null;
	}
}

function lifetimeProblem(lifetime: number | string): string | null {
	if (isExpression(lifetime)) return null;
	const seconds = Number(lifetime);
	if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_LIFETIME_SECONDS) return null;
	return `Lifetime must be a whole number of seconds from 1 to ${LONGEST_LIFETIME_SECONDS}.`;
}

function jwtWarnings(fields: JwtFields): string[] {
	const isLong = Number(fields.lifetimeSeconds) > 3600;
	return [
		...pasteWarnings('Secret', fields.secret, 'password'),
		...(isLong ? ['Lifetime is over an hour. A token is made for each request; minutes do.'] : []),
		...destinationWarnings(fields),
	];
}

/**
 * The claims of one token; times in seconds, RFC 7519 section 4.1. Several audiences are written with
 * commas between them.
 */
function payloadOf(fields: JwtFields, now: Clock): Record<string, unknown> {
	const issuedAt = Math.floor(now() / 1000);
	const audiences = (fields.audience ?? '')
		.split(',')
		.map((one) => one.trim())
		.filter((one) => one !== '');
	return {
		...(fields.issuer ? { iss: fields.issuer } : {}),
		...(fields.subject ? { sub: fields.subject } : {}),
		...(audiences.length > 0 ? { aud: audiences.length === 1 ? audiences[0] : audiences } : {}),
		...claimsIn(fields),
		iat: issuedAt,
		exp: issuedAt + Number(fields.lifetimeSeconds),
	};
}

/** Mints a token that is good for one request. @returns the token and the secret parts of a JWK */
async function mint(fields: JwtFields, now: Clock): Promise<{ token: string; parts: string[] }> {
	const made = signingKey(fields);
	if ('message' in made) throw new SealboxError('ERR_CREDENTIAL_INVALID', made.message);
	const kid = fields.keyId || made.keyId;
	const { SignJWT } = await import('../vendor/jose');
	const token = await new SignJWT(payloadOf(fields, now))
		.setProtectedHeader({ alg: fields.algorithm, typ: 'JWT', ...(kid ? { kid } : {}) })
		.sign(made.key);
	return { token, parts: [...made.parts] };
}

/** A short-lived JSON Web Token, minted for each request; RFC 7519. */
export const jwt: Kind<JwtFields> = {
	name: 'jwt',
	credentialType: 'sealboxJwtApi',
	displayName: 'Sealbox JWT',
	auth: 'jwt',
	schema: schema as unknown as z.ZodType<JwtFields>,
	secretFields: ['secret', 'privateKey', 'jwk'],
	warnings: jwtWarnings,
	reach: originsOf,
	async authenticate(fields, request, { now }) {
		const { token, parts } = await mint(fields, now);
		return {
			request: withHeader(request, fields.headerName, withPrefix(fields.prefix, token)),
			used: [
				{ name: 'token', value: token },
				...parts.map((value) => ({ name: 'key material', value })),
			],
			isPinned: !isStripped(fields.headerName),
		};
	},
};
