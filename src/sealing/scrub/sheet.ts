import { ESCAPE_LEAD, SYMBOLS, SYMBOL_BITS } from './fold';

/** Up to here a loop over the characters beats one call that copies them all. */
const COPY_CALL_PAYS_FROM = 48;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * A stretch of text laid out for searching: its UTF-16 units, their folded symbols, and where in
 * the original each unit came from. Sheets are allocated once and filled again and again, so that
 * searching allocates nothing.
 */
export class Sheet {
	readonly units: Uint16Array;
	readonly symbols: Uint8Array;
	length = 0;
	folded = 0;
	/** A unit that may open an escape sequence was seen. */
	hasLead = false;

	readonly #bytes: Buffer;
	readonly #places: Int32Array;
	#arePlacesKnown = false;
	/** Decoded sheets know the origin of each unit; the first sheet is its origin, shifted. */
	#origin = 0;
	#starts: Int32Array | undefined;
	#ends: Int32Array | undefined;

	constructor(readonly capacity: number) {
		this.units = new Uint16Array(capacity);
		this.#bytes = Buffer.from(this.units.buffer);
		this.symbols = new Uint8Array(capacity + 8);
		this.#places = new Int32Array(capacity);
	}

	/** Fills the sheet with `text[from, to)` and folds it. */
	loadText(text: string, from: number, to: number): void {
		this.#begin(from, to - from);
		if (this.length < COPY_CALL_PAYS_FROM || !IS_LITTLE_ENDIAN) {
			for (let i = 0; i < this.length; i++) this.units[i] = text.charCodeAt(from + i);
		} else {
			const piece = this.length === text.length ? text : text.slice(from, to);
			this.#bytes.write(piece, 'utf16le');
		}
	}

	/** Fills the sheet with numbers as units; what is no unit becomes 0. */
	loadUnits(numbers: ArrayLike<number>, from: number, to: number): void {
		this.#begin(from, to - from);
		for (let i = 0; i < this.length; i++) this.units[i] = numbers[from + i];
	}

	/** Makes the sheet empty, to be filled with {@link put}. */
	clear(): void {
		this.#starts ??= new Int32Array(this.capacity);
		this.#ends ??= new Int32Array(this.capacity);
		this.#begin(0, 0);
	}

	/** Appends a decoded unit that stands for `[start, end)` of the original. */
	put(unit: number, start: number, end: number): void {
		this.units[this.length] = unit;
		this.#starts![this.length] = start;
		this.#ends![this.length] = end;
		this.length++;
	}

	/** Takes back what was put after the sheet had `length` units. */
	truncate(length: number): void {
		this.length = length;
	}

	fold(): void {
		const { units, symbols, length } = this;
		let folded = 0;
		let seen = 0;
		for (let i = 0; i < length; i++) {
			const symbol = SYMBOLS[units[i]];
			seen |= symbol;
			symbols[folded] = symbol & SYMBOL_BITS;
			// Adds 1 for a symbol and 0 for 0, without a branch.
			folded += ((symbol & SYMBOL_BITS) + SYMBOL_BITS) >> 6;
		}
		this.folded = folded;
		this.hasLead = (seen & ESCAPE_LEAD) !== 0;
		this.#arePlacesKnown = false;
	}

	/** The unit of each symbol; worked out only when a candidate needs it. */
	places(): Int32Array {
		if (!this.#arePlacesKnown) {
			let folded = 0;
			for (let i = 0; i < this.length; i++) {
				if ((SYMBOLS[this.units[i]] & SYMBOL_BITS) !== 0) this.#places[folded++] = i;
			}
			this.#arePlacesKnown = true;
		}
		return this.#places;
	}

	startOf(unit: number): number {
		return this.#isDecoded ? this.#starts![unit] : this.#origin + unit;
	}

	endOf(unit: number): number {
		return this.#isDecoded ? this.#ends![unit] : this.#origin + unit + 1;
	}

	get #isDecoded(): boolean {
		return this.#starts !== undefined;
	}

	#begin(origin: number, length: number): void {
		this.#origin = origin;
		this.length = length;
	}
}
