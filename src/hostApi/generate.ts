import { randomInt } from 'node:crypto';
import { SealboxError } from '../sealing/error';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** What a generated value may consist of. Signs that a shell, a URL or a header reads as its own are left out. */
export const ALPHABETS = {
	alphanumeric: LETTERS + DIGITS,
	hex: `${DIGITS}abcdef`,
	printable: `${LETTERS}${DIGITS}!#%*+-.:=?@_~`,
	url: `${LETTERS}${DIGITS}-_`,
} as const;
export type Alphabet = keyof typeof ALPHABETS;

const LEAST = 16;
const MOST = 4096;

/**
 * A random value that nobody has seen; 16 characters of the smallest alphabet are 64 bits.
 *
 * @param length - in characters, 16 to 4096
 * @throws SealboxError `ERR_VALUE_INVALID`
 */
export function generate(length: number, alphabet: string): string {
	const characters = Object.hasOwn(ALPHABETS, alphabet) ? ALPHABETS[alphabet as Alphabet] : null;
	if (characters === null) {
		throw invalid(`Alphabet is one of ${Object.keys(ALPHABETS).join(', ')}.`);
	}
	if (!Number.isInteger(length) || length < LEAST || length > MOST) {
		throw invalid(`Length is a whole number from ${LEAST} to ${MOST}.`);
	}
	return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}

const invalid = (sentence: string) => new SealboxError('ERR_VALUE_INVALID', sentence);
