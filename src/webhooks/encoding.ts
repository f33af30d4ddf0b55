import { Buffer } from 'node:buffer';

export const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * The bytes of a text in exactly this encoding, or `null`.
 *
 * Node's decoders stop at the first character that they do not know and accept several spellings of
 * the same bytes. Here one byte sequence has one spelling, apart from the case of hex digits.
 */
export function decodeOrNull(text: string, encoding: Encoding): Buffer | null {
	if (encoding === 'hex') return /^(?:[0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : null;
	const bytes = Buffer.from(text, encoding);
	return bytes.toString(encoding) === text ? bytes : null;
}

/** The text of bytes that are UTF-8, a byte-order mark included, or `null`. */
export function textOrNull(bytes: Uint8Array): string | null {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}
