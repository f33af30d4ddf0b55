import { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import { fits, isSignatureOf, type VerificationKey } from '../algorithm';
import { checkedId, replayKey, type Context, type Verified } from '../context';
import { keyOf, publicJwkOrNull, publicKeyOrNull, type NamedSecret } from '../key';
import { demand, Refusal, type Reason } from '../refusal';
import type { Incoming } from '../request';
import { MESSAGE_ALGORITHMS, type MessageAlgorithm, type MessageScheme } from '../scheme';
import { chosen } from '../signature';
import { demandFresh } from '../timestamp';
import { signatureBase } from './base';
import { demandDigest } from './digest';
import { bytesIn, descriptionsIn, type Description } from './fields';

const MOST_SIGNATURES = 10;

/**
 * Verifies HTTP Message Signatures: one signature that covers what the scheme requires is enough.
 *
 * Which algorithms and components are acceptable is the scheme's to say, which key is the secrets'; what
 * the request says of itself can only narrow that.
 *
 * @see RFC 9421 section 3.2
 */
export function verifyMessage(
	incoming: Incoming,
	scheme: MessageScheme,
	secrets: readonly NamedSecret[],
	context: Context,
): Verified {
	const descriptions = [...descriptionsIn(incoming.needHeader('signature-input'))];
	demand(descriptions.length <= MOST_SIGNATURES, 'too_many_signatures');
	const signatures = bytesIn(incoming.needHeader('signature'));
	let refused: Reason = 'no_supported_signature';
	for (const [label, description] of descriptions) {
		const signature = signatures.get(label);
		if (signature === undefined) continue;
		const outcome = attempt(() =>
			verifyOne(incoming, scheme, { description, signature }, secrets, context),
		);
		if (typeof outcome !== 'string') return outcome;
		refused = outcome;
	}
	throw new Refusal(refused);
}

function attempt(verifies: () => Verified): Verified | Reason {
	try {
		return verifies();
	} catch (error) {
		return error instanceof Refusal ? error.reason : 'internal_error';
	}
}

function verifyOne(
	incoming: Incoming,
	scheme: MessageScheme,
	{ description, signature }: { description: Description; signature: Buffer },
	secrets: readonly NamedSecret[],
	context: Context,
): Verified {
	const { parameters } = description;
	demand(
		scheme.tag === undefined || parameters.get('tag') === scheme.tag,
		'no_supported_signature',
	);
	demandCoverage(incoming, scheme, description);
	const created = parameters.get('created');
	demand(created !== undefined, 'missing_timestamp');
	demand(isWhole(created), 'bad_timestamp');

	const base = Buffer.from(signatureBase(incoming, description));
	const named = secrets.map((secret) => isMeant(secret, parameters.get('keyid')));
	demand(named.includes(true), 'unknown_key');
	const matching = secrets.map((secret, index) => {
		const key = keyIn(secret.secret, scheme, context);
		const usable = algorithmsFor(key, scheme);
		demand(usable.length > 0, 'bad_secret');
		return (
			named[index] === true &&
			usable
				.filter((name) => parameters.get('alg') === undefined || parameters.get('alg') === name)
				.some((name) => isSignatureOf(MESSAGE_ALGORITHMS[name], key, base, signature))
		);
	});
	const secret = chosen(matching, secrets, context.nowMs);

	if (covers(description, 'content-digest')) demandDigest(incoming);
	demandFresh(created * 1000, context.nowMs, context.tolerance(scheme.toleranceSeconds));
	const expires = parameters.get('expires');
	demand(expires === undefined || isWhole(expires), 'bad_timestamp');
	demand(expires === undefined || context.nowMs < expires * 1000, 'stale');
	const nonce = parameters.get('nonce');
	const id = checkedId(typeof nonce === 'string' ? nonce : undefined);
	return {
		ok: true,
		...(id === undefined ? {} : { id }),
		timestamp: created,
		secret,
		replayKeys: [replayKey(scheme.id, 'content', base)],
	};
}

const isWhole = (value: unknown): value is number =>
	Number.isSafeInteger(value) && Number(value) >= 0;

const covers = ({ components }: Description, wanted: string): boolean =>
	components.some(({ name, parameters }) => name === wanted && parameters.size === 0);

/** What names the place a request goes to. */
const TARGETS = ['@target-uri', '@authority', '@request-target', '@path'];

/** A signature that covers nothing is a valid one; RFC 9421, appendix B.2.1. */
function demandCoverage(incoming: Incoming, scheme: MessageScheme, description: Description): void {
	const { required, coversBody, coversTarget } = scheme;
	demand(
		required.every((name) => covers(description, name)),
		'not_covered',
	);
	if (coversBody && incoming.rawBody.length > 0) {
		demand(covers(description, 'content-digest'), 'not_covered');
	}
	if (coversTarget) {
		demand(
			TARGETS.some((name) => covers(description, name)),
			'not_covered',
		);
	}
}

/** Keys are chosen by id; a secret without a name stands for any. */
const isMeant = ({ name }: NamedSecret, keyId: unknown): boolean =>
	name === undefined || keyId === undefined || name === keyId;

/** A public key wherever it can be read as one, so that its text is never taken for a shared secret. */
function keyIn(text: string, scheme: MessageScheme, { nowMs }: Context): VerificationKey {
	const key: KeyObject | null = text.trim().startsWith('{')
		? (publicJwkOrNull(parseOrNull(text))?.key ?? null)
		: publicKeyOrNull(text, 'spki');
	return key ?? keyOf(text, { kind: 'shared', encoding: scheme.sharedEncoding }, nowMs);
}

function parseOrNull(text: string): unknown {
	try {
		return JSON.parse(text) as unknown;
	} catch {
		return null;
	}
}

const algorithmsFor = (key: VerificationKey, { algorithms }: MessageScheme): MessageAlgorithm[] =>
	algorithms.filter((name) => fits(MESSAGE_ALGORITHMS[name], key));
