/**
 * Where text is laid out to be searched: its UTF-16 units, their folded symbols, and the places of
 * units that may open an escape sequence.
 *
 * There is one desk, of fixed size, in constants of this module. That is not for convenience: the
 * compiler knows the addresses of module constants, and the loops over them run more than twice as
 * fast as over fields of an object. Searching is synchronous, so nobody else is at the desk.
 */
import { ESCAPE_LEAD_SHIFT, IS_SYMBOL_SHIFT, SYMBOLS } from './fold';

/** Longer texts are laid out in blocks of so many units. */
export const BLOCK = 1 << 15;
/** A run of digits may end the block; a little room saves checks. */
export const DESK_SIZE = BLOCK + 16;
/** Up to here a loop over the characters beats one call that copies them all. */
const COPY_CALL_PAYS_FROM = 128;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const units = new Uint16Array(DESK_SIZE);
/** The same, two units at a time. */
const pairs = new Uint32Array(units.buffer);
const symbols = new Uint8Array(DESK_SIZE + 16);
/** The same, four symbols at a time. */
const quads = new Uint32Array(symbols.buffer);
const leads = new Int32Array(DESK_SIZE + 1);
const places = new Int32Array(DESK_SIZE);
const bytes = Buffer.from(units.buffer);
const table = SYMBOLS;
const symbolShift = IS_SYMBOL_SHIFT;
const leadShift = ESCAPE_LEAD_SHIFT;

/** How much of the desk is in use. */
const used = { units: 0, symbols: 0, leads: 0 };
let arePlacesKnown = false;

/** Lays out `text[from, to)`. */
export function layText(text: string, from: number, to: number): void {
	const length = to - from;
	if (length >= COPY_CALL_PAYS_FROM) {
		layTextUnfolded(text, from, to);
		foldAll();
	} else {
		layCharacters(length === text.length ? text : text.slice(from, to));
	}
}

/** The same without symbols and leads, for the exact search alone. */
export function layTextUnfolded(text: string, from: number, to: number): void {
	begin(to - from);
	if (IS_LITTLE_ENDIAN) {
		bytes.write(to - from === text.length ? text : text.slice(from, to), 'utf16le');
	} else {
		for (let i = from; i < to; i++) units[i - from] = text.charCodeAt(i);
	}
}

/** Lays out numbers as units; negative bytes become bytes, what is no unit becomes 0. */
export function layNumbers(numbers: ArrayLike<number>, from: number, to: number): void {
	begin(to - from);
	for (let i = from; i < to; i++) units[i - from] = numbers[i] < 0 ? numbers[i] & 0xff : numbers[i];
	foldAll();
}

/** Lays out the first `length` of the given units. */
export function layUnits(given: Uint16Array, length: number): void {
	begin(length);
	units.set(given.subarray(0, length));
	foldAll();
}

function begin(length: number): void {
	used.units = length;
	used.symbols = used.leads = 0;
	arePlacesKnown = false;
}

/** The unit of each symbol; worked out only when a candidate needs it. */
export function placesOfSymbols(): Int32Array {
	if (!arePlacesKnown) {
		let folded = 0;
		for (let i = 0; i < used.units; i++)
			if (table[units[i]] >> symbolShift === 1) places[folded++] = i;
		arePlacesKnown = true;
	}
	return places;
}

/**
 * Works out symbols and leads. Both are always written and only counted when they are some: a
 * branch here would be mispredicted too often.
 */
function foldAll(): void {
	const length = used.units;
	let folded = 0;
	let leadCount = 0;
	for (let i = 0; i < length; i++) {
		const symbol = table[units[i]];
		symbols[folded] = symbol;
		folded += symbol >> symbolShift;
		leads[leadCount] = i;
		leadCount += (symbol >> leadShift) & 1;
	}
	used.symbols = folded;
	used.leads = leadCount;
}

/** Copying and folding in one loop. */
function layCharacters(text: string): void {
	begin(text.length);
	let folded = 0;
	let leadCount = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		const symbol = table[unit];
		units[i] = unit;
		symbols[folded] = symbol;
		folded += symbol >> symbolShift;
		leads[leadCount] = i;
		leadCount += (symbol >> leadShift) & 1;
	}
	used.symbols = folded;
	used.leads = leadCount;
}

// Exported apart: within a module, an `export const` is looked up at each use.
export { IS_LITTLE_ENDIAN, leads, pairs, quads, symbols, units, used };
