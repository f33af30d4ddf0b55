/**
 * Tells in one quick pass which places of a text cannot hold anything, so that only the others are
 * searched. It may call clean text suspect, but never passes what the search finds something in.
 *
 * Plan
 * 1. Every exact form, and every window of the loose search, is folded to symbols; of each a stretch
 *    of nine is chosen. Its four grams of six symbols go into a bitmap. Of an exact form with fewer
 *    symbols those grams do that are seen at its last four units.
 * 2. The scan folds four units at a time into the last six symbols seen, and asks the bitmap once.
 *    Four units hold at most four symbols, so one of any four grams in a row is asked for.
 * 3. On the way it notes what the search would decode: escapes, encoded runs, openings.
 */
import {
	DESK_SIZE,
	IS_LITTLE_ENDIAN,
	pairs as deskPairs,
	units as deskUnits,
	used as deskUsed,
} from './desk';
import { isInEncoding, isRunUnit } from './encodedRuns';
import { tellsAt } from './escapes';
import { bitmapFor, ExactIndex } from './exact';
import { ESCAPE_LEAD, fold, IS_SYMBOL, SYMBOLS } from './fold';
import { commonPairsIn, WINDOW, type LooseForm } from './looseForms';
import { opensBehind } from './openings';

// Constants of another module are looked up at each use, our own are not.
const units = deskUnits;
const pairs = deskPairs;
const used = deskUsed;

const GRAM = 6;
const QUAD = 4;
const STRETCH = GRAM + QUAD - 1;
/** Five bits of a symbol tell most of them apart; thirty bits are a gram. */
const SYMBOL_BITS = 5;
const SYMBOL_MASK = 31;
/** A multiple of four, so that what was shifted beyond thirty bits does not count. */
const MIX = 0x78dde6c4;
/** So many bits for each gram; and a bitmap that stays in the cache of one core. */
const BITS_PER_GRAM = 32;
const FEWEST_BITS = 1 << 18;
/** Which bits of a hash choose the second bit of a word. */
const SECOND_SHIFT = 9;
/** Whole quads in the shortest encoded run. */
const QUADS_OF_RUN = 7;

/**
 * What two units add: how far to shift the symbols seen before (bits 0-4), whether both may be part
 * of an encoded run, which may open an escape, and the new symbols (bits 22-31).
 */
const IN_RUN = 1 << 5;
const LEADS_SHIFT = 6;
const LEADS = 3 << LEADS_SHIFT;
const NEW_SYMBOLS_SHIFT = 22;
/** For all pairs of units below 256, by the first and the second one; made when first needed. */
const ENTRIES = new Int32Array(1 << 16);
let areEntriesMade = false;

/** Where a scan met a gram, a long run, and leads (in bits 0-3 which units of the quad). */
const grams = new Int32Array(DESK_SIZE >> 2);
const runs = new Int32Array(DESK_SIZE >> 2);
const leadQuads = new Int32Array(DESK_SIZE >> 2);
const met = { grams: 0, runs: 0, leadQuads: 0 };

/** Told that `[from, to)` of the desk may be part of something. */
export type NotePlace = (from: number, to: number) => void;

export class Sieve {
	readonly #bits: Uint32Array;
	readonly #shift: number;
	/** What has too few letters and digits to be known by them. */
	readonly #others: ExactIndex;

