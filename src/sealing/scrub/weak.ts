import { COMMON_WORDS } from './words';

export type WhyWeak = 'short' | 'common';

const SHORTEST = 8;
/** Eight digits are a date or an order number as often as a secret. */
const SHORTEST_NUMBER = 12;
const LONGEST_COMMON = 20;
const MOST_WORDS = 2;

/**
 * Why a value can only be matched as a whole, or null when it may be searched for in running text.
 *
 * `common` is one or two words of everyday use, with any case, separators between them, and up to
 * four digits before or behind: `postgres`, `Admin123`, `test-user`.
 */
export function whyWeak(value: string): WhyWeak | null {
	if (value.length < SHORTEST) return COMMON_WORDS.has(value.toLowerCase()) ? 'common' : 'short';
	if (/^\d+$/.test(value) && value.length < SHORTEST_NUMBER) return 'short';
	if (new Set(value).size < 3) return 'common';
	return isCommon(value) ? 'common' : null;
}

function isCommon(value: string): boolean {
	if (value.length > LONGEST_COMMON) return false;
	const parts = /^\d{0,4}[\W_]?([A-Za-z][A-Za-z\W_]*?)[\W_]?\d{0,4}[\W_]{0,2}$/.exec(value);
	if (parts === null) return COMMON_WORDS.has(value.toLowerCase());
	const pieces = parts[1]
		.toLowerCase()
		.split(/[^a-z]+/)
		.filter((piece) => piece !== '');
	const words = pieces.map((piece) => wordsIn(piece, MOST_WORDS));
	return words.every((count) => count > 0) && words.reduce((a, b) => a + b, 0) <= MOST_WORDS;
}

/** Into how many common words `piece` splits, 0 when it does not within `most`. */
function wordsIn(piece: string, most: number): number {
	if (COMMON_WORDS.has(piece)) return 1;
	if (most < 2) return 0;
	for (let at = 3; at <= piece.length - 3; at++) {
		if (COMMON_WORDS.has(piece.slice(0, at)) && COMMON_WORDS.has(piece.slice(at))) return 2;
	}
	return 0;
}
