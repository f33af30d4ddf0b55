import { z } from '../vendor/zod';
import { ALGORITHM_NAMES } from './algorithm';
import { parseTemplateOrNull } from './content';
import { ENCODINGS } from './encoding';
import { handshake } from './handshakeScheme';
import { UNITS } from './timestamp';

/** A scheme says how a sender proves who it is, as data. Presets and custom schemes have the same fields. */

const name = z.string().min(1).max(200);
const path = z.string().min(1).max(500);
/** RFC 9110 section 5.1, in lower case. */
const header = z
	.string()
	.regex(
		/^[a-z0-9!#$%&'*+.^_`|~-]+$/,
		'A header name is written in lower case, without a colon or spaces.',
	);
const algorithm = z.enum(
	ALGORITHM_NAMES,
	`The algorithm must be one of ${ALGORITHM_NAMES.join(', ')}.`,
);
const tolerance = z
	.number()
	.min(0)
	.max(86_400, 'The tolerance is a number of seconds from 0 to 86400.');

const about = {
	id: z
		.string()
		.regex(
			/^[a-z0-9][a-z0-9-]*$/,
			'The id of a scheme has lower-case letters, digits and hyphens.',
		),
	name,
	docs: z.array(z.url()).default([]),
	/** What a reader of the list should know before choosing it. */
	note: z.string().optional(),
	handshakes: z.array(handshake).default([]),
};

const place = z.union([z.strictObject({ header }), z.strictObject({ body: path })]);

/** Where the id of a delivery is, and whether the signature covers it. */
const deliveryId = z.union([
	z.strictObject({ header, isSigned: z.boolean() }),
	z.strictObject({ body: path, isSigned: z.boolean() }),
]);

/** `utf8` secrets are used as they are pasted; the others are decoded strictly. */
const sharedKey = z.strictObject({
	kind: z.literal('shared'),
	encoding: z.enum(['utf8', 'hex', 'base64']).default('utf8'),
	/** Not part of the key. */
	prefix: z.string().optional(),
	minBytes: z.number().optional(),
	maxBytes: z.number().optional(),
});
/** PEM is always understood; `spki` is base64 of DER, `raw-…` the 32 bytes of an Ed25519 key. */
const publicKey = z.strictObject({
	kind: z.literal('public'),
	encoding: z.enum(['spki', 'raw-hex', 'raw-base64']).default('spki'),
	prefix: z.string().optional(),
});
/** A certificate that the sender names by address: the address is pinned, the certificate is given. */
const certificate = z.strictObject({
	kind: z.literal('certificate'),
	address: place,
	/** `*` stands for one label, `{region}` for the region of an SNS topic. */
	hosts: z.array(z.string()).min(1),
	/** What the path begins with. */
	path: z.string().startsWith('/').default('/'),
});

const signatures = {
	/** Any of these headers may carry a signature; a body path may stand for several with `[*]`. */
	from: z.union([
		z.strictObject({
			headers: z.array(header).min(1).max(10),
			/** The first header goes with the first secret, the second with the second. */
			onePerSecret: z.boolean().default(false),
			/** When no header of the scheme is there: the same names with another beginning. */
			otherPrefix: z.strictObject({ from: z.string(), to: z.string() }).optional(),
		}),
		/** With `each`, from the entry on. */
		z.strictObject({ body: z.array(path).min(1).max(5) }),
	]),
	format: z
		.discriminatedUnion('style', [
			z.strictObject({ style: z.literal('plain') }),
			z.strictObject({ style: z.literal('prefixed'), prefix: z.string().min(1) }),
			/** `v1,<signature> v1,<signature>` */
			z.strictObject({
				style: z.literal('list'),
				separator: z.string().min(1),
				versionSeparator: z.string().min(1),
				versions: z.array(z.string().min(1)).min(1),
			}),
			/** `t=<timestamp>,v1=<signature>` */
			z.strictObject({
				style: z.literal('pairs'),
				separator: z.string().min(1),
				keys: z.array(z.string().min(1)).min(1),
				timestampKey: z.string().min(1).optional(),
			}),
		])
		.default({ style: 'plain' }),
};

const signature = z.strictObject({
	type: z.literal('signature'),
	...about,
	...signatures,
	algorithm: z.union([
		algorithm,
		/** A field of the body that chooses among algorithms that are all accepted. */
		z.strictObject({ body: path, choices: z.record(z.string(), algorithm) }),
	]),
	encoding: z.enum(ENCODINGS),
	/** ECDSA alone. */
	ecdsa: z.enum(['raw', 'der']).default('raw'),
	/** ECDSA alone: refuse the second spelling of a signature. */
	lowS: z.boolean().default(false),
	/** What is signed, such as `{timestamp}.{body}`. */
	content: z
		.string()
		.max(500)
		.refine(
			(text) => parseTemplateOrNull(text) !== null,
			'The content has a name in braces that is not known.',
		),
	/** The content is made once for each of these entries of the body, and each has its signature. */
	each: path.optional(),
	/** Characters that the sender writes plainly in the address where it carries them percent-encoded. */
	plainInUrl: z.string().optional(),
	key: z
		.discriminatedUnion('kind', [sharedKey, publicKey, certificate])
		.default({ kind: 'shared', encoding: 'utf8' }),
	timestamp: z
		.union([
			z.strictObject({ header, unit: z.enum(UNITS), toleranceSeconds: tolerance.default(300) }),
			z.strictObject({ body: path, unit: z.enum(UNITS), toleranceSeconds: tolerance.default(300) }),
			/** In the signature's own header: the `timestampKey` of its pairs. */
			z.strictObject({
				pair: z.literal(true),
				unit: z.enum(UNITS),
				toleranceSeconds: tolerance.default(300),
			}),
		])
		.optional(),
	deliveryId: deliveryId.optional(),
	/** Headers that must have exactly these values. */
	fixedHeaders: z.record(header, z.string()).default({}),
	/** Fields of the body that must be what the receiver's setting of this name says: anybody may sign for others. */
	fixedFields: z.record(path, name).default({}),
	/** A query parameter that holds the SHA-256 of the body in hex, where only the address is signed. */
	bodyHashInQuery: z.string().optional(),
});

/** The secret itself is sent. Nothing is signed, so nothing tells a repeated request from a new one. */
const secret = z.strictObject({
	type: z.literal('secret'),
	...about,
	from: z.union([
		z.strictObject({ header, prefix: z.string().default('') }),
		z.strictObject({ query: name }),
		z.strictObject({ body: path }),
		/** The secret is written `user:password`. */
		z.strictObject({ basic: z.literal(true) }),
	]),
	deliveryId: deliveryId.optional(),
});

export const JWS_ALGORITHMS = {
	HS256: 'hmac-sha256',
	HS384: 'hmac-sha384',
	HS512: 'hmac-sha512',
	RS256: 'rsa-sha256',
	RS384: 'rsa-sha384',
	RS512: 'rsa-sha512',
	PS256: 'rsa-pss-sha256',
	PS384: 'rsa-pss-sha384',
	PS512: 'rsa-pss-sha512',
	ES256: 'ecdsa-p256-sha256',
	ES384: 'ecdsa-p384-sha384',
	ES512: 'ecdsa-p521-sha512',
	EdDSA: 'ed25519',
	Ed25519: 'ed25519',
} as const;
export type JwsAlgorithm = keyof typeof JWS_ALGORITHMS;
const JWS_NAMES = Object.keys(JWS_ALGORITHMS) as [JwsAlgorithm, ...JwsAlgorithm[]];

/** A JSON Web Signature in a header, with a hash of the body among its claims; RFC 7515. */
const jws = z.strictObject({
	type: z.literal('jws'),
	...about,
	header,
	algorithms: z.array(z.enum(JWS_NAMES)).min(1),
	bodyHash: z.strictObject({ claim: name, encoding: z.enum(ENCODINGS) }),
	claims: z.record(z.string(), z.string()).default({}),
	timestamp: z.strictObject({ claim: name, toleranceSeconds: tolerance.default(300) }).optional(),
	deliveryId: deliveryId.optional(),
});

/** A bearer token that proves who calls, not what was sent: see `verifyJwt`. */
const jwt = z.strictObject({
	type: z.literal('jwt'),
	...about,
	header: header.default('authorization'),
	prefix: z.string().default('Bearer '),
	algorithms: z.array(z.enum(JWS_NAMES)).min(1),
	skewSeconds: tolerance.default(60),
});

export const MESSAGE_ALGORITHMS = {
	'hmac-sha256': 'hmac-sha256',
	ed25519: 'ed25519',
	'ecdsa-p256-sha256': 'ecdsa-p256-sha256',
	'ecdsa-p384-sha384': 'ecdsa-p384-sha384',
	'rsa-pss-sha512': 'rsa-pss-sha512',
	'rsa-v1_5-sha256': 'rsa-sha256',
} as const;
export type MessageAlgorithm = keyof typeof MESSAGE_ALGORITHMS;
const MESSAGE_NAMES = Object.keys(MESSAGE_ALGORITHMS) as [MessageAlgorithm, ...MessageAlgorithm[]];

/** HTTP Message Signatures; RFC 9421. */
const message = z.strictObject({
	type: z.literal('message-signature'),
	...about,
	algorithms: z.array(z.enum(MESSAGE_NAMES)).min(1),
	/** Components that must be covered, as they are written: `"@method"`, `content-type`. */
	required: z.array(z.string().min(1)).default([]),
	coversBody: z.boolean().default(true),
	coversTarget: z.boolean().default(true),
	/** The signature must say this of itself, where it is set. */
	tag: z.string().optional(),
	/** How a shared secret is written; public keys are PEM, base64 of DER or JWK. */
	sharedEncoding: z.enum(['utf8', 'hex', 'base64']).default('base64'),
	toleranceSeconds: tolerance.default(300),
});

export const schemeSchema = z.discriminatedUnion('type', [signature, secret, jws, jwt, message]);

/** A scheme as people write it. */
export type WebhookScheme = z.input<typeof schemeSchema>;
/** A scheme with its defaults filled in. */
export type Scheme = z.output<typeof schemeSchema>;
export type SignatureScheme = Extract<Scheme, { type: 'signature' }>;
export type SecretScheme = Extract<Scheme, { type: 'secret' }>;
export type JwsScheme = Extract<Scheme, { type: 'jws' }>;
export type JwtScheme = Extract<Scheme, { type: 'jwt' }>;
export type MessageScheme = Extract<Scheme, { type: 'message-signature' }>;
export type DeliveryId = z.output<typeof deliveryId>;
export type Place = z.output<typeof place>;
