/**
 * Finds what the exact search cannot: spellings that put something between the characters of a
 * secret (wrapping, separators, quoting), change their case, or show only a part of it.
 *
 * Text and secrets are folded to letters and digits (fold.ts). Of every folded form, windows of
 * twelve symbols are indexed so densely that each stretch of `leastRun` symbols holds one.
 * The scan probes one gram in four; a hit is extended to both sides as far as text and form
 * agree, and counts when at least `leastRun` symbols do.
 */
import { bitmapFor, setBit } from './exact';
import { GRAM, gramsOf, WINDOW, type LooseForm } from './looseForms';
import {
	IS_LITTLE_ENDIAN,
	placesOfSymbols,
	quads as deskQuads,
	symbols as deskSymbols,
	used as deskUsed,
} from './desk';

/** So many units may stand between two characters of a secret: a line break and its indentation. */
export const WIDEST_GAP = 24;
/** So far from a run its continuation is looked for, and so many symbols prove it. */
const FARTHEST_STITCH = 256;
const SHORTEST_STITCH = 6;
/** Forms that begin alike share grams; so many are compared at one place. */
const MOST_AT_ONE_GRAM = 8;

// Constants of another module are looked up at each use, our own are not.
const quads = deskQuads;
const symbols = deskSymbols;
const used = deskUsed;

const MIX = 0x9e3779b1;
const MIX_2 = 0x85ebca6b;

/** Called with the form and the units `[start, end)` on the desk that agree with it. */
export type ReportRun = (form: number, start: number, end: number) => void;

export class LooseIndex {
	readonly #bits: Uint32Array;
	readonly #bitShift: number;
	readonly #keys: Int32Array;
	readonly #heads: Int32Array;
	readonly #slotShift: number;
	/** Entries chained by `#next`: form and position of a gram. */
	readonly #forms: Int32Array;
	readonly #positions: Int32Array;
	readonly #next: Int32Array;
	#entries = 0;

	/** Where the last report of a form ended, valid for the scan of that number. */
	readonly #doneTo: Int32Array;
	readonly #doneIn: Int32Array;
	#scans = 0;

	constructor(readonly forms: readonly LooseForm[]) {
		const gramsByForm = forms.map(gramsOf);
		const grams = gramsByForm.reduce((sum, { length }) => sum + length, 0);
		[this.#bits, this.#bitShift] = bitmapFor(grams * 16);
		const slotBits = Math.max(4, Math.ceil(Math.log2(grams * 1.6 + 1)));
		this.#slotShift = 32 - slotBits;
		this.#keys = new Int32Array(1 << slotBits);
		this.#heads = new Int32Array(1 << slotBits);
		this.#forms = new Int32Array(grams + 1);
		this.#positions = new Int32Array(grams + 1);
		this.#next = new Int32Array(grams + 1);
		this.#doneTo = new Int32Array(forms.length);
		this.#doneIn = new Int32Array(forms.length);
		for (let form = 0; form < forms.length; form++) {
			for (const position of gramsByForm[form]) this.#put(form, position);
		}
	}

	/** Searches what lies on the desk. */
	scan(report: ReportRun): void {
		const bits = this.#bits;
		const shift = this.#bitShift;
		const last = (used.symbols - GRAM) >> 2;
		this.#scans++;
		for (let at = 0; at <= last; at++) {
			const key = quads[at] ^ Math.imul(quads[at + 1], MIX_2);
			const hash = Math.imul(key, MIX) >>> shift;
			if (((bits[hash >>> 5] >>> (hash & 31)) & 1) === 1) this.#seen(at << 2, key, report);
		}
	}

	#seen(at: number, key: number, report: ReportRun): void {
		const mask = this.#keys.length - 1;
		let slot = Math.imul(key, MIX_2) >>> this.#slotShift;
		while (this.#heads[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
		for (let entry = this.#heads[slot]; entry !== 0; entry = this.#next[entry]) {
			const form = this.#forms[entry];
			if (this.#doneIn[form] === this.#scans && at < this.#doneTo[form]) continue;
			this.#extend(at, form, this.#positions[entry], report);
		}
	}

	#extend(at: number, form: number, position: number, report: ReportRun): void {
		const folded = used.symbols;
		const wanted = this.forms[form].symbols;
		let from = at;
		let wantedFrom = position;
		while (from > 0 && wantedFrom > 0 && symbols[from - 1] === wanted[wantedFrom - 1]) {
			from--;
			wantedFrom--;
		}
		let to = at;
		let wantedTo = position;
		while (to < folded && wantedTo < wanted.length && symbols[to] === wanted[wantedTo]) {
			to++;
			wantedTo++;
		}
		const { leastRun } = this.forms[form];
		if (to - from < leastRun) return;

		const places = placesOfSymbols();
		for (let i = at; i > from; i--) {
			if (places[i] - places[i - 1] > WIDEST_GAP) [from, wantedFrom] = [i, wantedFrom + i - from];
		}
		for (let i = at; i + 1 < to; i++) {
			if (places[i + 1] - places[i] > WIDEST_GAP) [to, wantedTo] = [i + 1, wantedTo - (to - i - 1)];
		}
		if (to - from < leastRun || !this.#holdsWindow(form, wantedFrom, wantedTo)) return;
		this.#doneIn[form] = this.#scans;
		this.#doneTo[form] = to;
		report(form, places[from], places[to - 1] + 1);
		this.#stitchBehind(form, to, wantedTo, report);
		this.#stitchBefore(form, from, wantedFrom, report);
	}

	/** A run of what many texts share proves nothing. */
	#holdsWindow(form: number, wantedFrom: number, wantedTo: number): boolean {
		const { windows } = this.forms[form];
		let [low, high] = [0, windows.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (windows[middle] < wantedFrom) low = middle + 1;
			else high = middle;
		}
		return low < windows.length && windows[low] + WINDOW <= wantedTo;
	}

	/** Looks a little further for where the form goes on: dumps and logs put text between lines. */
	#stitchBehind(form: number, to: number, wantedTo: number, report: ReportRun): void {
		const wanted = this.forms[form].symbols;
		const places = placesOfSymbols();
		const limit = places[to - 1] + FARTHEST_STITCH;
		for (let at = to; at < used.symbols && wantedTo < wanted.length; at++) {
			if (places[at] > limit) return;
			let length = 0;
			while (
				wantedTo + length < wanted.length &&
				at + length < used.symbols &&
				symbols[at + length] === wanted[wantedTo + length] &&
				places[at + length] <= limit
			) {
				length++;
			}
			if (length < leastStitch(wanted.length - wantedTo)) continue;
			report(form, places[at], places[at + length - 1] + 1);
			wantedTo += length;
			at += length - 1;
		}
	}

