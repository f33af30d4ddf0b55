import { createHmac } from 'node:crypto';
import { encodeFields } from './fields';
import { KEY_BYTES, frameKey, openFrame, sealFrame, type FrameKey, type Purpose } from './frame';
import { NONCE_BYTES } from './random';

/*
 * A sealed token stands in stored data where a secret stood (docs/format.md, "Sealed token"):
 *
 *   sealed.v1.<credential>.<field>.<frame>.
 *
 * The frame is a value in JSON, bound to context, credential and field. Nothing here may change
 * without another version in the prefix.
 */
export const TOKEN_PREFIX = 'sealed.v1.';
const TOKEN = /sealed\.v1\.([\w-]{1,200})\.([\w-]{1,64})\.([\w-]+)\./g;
const HEADER = Uint8Array.of(1, 1);
const PURPOSE: Purpose = { name: 'sealbox/token/v1', kdfContext: 'sbx-tokn' };
const LONGEST_FIELD = 64;

/** The 64 secret bytes that make and open tokens, made ready. */
export interface TokenKey {
	readonly frames: FrameKey;
	readonly nonceKey: Uint8Array;
}

/** What a token says openly. */
export interface TokenName {
	readonly credential: string;
	readonly field: string;
}

/** A token found in a text. */
export interface FoundToken extends TokenName {
	readonly text: string;
	readonly start: number;
	readonly frame: string;
}

/** @param key - 64 secret bytes: 32 to seal with, 32 for nonces */
export const tokenKey = (key: Uint8Array): TokenKey => ({
	frames: frameKey(PURPOSE, HEADER, key.subarray(0, KEY_BYTES)),
	nonceKey: key.slice(KEY_BYTES, 2 * KEY_BYTES),
});

/** A name as a token can carry it: letters, digits, `_` and `-`. */
export const tokenField = (field: string): string =>
	field.replace(/[^\w-]/g, '_').slice(0, LONGEST_FIELD) || '_';

/** The id of a credential as a token can carry it; see {@link credentialOf}. */
export const tokenCredential = (id: string): string =>
	/^(?!_)[\w-]+$/.test(id) ? id : `_${Buffer.from(id, 'utf8').toString('base64url')}`;

/** The id of a credential that a token names. */
export const credentialOf = (name: string): string =>
	name.startsWith('_') ? Buffer.from(name.slice(1), 'base64url').toString('utf8') : name;

/**
 * Seals a JSON value as a token. Its nonce is a keyed hash of everything that goes in, so the same
 * value in the same place gives the same token, in whichever process.
 *
 * @param place - public; has to match on opening
 * @param run - public; tokens of different runs differ, and none of it is needed to open
 */
export function sealToken(
	key: TokenKey,
	{ credential, field }: TokenName,
	place: readonly string[],
	run: string,
	json: string,
): string {
	const context = [...place, credential, field];
	const nonce = createHmac('sha256', key.nonceKey)
		.update(encodeFields([run, json, ...context]))
		.digest()
		.subarray(0, NONCE_BYTES);
	return `${TOKEN_PREFIX}${credential}.${field}.${sealFrame(key.frames, context, json, nonce)}.`;
}

/** The JSON in a token, or null: made with another key, for another place, or altered. */
export function openTokenOrNull(
	key: TokenKey,
	token: FoundToken,
	place: readonly string[],
): string | null {
	const context = [...place, token.credential, token.field];
	try {
		const bytes = openFrame(token.frame, HEADER.length, context, (memory, at) => {
			if (HEADER.some((byte, i) => memory[at + i] !== byte)) throw new RangeError('header');
			return key.frames;
		});
		return bytes === null ? null : Buffer.from(bytes).toString('utf8');
	} catch {
		// Text that looks like a token and has no frame of ours in it is as little ours as the others.
		return null;
	}
}

/** All tokens in a text, from left to right, none inside another. */
export function tokensIn(text: string): FoundToken[] {
	if (!text.includes(TOKEN_PREFIX)) return [];
	return [...text.matchAll(TOKEN)].map((match) => ({
		text: match[0],
		start: match.index,
		credential: match[1],
		field: match[2],
		frame: match[3],
	}));
}
