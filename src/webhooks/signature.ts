import { createHash } from 'node:crypto';
import { fits, isSame, isSignatureOf, type AlgorithmName } from './algorithm';
import { headerNames, signaturesIn, type Carried } from './candidates';
import { contentOf, parseTemplateOrNull, type Part } from './content';
import { checkedId, replayKey, type Context, type Verified } from './context';
import { decodeOrNull } from './encoding';
import { keyOf, type NamedSecret } from './key';
import { demand, Refusal } from './refusal';
import { valuesAt, type Incoming } from './request';
import type { SignatureScheme } from './scheme';
import { demandFresh, readTimeOrNull } from './timestamp';

/**
 * Verifies a signature over a content.
 *
 * 1. What the request must have is there, once, and in the form of the scheme.
 * 2. The timestamp is a timestamp.
 * 3. A signature is that of the content with one of the secrets.
 * 4. The timestamp is within the tolerance: only a genuine sender learns that its clock is wrong.
 */
export function verifySignature(
	incoming: Incoming,
	scheme: SignatureScheme,
	secrets: readonly NamedSecret[],
	context: Context,
): Verified {
	const keys = secrets.map(({ secret }) => keyOf(secret, scheme.key, context.nowMs));
	const algorithm = algorithmOf(incoming, scheme);
	demand(
		keys.every((key) => fits(algorithm, key)),
		scheme.key.kind === 'certificate' ? 'bad_certificate' : 'bad_secret',
	);
	demandFixed(incoming, scheme, context);

	const parts = parseTemplateOrNull(scheme.content) ?? [];
	const id = idOf(incoming, scheme);
	const proofs = itemsOf(incoming, scheme).map((item) => {
		const carried = signaturesIn(incoming, scheme, item === null ? undefined : () => item);
		const timestamp = timestampOf(incoming, scheme, carried);
		const timeMs = timestamp === undefined ? undefined : timeOf(timestamp, scheme);
		const contents = contentsOf(parts, keys, {
			incoming,
			timestamp,
			id,
			url: urlOf(incoming, scheme),
			item,
			settings: context.settings,
		});
		const form = { ecdsa: scheme.ecdsa, lowS: scheme.lowS };
		const matching = keys.map((key, index) =>
			carried.candidates
				.filter(({ source }) => !isOtherSecrets(scheme, source, index))
				.map(({ bytes }) => {
					const content = contents[index] as Uint8Array;
					return bytes !== null && isSignatureOf(algorithm, key, content, bytes, form);
				})
				.includes(true),
		);
		const secret = chosen(matching, secrets, context.nowMs);
		return { secret, timeMs, content: contents[secret] as Uint8Array };
	});

	const [{ secret, timeMs }] = proofs as [(typeof proofs)[number]];
	demandBodyHash(incoming, scheme);
	if (timeMs !== undefined) {
		demandFresh(timeMs, context.nowMs, context.tolerance(scheme.timestamp?.toleranceSeconds ?? 0));
	}
	const isByContent = id === undefined || scheme.deliveryId?.isSigned !== true;
	return {
		ok: true,
		...(id === undefined ? {} : { id }),
		...(timeMs === undefined ? {} : { timestamp: Math.floor(timeMs / 1000) }),
		secret,
		replayKeys: isByContent
			? proofs.map(({ content }) => replayKey(scheme.id, 'content', withoutSecret(scheme, content)))
			: [replayKey(scheme.id, 'id', id)],
	};
}

/** A content with the secret in it is known by its hash, which is what was sent. */
const withoutSecret = ({ algorithm }: SignatureScheme, content: Uint8Array): Uint8Array =>
	algorithm === 'sha256-concat' ? createHash('sha256').update(content).digest() : content;

function algorithmOf(incoming: Incoming, { algorithm }: SignatureScheme): AlgorithmName {
	if (typeof algorithm === 'string') return algorithm;
	const chosenBy = incoming.field(algorithm.body) ?? '';
	demand(Object.hasOwn(algorithm.choices, chosenBy), 'wrong_algorithm');
	return algorithm.choices[chosenBy] as AlgorithmName;
}

