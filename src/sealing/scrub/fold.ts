/**
 * The alphabet of the loose search.
 *
 * A text is folded to what survives escaping, quoting, wrapping and a change of case: letters and
 * digits, one small number each. Everything else is dropped, so `sk-Live_1`, `SK LIVE 1` and
 * `sk\-live\_1` fold alike. The fold works on single UTF-16 units, so offsets never shift.
 */

/** The unit that separates pieces decoded from different places; no needle ever contains it. */
export const BARRIER = 0xffff;

/** Bits 0-5: the symbol. Bit 6: the unit may open an escape sequence. Bit 7: it is a symbol. */
export const ESCAPE_LEAD = 64;
export const ESCAPE_LEAD_SHIFT = 6;
export const IS_SYMBOL = 128;
export const IS_SYMBOL_SHIFT = 7;

const BARRIER_SYMBOL = IS_SYMBOL | 60;
const ALPHANUMERICS = '0123456789abcdefghijklmnopqrstuvwxyz';

const DROPPED: ReadonlyArray<readonly [from: number, to: number]> = [
	[0x0300, 0x0370], // combining marks
	[0x1ab0, 0x1b00],
	[0x1dc0, 0x1e00],
	[0x2000, 0x2c00], // punctuation, zero-width signs, arrows, box drawing
	[0x2e00, 0x2e80],
	[0x3000, 0x3040],
	[0xe000, 0xf900], // private use
	[0xfe00, 0xfe30], // variation selectors
	[0xfeff, 0xff00], // byte order mark
	[0xfff0, 0xffff],
];

const CASED: ReadonlyArray<readonly [from: number, to: number]> = [
	[0x0370, 0x0590],
	[0x1f00, 0x2000],
];

export const SYMBOLS = symbolTable();

/** Folds `text`; used for needles, where speed does not matter. */
export function fold(text: string): Uint8Array {
	const folded = new Uint8Array(text.length);
	let length = 0;
	for (let i = 0; i < text.length; i++) {
		const symbol = SYMBOLS[text.charCodeAt(i)];
		if (symbol >= IS_SYMBOL) folded[length++] = symbol;
	}
	return folded.slice(0, length);
}

function symbolTable(): Uint8Array {
	const table = new Uint8Array(0x10000);
	for (let unit = 0x250; unit < 0x10000; unit++)
		table[unit] = isLetterLike(unit) ? spread(unit) : 0;
	for (const [from, to] of CASED) {
		for (let unit = from; unit < to; unit++) table[unit] = spread(baseUnit(unit));
	}
	for (const [from, to] of [
		[0x80, 0x250],
		[0x1e00, 0x1f00],
		[0xff01, 0xff5f],
	]) {
		for (let unit = from; unit < to; unit++) table[unit] = baseLetter(unit);
	}
	for (let i = 0; i < ALPHANUMERICS.length; i++) {
		table[ALPHANUMERICS.charCodeAt(i)] = i + 1;
		table[ALPHANUMERICS.toUpperCase().charCodeAt(i)] = i + 1;
	}
	for (let unit = 0; unit < table.length; unit++) if (table[unit] > 0) table[unit] |= IS_SYMBOL;
	for (const lead of '%\\&=\x1b\n~^)') table[lead.charCodeAt(0)] |= ESCAPE_LEAD;
	// What opens a text may open a dump, as what opens a line may.
	table[BARRIER] = BARRIER_SYMBOL | ESCAPE_LEAD;
	return table;
}

/** `ä`, `Ａ` and `é` fold to their base letter; a unit without one is dropped. */
function baseLetter(unit: number): number {
	const base = String.fromCharCode(unit).normalize('NFKD').toLowerCase().charAt(0);
	return ALPHANUMERICS.indexOf(base) + 1;
}

/** Greek, Cyrillic and Armenian have cases and accents too. */
function baseUnit(unit: number): number {
	return String.fromCharCode(unit).normalize('NFKD').toLowerCase().charCodeAt(0);
}

/** Other scripts take part with a symbol of the same small alphabet. */
function spread(unit: number): number {
	return 1 + ((Math.imul(unit, 0x9e3779b1) >>> 8) % 36);
}

function isLetterLike(unit: number): boolean {
	return !DROPPED.some(([from, to]) => unit >= from && unit < to);
}
