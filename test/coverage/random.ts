/** A source of numbers in [0, 1) that a seed fixes, so that a miss can be found again. */
export type Random = () => number;

/** The mulberry32 generator: 32 bits of state, good enough to draw contexts and fake secrets. */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** One seed per cell: the same cell sees the same context, whatever else is run. */
export function seedOf(...parts: readonly (string | number)[]): number {
	let hash = 0x811c9dc5;
	for (const char of parts.join('\u0000')) {
		hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
	}
	return hash >>> 0;
}

/** A whole number from `least` to `most`, both included. */
export const between = (random: Random, least: number, most: number): number =>
	least + Math.floor(random() * (most - least + 1));

export const pick = <T>(random: Random, list: ArrayLike<T>): T =>
	list[between(random, 0, list.length - 1)];

export const randomBytes = (random: Random, length: number): Buffer =>
	Buffer.from(Array.from({ length }, () => between(random, 0, 255)));

export const HEX = '0123456789abcdef';
export const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
export const ALPHANUMERIC = LETTERS + LETTERS.toUpperCase() + '0123456789';

export const drawn = (random: Random, alphabet: string, length: number): string =>
	Array.from({ length }, () => pick(random, alphabet)).join('');
