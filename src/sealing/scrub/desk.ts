/**
 * Where text is laid out to be searched: its UTF-16 units, their folded symbols, and the places of
 * units that may open an escape sequence.
 *
 * There is one desk, of fixed size, in constants of this module. That is not for convenience: the
 * compiler knows the addresses of module constants, and the loops over them run more than twice as
 * fast as over fields of an object. Searching is synchronous, so nobody else is at the desk.
 */
import { ESCAPE_LEAD, IS_SYMBOL_SHIFT, SYMBOLS } from './fold';

/** Longer texts are laid out in blocks of so many units. */
export const BLOCK = 1 << 15;
/** A run of digits may end the block; a little room saves checks. */
export const DESK_SIZE = BLOCK + 16;
/** Up to here a loop over the characters beats one call that copies them all. */
const COPY_CALL_PAYS_FROM = 80;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const units = new Uint16Array(DESK_SIZE);
/** The same, two units at a time. */
const pairs = new Uint32Array(units.buffer);
const symbols = new Uint8Array(DESK_SIZE + 8);
const leads = new Int32Array(DESK_SIZE + 1);
const places = new Int32Array(DESK_SIZE);
const bytes = Buffer.from(units.buffer);
const table = SYMBOLS;
const shift = IS_SYMBOL_SHIFT;
const lead = ESCAPE_LEAD;

/** How much of the desk is in use. */
const used = { units: 0, symbols: 0, leads: 0 };
let arePlacesKnown = false;

/** Lays out `text[from, to)`. */
export function layText(text: string, from: number, to: number): void {
	if (to - from >= COPY_CALL_PAYS_FROM && IS_LITTLE_ENDIAN) {
		layTextUnfolded(text, from, to);
		fold(to - from);
	} else {
		used.units = to - from;
		arePlacesKnown = false;
		layCharacters(text, from, to);
	}
}

/** The same without symbols and leads, for the exact search alone. Not for other byte orders. */
export function layTextUnfolded(text: string, from: number, to: number): void {
	used.units = to - from;
	arePlacesKnown = false;
	bytes.write(to - from === text.length ? text : text.slice(from, to), 'utf16le');
}

/** Lays out numbers as units; negative bytes become bytes, what is no unit becomes 0. */
export function layNumbers(numbers: ArrayLike<number>, from: number, to: number): void {
	for (let i = from; i < to; i++) units[i - from] = numbers[i] < 0 ? numbers[i] & 0xff : numbers[i];
	used.units = to - from;
	arePlacesKnown = false;
	fold(to - from);
}

/** Lays out the first `length` of the given units. */
export function layUnits(given: Uint16Array, length: number): void {
	units.set(given.subarray(0, length));
	used.units = length;
	arePlacesKnown = false;
	fold(length);
}

/** The unit of each symbol; worked out only when a candidate needs it. */
export function placesOfSymbols(): Int32Array {
	if (!arePlacesKnown) {
		let folded = 0;
		for (let i = 0; i < used.units; i++) if (table[units[i]] >> shift === 1) places[folded++] = i;
		arePlacesKnown = true;
	}
	return places;
}

/** Works out symbols and leads; the second only where there are any. */
function fold(length: number): void {
	let folded = 0;
	let seen = 0;
	for (let i = 0; i < length; i++) {
		const symbol = table[units[i]];
		seen |= symbol;
		// Always written, counted only when it is a symbol: no branch to mispredict.
		symbols[folded] = symbol;
		folded += symbol >> shift;
	}
	used.symbols = folded;
	used.leads = (seen & lead) === 0 ? 0 : findLeads(length);
}

/** Copying and folding in one loop. */
function layCharacters(text: string, from: number, to: number): void {
	let folded = 0;
	let seen = 0;
	for (let i = from; i < to; i++) {
		const unit = text.charCodeAt(i);
		const symbol = table[unit];
		units[i - from] = unit;
		seen |= symbol;
		symbols[folded] = symbol;
		folded += symbol >> shift;
	}
	used.symbols = folded;
	used.leads = (seen & lead) === 0 ? 0 : findLeads(to - from);
}

function findLeads(length: number): number {
	let count = 0;
	for (let i = 0; i < length; i++) if ((table[units[i]] & lead) !== 0) leads[count++] = i;
	return count;
}

// Exported apart: within a module, an `export const` is looked up at each use.
export { leads, pairs, symbols, units, used };
