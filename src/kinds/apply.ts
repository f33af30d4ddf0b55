import { announceMinted } from './announce';
import { assertNoDetour } from './detour';
import { assertWithin, describeLimit, domainList, limitOf, type Limit } from './destination';
import {
	originsOf,
	parseFields,
	secretsOf,
	type Applied,
	type Circumstances,
	type Fields,
	type Kind,
	type Needle,
	type OutgoingRequest,
	type Presigned,
} from './kind';
import { withUrl } from './outgoing';
import { kindOfType } from './registry';

const HERE_AND_NOW: Circumstances = { now: Date.now };

/**
 * Returns the request with a credential applied, and every value that must not show up afterwards.
 *
 * Checks the fields and the destination first. The result goes to the exact URL that was checked, and
 * carries limits that make the host's HTTP client stop before a redirect to another host.
 *
 * @param credentialType - the host's name of a Sealbox type
 * @param fields - the decrypted fields, expressions resolved; secret
 * @throws {@link SealboxError} `ERR_CREDENTIAL_INVALID`, `ERR_DESTINATION_REFUSED`, and what the kind
 *   throws when the request cannot carry the credential
 */
export async function applyCredential(
	credentialType: string,
	fields: Fields,
	request: OutgoingRequest,
	circumstances: Circumstances = HERE_AND_NOW,
): Promise<Applied> {
	const kind = kindFor(credentialType, 'authenticate');
	const { parsed, limit, aimed } = aim(kind, fields, request);
	const applied = await kind.authenticate(parsed, aimed, circumstances);
	const secrets = secretsOf(kind, parsed);
	announce(kind, fields, secrets, applied.used);
	return {
		...applied,
		request: { ...applied.request, ...redirectLimits(limit, applied.isPinned ?? false) },
		used: distinct([...secrets, ...applied.used]),
	};
}

type Able<K extends keyof Kind> = Kind & Required<Pick<Kind, K>>;

function kindFor<K extends 'authenticate' | 'presign'>(
	credentialType: string,
	ability: K,
): Able<K> {
	const kind = kindOfType(credentialType);
	if (kind?.[ability] !== undefined) return kind as Able<K>;
	throw new TypeError(`${credentialType} does not ${ability} HTTP requests`);
}

/** Checks the fields, and that they may go where the request goes; aims at what was checked. */
function aim(kind: Kind, fields: Fields, request: OutgoingRequest) {
	const parsed = parseFields(kind, fields);
	const limit = limitOf(parsed, kind.reach?.(parsed));
	const url = assertWithin(limit, request);
	if (limit.kind !== 'any') assertNoDetour(request, url);
	return { parsed, limit, aimed: withUrl(request, url) };
}

/** Whether URLs can be signed with credentials of a type. */
export const canPresign = (credentialType: string): boolean =>
	kindOfType(credentialType)?.presign !== undefined;

/**
 * A URL that lets whoever holds it make this request, for a while. It reveals no secret of the
 * credential, and is a secret itself: its signature is announced like a minted token.
 *
 * @param expiresInSeconds - how long it is good for, at most
 * @throws {@link SealboxError} as {@link applyCredential}, for the same reasons
 */
export async function presignRequest(
	credentialType: string,
	fields: Fields,
	request: OutgoingRequest,
	expiresInSeconds: number,
	circumstances: Circumstances = HERE_AND_NOW,
): Promise<Presigned> {
	const kind = kindFor(credentialType, 'presign');
	const { parsed, aimed } = aim(kind, fields, request);
	const presigned = await kind.presign(parsed, aimed, expiresInSeconds, circumstances);
	announce(kind, fields, secretsOf(kind, parsed), presigned.used);
	return presigned;
}

/**
 * Drops what was obtained with a credential and refused by a service, such as temporary keys.
 *
 * @returns whether the request is worth another try
 */
export function forgetObtained(
	credentialType: string,
	fields: Fields,
	refused: OutgoingRequest,
): boolean {
	const kind = kindOfType(credentialType);
	return kind?.forget?.(parseFields(kind, fields), refused) ?? false;
}

/**
 * What a credential type's `authenticate` calls: {@link applyCredential} without the by-products, in
 * the caller's own type of request.
 */
export async function authenticate<R extends object>(
	credentialType: string,
	fields: Fields,
	request: R,
	circumstances?: Circumstances,
): Promise<R> {
	const outgoing = request as OutgoingRequest;
	const applied = await applyCredential(credentialType, fields, outgoing, circumstances);
	return applied.request as R;
}

/**
 * Options of the host's HTTP client, which asks `authenticate` for the first hop only.
 *
 * With these it refuses a redirect to a host that the credential does not allow, and drops
 * Authorization when the origin changes. A secret that it would not drop must not be redirected at all:
 * the caller gets the 3xx answer. Sealbox Request follows redirects itself and asks at every hop.
 */
function redirectLimits(limit: Limit, isPinned: boolean): Partial<OutgoingRequest> {
	const allowedDomains = domainList(limit);
	return {
		sendCredentialsOnCrossOriginRedirect: false,
		...(allowedDomains === undefined ? {} : { allowedDomains }),
		...(isPinned ? UNREDIRECTED : {}),
	};
}

/** The names that both request shapes have for it. */
const UNREDIRECTED = {
	disableFollowRedirect: true,
	followRedirect: false,
	followAllRedirects: false,
};

/** Whatever was made of the credential's secrets, with these as they are stored and as they were read. */
function announce(kind: Kind, fields: Fields, secrets: readonly Needle[], used: readonly Needle[]) {
	const own = new Set(secrets.map(({ value }) => value));
	const stored = kind.secretFields.map((field) => fields[field]);
	const origin = [...own, ...stored.filter((value) => typeof value === 'string')];
	announceMinted(
		origin,
		used.filter(({ value }) => !own.has(value)),
	);
}

const distinct = (needles: readonly Needle[]): Needle[] => [
	...new Map(needles.map((needle) => [needle.value, needle])).values(),
];

/** Where a credential may be sent: its limits, and the same as a sentence for people. */
export interface Destination {
	readonly limit: Limit;
	readonly description: string;
}

/**
 * Where a credential may be sent. Works for any data: of a Sealbox type, its Base URL counts; of the
 * host's own types, the allowed-domains fields alone.
 *
 * @param credentialType - the host's name of the type; without it a Base URL counts if there is one
 * @throws {@link SealboxError} `ERR_DESTINATION_REFUSED` when the fields themselves cannot be obeyed
 */
export function destinationOf(fields: Fields, credentialType?: string): Destination {
	const limit = limitOf(fields, reachOf(fields, credentialType));
	return { limit, description: describeLimit(limit) };
}

function reachOf(fields: Fields, credentialType: string | undefined) {
	const kind: Pick<Kind, 'reach'> | undefined =
		credentialType === undefined ? { reach: originsOf } : kindOfType(credentialType);
	return kind?.reach?.(fields);
}

/**
 * Returns the URL that a credential may be sent to with this request. Call it before every hop: the
 * first call, a redirect, the link to a next page, a retry. Send to the returned URL.
 *
 * @throws {@link SealboxError} `ERR_DESTINATION_REFUSED`
 */
export const assertDestination = (
	fields: Fields,
	request: OutgoingRequest,
	credentialType?: string,
): URL => assertWithin(destinationOf(fields, credentialType).limit, request);