	#stitchBefore(form: number, from: number, wantedFrom: number, report: ReportRun): void {
		const wanted = this.forms[form].symbols;
		const places = placesOfSymbols();
		const limit = places[from] - FARTHEST_STITCH;
		for (let at = from - 1; at >= 0 && wantedFrom > 0; at--) {
			if (places[at] < limit) return;
			let length = 0;
			while (
				wantedFrom > length &&
				at >= length &&
				symbols[at - length] === wanted[wantedFrom - 1 - length] &&
				places[at - length] >= limit
			) {
				length++;
			}
			if (length < leastStitch(wantedFrom)) continue;
			report(form, places[at - length + 1], places[at] + 1);
			wantedFrom -= length;
			at -= length - 1;
		}
	}

	#put(form: number, position: number): void {
		const key = keyAt(this.forms[form].symbols, position);
		setBit(this.#bits, Math.imul(key, MIX) >>> this.#bitShift);
		const mask = this.#keys.length - 1;
		let slot = Math.imul(key, MIX_2) >>> this.#slotShift;
		while (this.#heads[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
		let chained = 0;
		for (let entry = this.#heads[slot]; entry !== 0; entry = this.#next[entry]) chained++;
		if (chained >= MOST_AT_ONE_GRAM) return;
		const entry = ++this.#entries;
		this.#keys[slot] = key;
		this.#forms[entry] = form;
		this.#positions[entry] = position;
		this.#next[entry] = this.#heads[slot];
		this.#heads[slot] = entry;
	}
}

/** At the ends of a form a little less proves it. */
const leastStitch = (remaining: number): number =>
	Math.min(SHORTEST_STITCH, Math.max(SHORTEST_STITCH - 2, remaining));

/** Eight symbols in one number; equal keys are only likely equal. */
const keyAt = (of: Uint8Array, at: number): number =>
	quadAt(of, at) ^ Math.imul(quadAt(of, at + 4), MIX_2);

/** Four symbols as the desk's quads have them. */
function quadAt(of: Uint8Array, at: number): number {
	const [a, b, c, d] = [of[at], of[at + 1], of[at + 2], of[at + 3]];
	if (IS_LITTLE_ENDIAN) return a | (b << 8) | (c << 16) | (d << 24);
	return (a << 24) | (b << 16) | (c << 8) | d;
}
