/**
 * Finds many fixed texts at once without reading every character.
 *
 * Plan
 * 1. Of each text one window of `width` units is chosen: the one whose 4-unit grams are rarest
 *    among all texts, so that a prefix shared by many texts is never what is looked for.
 * 2. All grams of all windows go into a bitmap.
 * 3. The scan looks at one gram in every `width - 4` units: any window must contain one of them.
 *    These places are even, so that a gram is two reads of two units.
 * 4. A gram that is in the bitmap leads to the places it may have in a window, those to the texts
 *    with exactly this window, and only those are compared.
 *
 * Compared with Wu-Manber (the same idea with a shift table) every step has the same length, so the
 * loop has no data-dependent branch but "seen", and hostile input cannot shorten the steps.
 */
import { IS_LITTLE_ENDIAN, pairs as deskPairs, units as deskUnits, used as deskUsed } from './desk';

// Constants of another module are looked up at each use, our own are not.
const units = deskUnits;
const pairs = deskPairs;
const used = deskUsed;

const GRAM = 4;
const MIX = 0x9e3779b1;
const MIX_2 = 0x85ebca6b;

/** Texts from 16 units on are searched with wide windows; shorter ones only slow down their own lane. */
const LONG = { shortest: 16, widest: 20 } as const;
const SHORT = { shortest: 8, widest: 8 } as const;

/** With very many texts narrow windows keep the tables small and quick to build. */
const MANY = 40_000;
const NARROW = 12;

/** Units of a text among which its window is chosen; more of a long key only take longer to count. */
const MOST_CONSIDERED = 128;

export const SHORTEST_EXACT = 8;

export type Report = (text: number, start: number) => void;

export class ExactIndex {
	readonly #long: Lane | null;
	readonly #short: Lane | null;
	/** The length of the shortest text. */
	readonly shortest: number;

	/** @param texts - each at least {@link SHORTEST_EXACT} units long, no duplicates */
	constructor(readonly texts: readonly string[]) {
		this.#long = laneOf(texts, LONG, Infinity);
		this.#short = laneOf(texts, SHORT, LONG.shortest);
		this.shortest = texts.reduce((least, { length }) => Math.min(least, length), Infinity);
	}

