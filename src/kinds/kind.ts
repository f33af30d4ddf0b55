import type { z } from '../vendor/zod';
import { SealboxError } from '../sealing/error';
import type { Send } from './ask';

/** How a credential proves who is calling. */
export type AuthMethod =
	| 'api-key'
	| 'bearer'
	| 'basic'
	| 'jwt'
	| 'oauth2'
	| 'aws-sigv4'
	| 'login'
	| 'token'
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

/** Milliseconds since the Unix epoch. */
export type Clock = () => number;

/** What a kind may need besides its fields and the request. */
export interface Circumstances {
	readonly now: Clock;
	/** How the kind asks a service of its own, for instance for temporary keys. */
	readonly ask?: Send;
	/** What a body that is sent as a stream will consist of, where it has been read beforehand. */
	readonly digest?: BodyDigest;
	/**
	 * Gets a token for fields of the kind `token`, and another one for one that was refused. Tokens outlive a
	 * request, so that whoever calls has to keep them.
	 */
	readonly tokenOf?: (fields: Fields, refused: string | undefined) => Promise<string>;
}

/** A body that is not in memory. */
export interface BodyDigest {
	/** SHA-256 in lower-case hex. */
	readonly sha256: string;
	/** In bytes. */
	readonly length: number;
}

/** A request with a credential on it, and what came into being on the way. */
export interface Applied {
	readonly request: OutgoingRequest;
	/** Values made for this request that are as secret as the fields, for instance a minted token. */
	readonly used: readonly Needle[];
	/**
	 * True when the secret is where an HTTP client does not take it off before a redirect to another
	 * origin: clients strip Authorization and Cookie, and nothing else.
	 */
	readonly isPinned?: boolean;
}

/** Where a credential may be sent, as its own fields say. */
export interface Reach {
	/** Absolute URLs whose origins are allowed. Empty, with no `domains`: the credential sets no limit. */
	readonly origins: readonly string[];
	/** Host names that are allowed over https besides the origins; `*.x` stands for names below x. */
	readonly domains?: readonly string[];
}

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

	/** Sentences about values that are allowed but look wrong, for instance text left from a template. */
	warnings?(fields: T): string[];

	/** Where this credential may go, unless the host's allowed-domains fields say otherwise. */
	reach?(fields: T): Reach;

	/**
	 * Returns the request with this credential applied. Never mutates its argument, and applying it
	 * twice gives what applying it once gives: the host calls again after a 401.
	 *
	 * The destination has been checked by the caller, and `url` is absolute.
	 */
	authenticate?(
		fields: T,
		request: OutgoingRequest,
		circumstances: Circumstances,
	): Applied | Promise<Applied>;

	/**
	 * A URL that lets whoever holds it make this one request, for a while. It is a secret of its own.
	 *
	 * The destination has been checked by the caller, and `url` is absolute.
	 */
	presign?(
		fields: T,
		request: OutgoingRequest,
		expiresInSeconds: number,
		circumstances: Circumstances,
	): Promise<Presigned>;

	/**
	 * Drops what was obtained with these fields, such as temporary keys, so that the next request
	 * obtains it anew.
	 *
	 * @param refused - the request that the service refused; what is newer than that is kept
	 * @returns whether there was anything to drop, or there is something newer already
	 */
	forget?(fields: T, refused?: OutgoingRequest): boolean;
}

/** A signed URL, and what has to be sent along with it. */
export interface Presigned {
	readonly url: string;
	readonly method: string;
	/** Headers that the signature covers: they have to be sent as they are. */
	readonly headers: Readonly<Record<string, string>>;
	/** Milliseconds since the Unix epoch. */
	readonly expiresAtMs: number;
	/** What is secret in it, and whatever else came into being. */
	readonly used: readonly Needle[];
}

/** The reach of a kind that belongs to one service: the origin of its Base URL, if it has one. */
export const originsOf = ({ baseUrl }: Fields): Reach => ({
	origins: typeof baseUrl === 'string' && baseUrl.trim() !== '' ? [baseUrl] : [],
});

/** One thing that is wrong with stored fields: where, and a sentence saying what to do. */
export interface FieldError {
	readonly field: string;
	readonly message: string;
}

/** Every error of stored fields; an empty list means that `fields` may be used. */
export function checkFields<T extends Fields>(
	kind: Kind<T>,
	data: unknown,
): { fields: T; errors: readonly [] } | { fields: null; errors: readonly FieldError[] } {
	if (typeof data !== 'object' || data === null || Array.isArray(data)) {
		return { fields: null, errors: [{ field: '', message: 'Expected an object of fields.' }] };
	}
	const parsed = kind.schema.safeParse(data);
	if (parsed.success) return { fields: parsed.data, errors: [] };
	// The first error of a field tells enough; later ones may follow from it.
	const errors = new Map<string, FieldError>();
	for (const { path, message } of parsed.error.issues) {
		const field = dotted(path);
		if (!errors.has(field)) errors.set(field, { field, message });
	}
	return { fields: null, errors: [...errors.values()] };
}

/** Checks stored fields against the kind. @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID` */
export function parseFields<T extends Fields>(kind: Kind<T>, data: unknown): T {
	const { fields, errors } = checkFields(kind, data);
	if (fields !== null) return fields;
	throw new SealboxError('ERR_CREDENTIAL_INVALID', `${kind.displayName}: ${errors[0]?.message}`);
}

/** `['keys', 0, 'value']` as people write it: `keys[0].value`. */
const dotted = (path: readonly PropertyKey[]): string =>
	path.reduce<string>((text, step) => {
		if (typeof step === 'number') return `${text}[${step}]`;
		return text === '' ? String(step) : `${text}.${String(step)}`;
	}, '');

/** The values that stand in a kind's secret fields, each under its dotted path. Empty ones are left out. */
export function secretsOf(kind: Kind, fields: Fields): Needle[] {
	return kind.secretFields.flatMap((path) => valuesAt(fields, path.split('.'), ''));
}

function valuesAt(value: unknown, steps: readonly string[], name: string): Needle[] {
	const [step, ...rest] = steps;
	if (step === undefined) return asNeedle(name, value);
	const isList = step.endsWith('[]');
	const key = isList ? step.slice(0, -2) : step;
	const inner = (value as Fields | null | undefined)?.[key];
	const path = name === '' ? key : `${name}.${key}`;
	if (!isList) return valuesAt(inner, rest, path);
	if (!Array.isArray(inner)) return [];
	return inner.flatMap((element, index) => valuesAt(element, rest, `${path}[${index}]`));
}

const asNeedle = (name: string, value: unknown): Needle[] =>
	typeof value === 'string' && value !== '' ? [{ name, value }] : [];