	/** @param exact - the texts of the exact forms */
	constructor(exact: readonly string[], loose: readonly LooseForm[]) {
		if (!areEntriesMade) makeEntries();
		const put: number[] = [];
		const others: string[] = [];
		for (const text of exact) {
			const symbols = fold(text);
			// What belongs to the secret alone is rather at its end.
			if (symbols.length >= STRETCH) putGrams(symbols, symbols.length >> 1, symbols.length, put);
			else if (fold(text.slice(0, 1 - QUAD)).length >= GRAM) putLastGrams(text, put);
			else others.push(text);
		}
		for (const { symbols, windows } of loose) {
			for (const window of windows) putGrams(symbols, window, window + WINDOW, put);
		}
		this.#others = new ExactIndex(others);
		[this.#bits, this.#shift] = bitmapFor(Math.max(FEWEST_BITS, put.length * BITS_PER_GRAM));
		for (const gram of put) this.#put(gram);
	}

	/** Notes all places of the desk that may be part of something, but for openings at its start. */
	scan(note: NotePlace): void {
		units.fill(0, used.units, used.units + QUAD);
		if (!this.#scanBytes()) this.#scanUnits();
		for (let i = 0; i < met.grams; i++) note(grams[i], grams[i] + QUAD);
		for (let i = 0; i < met.runs; i++) {
			if (isInEncoding(units, used.units, runs[i])) note(runs[i], runs[i] + QUAD);
		}
		for (let i = 0; i < met.leadQuads; i++) noteLeads(leadQuads[i], note);
		this.#others.scan((_text, start) => note(start, start + 1));
	}

	/** Step 2 for units below 256; false when there are others. */
	#scanBytes(): boolean {
		const bits = this.#bits;
		const shift = this.#shift;
		const entries = ENTRIES;
		const last = used.units >> 1;
		let gramCount = 0;
		let runCount = 0;
		let leadCount = 0;
		let seen = 0;
		let run = 0;
		let all = 0;
		for (let at = 0; at <= last; at += 2) {
			const first = pairs[at];
			const second = pairs[at + 1];
			const a = entries[(first | (first >>> 8)) & 0xffff];
			const b = entries[(second | (second >>> 8)) & 0xffff];
			all |= first | second;
			seen = (((seen << a) | (a >>> NEW_SYMBOLS_SHIFT)) << b) | (b >>> NEW_SYMBOLS_SHIFT);
			const hash = Math.imul(seen, MIX);
			const word = bits[hash >>> (shift + 5)];
			if (((word >>> (hash >>> shift)) & (word >>> (hash >>> SECOND_SHIFT)) & 1) !== 0)
				grams[gramCount++] = at << 1;
			run = (run + 1) & -(((a & b) >>> 5) & 1);
			if (run === QUADS_OF_RUN) runs[runCount++] = at << 1;
			if (((a | b) & LEADS) !== 0) {
				leadQuads[leadCount++] =
					(at << 5) | ((a & LEADS) >> LEADS_SHIFT) | ((b & LEADS) >> (LEADS_SHIFT - 2));
			}
		}
		met.grams = gramCount;
		met.runs = runCount;
		met.leadQuads = leadCount;
		return (all & ~0x00ff00ff) === 0;
	}

	/** The same for any units. */
	#scanUnits(): void {
		met.grams = met.runs = met.leadQuads = 0;
		let seen = 0;
		let run = 0;
		for (let at = 0; at < used.units; at += QUAD) {
			let isInRun = true;
			let leads = 0;
			for (let i = 0; i < QUAD; i++) {
				const symbol = SYMBOLS[units[at + i]];
				seen = seenAfter(symbol, seen);
				if ((symbol & ESCAPE_LEAD) !== 0) leads |= 1 << i;
				isInRun &&= isRunUnit(units[at + i]);
			}
			if (this.#holds(seen)) grams[met.grams++] = at;
			run = isInRun ? run + 1 : 0;
			if (run === QUADS_OF_RUN) runs[met.runs++] = at;
			if (leads !== 0) leadQuads[met.leadQuads++] = (at << 4) | leads;
		}
	}

	#holds(gram: number): boolean {
		const hash = Math.imul(gram, MIX);
		const word = this.#bits[hash >>> (this.#shift + 5)];
		return ((word >>> (hash >>> this.#shift)) & (word >>> (hash >>> SECOND_SHIFT)) & 1) !== 0;
	}

	#put(gram: number): void {
		const hash = Math.imul(gram, MIX);
		const both = (1 << (hash >>> this.#shift)) | (1 << (hash >>> SECOND_SHIFT));
		this.#bits[hash >>> (this.#shift + 5)] |= both;
	}
}

function noteLeads(quad: number, note: NotePlace): void {
	for (let leads = quad & 15; leads !== 0; leads &= leads - 1) {
		const at = (quad >> 4) + 31 - Math.clz32(leads & -leads);
		if (tellsAt(at) || opensBehind(at)) note(at, at + 1);
	}
}

/** The grams of the stretch in `[from, to)` that is least like ordinary text, rather a late one. */
function putGrams(symbols: Uint8Array, from: number, to: number, put: number[]): void {
	const last = to - STRETCH;
	let best = last;
	let least = Infinity;
	for (let at = last; at >= Math.min(from, last); at--) {
		const common = commonPairsIn(symbols, at, at + STRETCH);
		if (common < least) [least, best] = [common, at];
	}
	for (let at = best; at < best + QUAD; at++) put.push(gramAt(symbols, at));
}

/** What the scan has seen of a text at each of its last four units. */
function putLastGrams(text: string, put: number[]): void {
	for (let end = text.length - QUAD + 1; end <= text.length; end++) {
		const symbols = fold(text.slice(0, end));
		put.push(gramAt(symbols, symbols.length - GRAM));
	}
}

function gramAt(symbols: Uint8Array, at: number): number {
	let gram = 0;
	for (let i = at; i < at + GRAM; i++) gram = (gram << SYMBOL_BITS) | (symbols[i] & SYMBOL_MASK);
	return gram;
}

function makeEntries(): void {
	for (let first = 0; first < 256; first++) {
		for (let second = 0; second < 256; second++) {
			const [low, high] = IS_LITTLE_ENDIAN ? [first, second] : [second, first];
			ENTRIES[low | (high << 8)] = entryOf(first, second);
		}
	}
	areEntriesMade = true;
}

function entryOf(first: number, second: number): number {
	let entry = isRunUnit(first) && isRunUnit(second) ? IN_RUN : 0;
	if ((SYMBOLS[first] & ESCAPE_LEAD) !== 0) entry |= 1 << LEADS_SHIFT;
	if ((SYMBOLS[second] & ESCAPE_LEAD) !== 0) entry |= 2 << LEADS_SHIFT;
	const seen = seenAfter(SYMBOLS[second], seenAfter(SYMBOLS[first], 0));
	if (SYMBOLS[first] >= IS_SYMBOL) entry += SYMBOL_BITS;
	if (SYMBOLS[second] >= IS_SYMBOL) entry += SYMBOL_BITS;
	return entry | (seen << NEW_SYMBOLS_SHIFT);
}

const seenAfter = (symbol: number, seen: number): number =>
	symbol < IS_SYMBOL ? seen : (seen << SYMBOL_BITS) | (symbol & SYMBOL_MASK);