	/** Reports each occurrence of each text on the desk, overlapping ones too. */
	scan(report: Report): void {
		if (this.#long !== null) this.#long.scan(report);
		if (this.#short !== null) this.#short.scan(report);
	}
}

function laneOf(
	texts: readonly string[],
	{ shortest, widest }: { shortest: number; widest: number },
	longerThan: number,
): Lane | null {
	const members: number[] = [];
	for (let i = 0; i < texts.length; i++) {
		if (texts[i].length >= shortest && texts[i].length < longerThan) members.push(i);
	}
	return members.length === 0 ? null : new Lane(texts, members, widest);
}

class Lane {
	readonly #texts: readonly string[];
	readonly #width: number;
	/** How many grams a window has, and the even number of units from probe to probe. */
	readonly #span: number;
	readonly #step: number;
	/** Where in its text the window of a text begins. */
	readonly #windowAt = new Map<number, number>();

	// Step 2: the grams, two bits of one word for each.
	#bits = new Uint32Array(1);
	#bitShift = 31;
	// Step 4: gram -> set of places, window -> texts. Open addressing.
	#grams = new Int32Array(1);
	#places = new Uint32Array(1);
	#gramShift = 31;
	#ends = new Uint32Array(1);
	#endShift = 31;
	readonly #windows = new Map<number, number[]>();

	constructor(texts: readonly string[], members: readonly number[], widest: number) {
		this.#texts = texts;
		let shortest = Infinity;
		for (const member of members) shortest = Math.min(shortest, texts[member].length);
		this.#width = Math.min(shortest, members.length > MANY ? NARROW : widest);
		this.#span = this.#width - GRAM + 1;
		this.#step = this.#span & ~1;
		this.#chooseWindows(members);
		this.#index(members);
	}

	scan(report: Report): void {
		const length = used.units;
		const bits = this.#bits;
		const shift = this.#bitShift;
		const step = this.#step >> 1;
		const last = (length - GRAM) >> 1;
		for (let at = step - 1; at <= last; at += step) {
			const gram = pairs[at] ^ Math.imul(pairs[at + 1], MIX_2);
			const hash = Math.imul(gram, MIX);
			const both = (1 << ((hash >>> shift) & 31)) | (1 << ((hash >>> 5) & 31));
			if ((bits[hash >>> (shift + 5)] & both) === both) this.#seen(at << 1, gram, report);
		}
	}

	#seen(at: number, gram: number, report: Report): void {
		const length = used.units;
		const width = this.#width;
		let places = this.#placesOf(gram);
		while (places !== 0) {
			const place = 31 - Math.clz32(places);
			places &= ~(1 << place);
			const start = at - place;
			if (start < 0 || start + width > length) continue;
			const ends = endsOf(units, start, width);
			const hash = Math.imul(ends, MIX) >>> this.#endShift;
			if (((this.#ends[hash >>> 5] >>> (hash & 31)) & 1) === 0) continue;
			const texts = this.#windows.get(windowHash(units, start, width));
			if (texts !== undefined) this.#compare(texts, start, report);
		}
	}

	#compare(candidates: number[], windowStart: number, report: Report): void {
		for (const candidate of candidates) {
			const text = this.#texts[candidate];
			const start = windowStart - this.#windowAt.get(candidate)!;
			if (start >= 0 && start + text.length <= used.units && isAt(text, start)) {
				report(candidate, start);
			}
		}
	}

	#placesOf(gram: number): number {
		const grams = this.#grams;
		const mask = grams.length - 1;
		let slot = Math.imul(gram, MIX_2) >>> this.#gramShift;
		while (this.#places[slot] !== 0) {
			if (grams[slot] === gram) return this.#places[slot];
			slot = (slot + 1) & mask;
		}
		return 0;
	}

	/** Step 1. Counting is by hash, in a table small enough to stay in the cache. */
	#chooseWindows(members: readonly number[]): void {
		const length = members.reduce((sum, member) => {
			const { from, to } = middleOf(this.#texts[member]);
			return sum + to - from;
		}, 0);
		const bits = Math.min(18, Math.max(8, Math.ceil(Math.log2(length * 2))));
		const counts = new Uint16Array(1 << bits);
		const shift = 32 - bits;
		for (const member of members) {
			const text = this.#texts[member];
			const { from, to } = middleOf(text);
			for (let i = from; i + GRAM <= to; i++) {
				const slot = Math.imul(gramOf(text, i), MIX) >>> shift;
				if (counts[slot] < 0xffff) counts[slot]++;
			}
		}
		for (const member of members)
			this.#windowAt.set(member, this.#rarestWindow(member, counts, shift));
	}

	#rarestWindow(member: number, counts: Uint16Array, shift: number): number {
		const text = this.#texts[member];
		const step = this.#span;
		const countAt = (i: number): number => counts[Math.imul(gramOf(text, i), MIX) >>> shift];
		const { from, to } = middleOf(text);
		let sum = 0;
		for (let i = from; i < from + step; i++) sum += countAt(i);
		let best = from;
		let least = sum;
		for (let at = from + 1; at + this.#width <= to; at++) {
			sum += countAt(at + step - 1) - countAt(at - 1);
			if (sum < least) [least, best] = [sum, at];
		}
		return best;
	}

	/** Steps 2 and 4. */
	#index(members: readonly number[]): void {
		const entries = members.length * this.#span;
		[this.#bits, this.#bitShift] = bitmapFor(entries * 8);
		[this.#ends, this.#endShift] = bitmapFor(members.length * 16);
		const slotBits = Math.max(4, Math.ceil(Math.log2(entries * 2)));
		this.#gramShift = 32 - slotBits;
		this.#grams = new Int32Array(1 << slotBits);
		this.#places = new Uint32Array(1 << slotBits);
		const window = new Uint16Array(this.#width);
		for (const member of members) {
			const text = this.#texts[member];
			const from = this.#windowAt.get(member)!;
			for (let i = 0; i < window.length; i++) window[i] = text.charCodeAt(from + i);
			for (let place = 0; place < this.#span; place++) this.#put(gramOf(text, from + place), place);
			setBit(this.#ends, Math.imul(endsOf(window, 0, window.length), MIX) >>> this.#endShift);
			const key = windowHash(window, 0, window.length);
			const texts = this.#windows.get(key);
			if (texts === undefined) this.#windows.set(key, [member]);
			else texts.push(member);
		}
	}

	#put(gram: number, place: number): void {
		const hash = Math.imul(gram, MIX);
		setBit(this.#bits, hash >>> this.#bitShift);
		this.#bits[hash >>> (this.#bitShift + 5)] |= 1 << ((hash >>> 5) & 31);
		const mask = this.#grams.length - 1;
		let slot = Math.imul(gram, MIX_2) >>> this.#gramShift;
		while (this.#places[slot] !== 0 && this.#grams[slot] !== gram) slot = (slot + 1) & mask;
		this.#grams[slot] = gram;
		this.#places[slot] |= 1 << place;
	}
}

/** Where a rare window is looked for: what long secrets have in common stands at their ends. */
function middleOf({ length }: string): { from: number; to: number } {
	const from = Math.max(0, (length - MOST_CONSIDERED) >> 1);
	return { from, to: Math.min(length, from + MOST_CONSIDERED) };
}

/** A bitmap with room for `bits` bits (a power of two) and the shift that hashes into it. */
export function bitmapFor(bits: number): [bitmap: Uint32Array<ArrayBuffer>, shift: number] {
	const size = Math.min(26, Math.max(10, Math.ceil(Math.log2(bits))));
	return [new Uint32Array(1 << (size - 5)), 32 - size];
}

export function setBit(bitmap: Uint32Array, bit: number): void {
	bitmap[bit >>> 5] |= 1 << (bit & 31);
}

/** Two units as the desk's pairs have them. */
const pairOf = (first: number, second: number): number =>
	IS_LITTLE_ENDIAN ? first | (second << 16) : (first << 16) | second;

const gramOfUnits = (a: number, b: number, c: number, d: number): number =>
	pairOf(a, b) ^ Math.imul(pairOf(c, d), MIX_2);

function gramOf(text: string, at: number): number {
	return gramOfUnits(
		text.charCodeAt(at),
		text.charCodeAt(at + 1),
		text.charCodeAt(at + 2),
		text.charCodeAt(at + 3),
	);
}

function unitsGram(of: Uint16Array, at: number): number {
	return gramOfUnits(of[at], of[at + 1], of[at + 2], of[at + 3]);
}

/** First and last gram of a window: a cheap question before the whole window is hashed. */
function endsOf(of: Uint16Array, start: number, width: number): number {
	return Math.imul(unitsGram(of, start), MIX_2) ^ unitsGram(of, start + width - GRAM);
}

function windowHash(of: Uint16Array, start: number, width: number): number {
	let hash = 0;
	for (let i = start; i < start + width; i++) hash = Math.imul(hash ^ of[i], 0x01000193);
	return hash;
}

/** From the back: near misses usually differ at the end. */
function isAt(text: string, start: number): boolean {
	for (let i = text.length - 1; i >= 0; i--) {
		if (units[start + i] !== text.charCodeAt(i)) return false;
	}
	return true;
}
