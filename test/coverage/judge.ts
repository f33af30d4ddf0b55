/**
 * The rule of the study: a cell is masked if no run of at least 30 % (and at least 8 characters)
 * of the encoded secret survives.
 *
 * A form that spreads over lines or fields is judged by the sum of the runs that survive of its
 * pieces, because a reader puts them together.
 */

export const SHARE = 0.3;
export const SHORTEST_RUN = 8;

/**
 * Tells whether `haystack` holds `length` consecutive characters of `needle`.
 *
 * Such a run covers one whole aligned block of half its length, so it is enough to look for these
 * few blocks and to see how far each hit extends to both sides.
 */
export function hasRun(needle: string, haystack: string, length: number): boolean {
	const block = Math.floor((length + 1) / 2);
	for (let at = 0; at + block <= needle.length; at += block) {
		const part = needle.slice(at, at + block);
		for (let hit = haystack.indexOf(part); hit >= 0; hit = haystack.indexOf(part, hit + 1)) {
			if (extent(needle, at, haystack, hit, length) >= length) return true;
		}
	}
	return false;
}

/** How many characters agree around `needle[at]` and `haystack[hit]`; stops at `enough`. */
function extent(needle: string, at: number, haystack: string, hit: number, enough: number): number {
	let before = 0;
	while (
		before < enough &&
		at - before > 0 &&
		hit - before > 0 &&
		needle[at - before - 1] === haystack[hit - before - 1]
	) {
		before++;
	}
	let after = 0;
	while (before + after < enough && at + after < needle.length) {
		if (needle[at + after] !== haystack[hit + after]) break;
		after++;
	}
	return before + after;
}

/** True when no run of the encoded secret as long as the rule forbids is left in the output. */
export function judge(encoded: string, output: string, share = SHARE): boolean {
	const length = Math.max(SHORTEST_RUN, Math.ceil(encoded.length * share));
	return !hasRun(encoded, output, length);
}

/** The length of the longest run of `needle` in `haystack`; 0 when it is shorter than `least`. */
export function longestRun(needle: string, haystack: string, least: number): number {
	let [found, missed] = [0, needle.length + 1];
	let length = least;
	while (missed - found > 1 && length < missed) {
		if (hasRun(needle, haystack, length)) found = length;
		else missed = length;
		length = Math.max(least, Math.floor((Math.max(found, least - 1) + missed) / 2));
		if (length === found) length++;
	}
	return found;
}

/**
 * True when what survives of the pieces, added up, is less than the forbidden share of them.
 *
 * A run that also stands in `background`, the same context around another secret, proves nothing:
 * in a dump, two or three equal bytes do.
 */
export function judgePieces(
	pieces: readonly string[],
	output: string,
	share = SHARE,
	background = '',
): boolean {
	const sum = (lengths: readonly number[]) => lengths.reduce((total, next) => total + next, 0);
	const allowed = share * sum(pieces.map((piece) => piece.length));
	const least = (piece: string) =>
		Math.max(SHORTEST_RUN, 1 + longestRun(piece, background, SHORTEST_RUN));
	const left = sum(pieces.map((piece) => longestRun(piece, output, least(piece))));
	return left === 0 || left < allowed;
}
