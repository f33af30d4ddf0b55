import type { z } from '../vendor/zod';
import { SealboxError } from '../sealing/error';

/** How a credential proves who is calling. */
export type AuthMethod =
	| 'api-key'
	| 'bearer'
	| 'basic'
	| 'jwt'
	| 'oauth2'
	| 'aws-sigv4'
	| 'login'
	| 'key';

/**
 * The parts of an outgoing HTTP request that authentication may read or replace.
 *
 * The host has two request shapes, one with `url` and one with `uri`, `form` and `formData`;
 * both fit, and a kind has to serve both. Everything else on the object is passed through.
 */
export interface OutgoingRequest {
	url?: string;
	uri?: string;
	baseURL?: string;
	method?: string;
	headers?: Record<string, unknown>;
	qs?: Record<string, unknown>;
	body?: unknown;
	form?: unknown;
	formData?: unknown;
	json?: unknown;
	[other: string]: unknown;
}

/** One value that must not leave: `name` may be shown, `value` never. */
export interface Needle {
	name: string;
	value: string;
}

/** The fields of one credential as the host stores them, checked by the kind's schema. */
export type Fields = Record<string, unknown>;

/**
 * Everything Sealbox knows about one kind of credential: the single place that the form, the nodes,
 * the vault, the guard and the importers read.
 */
export interface Kind<T extends Fields = Fields> {
	/** Stable name in the public API, for instance `apiKey`. */
	readonly name: string;
	/** The host's name of the credential type, for instance `sealboxApiKeyApi`. */
	readonly credentialType: string;
	readonly displayName: string;
	readonly auth: AuthMethod;
	/** Shape of the stored fields. Unknown fields are kept: the host adds its own. */
	readonly schema: z.ZodType<T>;
	/** Dotted paths of the secret fields; `[]` stands for every element, as in `keys[].value`. */
	readonly secretFields: readonly string[];
	/** Where consent and tokens come from, for kinds that use OAuth. */
	readonly oauth?: Readonly<Record<string, unknown>>;

	/** Sentences about values that are allowed but look wrong, for instance a pasted `Bearer ` prefix. */
	warnings?(fields: T): string[];

	/**
	 * Returns the request with this credential applied. Never mutates its argument, and applying it
	 * twice gives the same request as applying it once: the host calls again after a 401.
	 */
	authenticate?(fields: T, request: OutgoingRequest): OutgoingRequest | Promise<OutgoingRequest>;

	/** Values that come into being by use and are as secret as the fields, for instance a Basic pair. */
	derivedSecrets?(fields: T): Needle[];
}

/** Checks stored fields against the kind. @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID` */
export function parseFields<T extends Fields>(kind: Kind<T>, data: unknown): T {
	const parsed = kind.schema.safeParse(data);
	if (parsed.success) return parsed.data;
	const [first] = parsed.error.issues;
	throw new SealboxError('ERR_CREDENTIAL_INVALID', `${kind.displayName}: ${first?.message}`);
}