function demandFixed(
	incoming: Incoming,
	{ fixedHeaders, fixedFields }: SignatureScheme,
	{ settings }: Context,
): void {
	for (const [path, setting] of Object.entries(fixedFields)) {
		const wanted = Object.hasOwn(settings, setting) ? settings[setting] : undefined;
		demand(wanted !== undefined && wanted !== '', 'bad_options');
		demand(incoming.field(path) === wanted, 'bad_claim');
	}
	for (const [name, value] of Object.entries(fixedHeaders)) {
		demand(incoming.needHeader(name) === value, 'wrong_algorithm');
	}
}

const MOST_ITEMS = 100;

/** The entries that are signed one by one; `null` for the request as a whole. */
function itemsOf(incoming: Incoming, { each }: SignatureScheme): unknown[] {
	if (each === undefined) return [null];
	const items = valuesAt(incoming.json(), each);
	demand(items.length > 0 && !items.includes(undefined), 'missing_field');
	demand(items.length <= MOST_ITEMS, 'too_many_signatures');
	return items;
}

function idOf(incoming: Incoming, scheme: SignatureScheme): string | undefined {
	const { deliveryId, content } = scheme;
	if (deliveryId === undefined) return undefined;
	if ('body' in deliveryId) return checkedId(incoming.fieldOrUndefined(deliveryId.body));
	const id = incoming.header(headerNames(incoming, scheme)(deliveryId.header));
	demand(id !== undefined || !content.includes('{id}'), 'missing_header');
	return checkedId(id);
}

function timestampOf(
	incoming: Incoming,
	scheme: SignatureScheme,
	carried: Carried,
): string | undefined {
	const { timestamp } = scheme;
	if (timestamp === undefined) return undefined;
	if ('header' in timestamp) {
		return incoming.needHeader(headerNames(incoming, scheme)(timestamp.header));
	}
	const text = 'pair' in timestamp ? carried.timestamp : incoming.field(timestamp.body);
	demand(text !== undefined, 'missing_timestamp');
	return text;
}

function timeOf(text: string, { timestamp }: SignatureScheme): number {
	const time = readTimeOrNull(text, timestamp?.unit ?? 's');
	if (time === null) throw new Refusal('bad_timestamp');
	return time;
}

/** The content for each key: one and the same, unless it holds the secret. */
function contentsOf(
	parts: readonly Part[],
	keys: readonly unknown[],
	sources: Omit<Parameters<typeof contentOf>[1], 'secret'>,
): Uint8Array[] {
	const holdsSecret = parts.some(({ kind }) => kind === 'secret');
	if (!holdsSecret) {
		const content = contentOf(parts, { ...sources, secret: undefined });
		return keys.map(() => content);
	}
	return keys.map((key) => contentOf(parts, { ...sources, secret: key as Uint8Array }));
}

/** The address with the characters in plain that the sender writes so. */
const urlOf = ({ url }: Incoming, { plainInUrl }: SignatureScheme): string =>
	plainInUrl === undefined
		? url
		: url.replace(/%[0-9a-f]{2}/gi, (code) => {
				const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
				return plainInUrl.includes(character) ? character : code;
			});

const isOtherSecrets = ({ from }: SignatureScheme, source: number, secret: number): boolean =>
	'headers' in from && from.onePerSecret && source !== secret;

function demandBodyHash(incoming: Incoming, { bodyHashInQuery }: SignatureScheme): void {
	if (bodyHashInQuery === undefined) return;
	const hashes = incoming.query(bodyHashInQuery);
	demand(hashes.length <= 1, 'duplicate_field');
	const hash = decodeOrNull(hashes[0] ?? '', 'hex');
	const actual = createHash('sha256').update(incoming.rawBody).digest();
	demand(hash !== null && isSame(hash, actual), 'bad_body_hash');
}

/** The first secret that matched and has not ended. */
export function chosen(
	matching: readonly boolean[],
	secrets: readonly NamedSecret[],
	nowMs: number,
): number {
	demand(matching.includes(true), 'bad_signature');
	const index = matching.findIndex((isMatch, i) => isMatch && !hasEnded(secrets[i], nowMs));
	demand(index !== -1, 'secret_ended');
	return index;
}

const hasEnded = (secret: NamedSecret | undefined, nowMs: number): boolean =>
	secret?.endsAtMs !== undefined && nowMs >= secret.endsAtMs;
