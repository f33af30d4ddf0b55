import { DESK_SIZE } from './desk';
import { BARRIER } from './fold';
import { hexDigit } from './escapes';
import { compressedAt } from './inflate';
import type { Sheet } from './sheet';

/** Shorter runs hold less than a secret that was encoded twice; those encoded once have forms. */
export const SHORTEST_RUN = 32;
/** Only lines of this width are taken for wrapped: shorter ones are words in a list. */
const SHORTEST_WRAPPED_LINE = 32;
const LONGEST_BREAK = 24;
/** Decoded bytes are looked at when so many in a row can be text. */
const FEWEST_TEXT_BYTES = 8;

const IN_RUN = 1;
const UPPER = 2;
const LOWER = 4;
const NOT_HEX = 8;
const NOT_BASE32 = 16;
/** of `0x` before hexadecimal digits */
const SMALL_X = 0x78;
const CLASSES = classTable();
const BASE64_DIGITS = base64Digits();
const HEX_DIGITS = hexDigits();
const BASE32_DIGITS = digitTable('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
const BREAKS = 2;
const BYTE_KINDS = byteKinds();

/**
 * Where the next run of digits begins that may be an encoding, -1 when there is none. Looks at few
 * units only: a run covers one of every {@link SHORTEST_RUN} places.
 */
export function nextRun(units: Uint16Array, length: number, from: number): number {
	const classes = CLASSES;
	let at = from + SHORTEST_RUN - 1;
	while (at < length) {
		let start = at;
		let seen = classes[units[at]];
		while (classes[units[start]] !== 0 && start > from && at - start < SHORTEST_RUN - 1) {
			seen |= classes[units[--start]];
		}
		if (classes[units[start]] === 0) {
			at = start + SHORTEST_RUN;
			continue;
		}
		at++;
		while (at < length && classes[units[at]] !== 0) seen |= classes[units[at++]];
		if (isEncoding(units, start, seen)) return start;
		at += SHORTEST_RUN;
	}
	return -1;
}

/** Whether the unit at `at` is part of such a run. */
export function isInEncoding(units: Uint16Array, length: number, at: number): boolean {
	const classes = CLASSES;
	let seen = 0;
	let start = at;
	while (start > 0 && classes[units[start - 1]] !== 0) seen |= classes[units[--start]];
	let end = at;
	while (end < length && classes[units[end]] !== 0) seen |= classes[units[end++]];
	return end - start >= SHORTEST_RUN && isEncoding(units, start, seen);
}

/** Whether a unit can be part of a run. */
export const isRunUnit = (unit: number): boolean => CLASSES[unit] !== 0;

/**
 * Words, paths and UUIDs are runs too, but of small letters that are not all hexadecimal; plain
 * numbers are hexadecimal, but no text.
 */
function isEncoding(units: Uint16Array, start: number, seen: number): boolean {
	if ((seen & NOT_HEX) === 0) return (seen & (UPPER | LOWER)) !== 0;
	return (seen & UPPER) !== 0 || units[start] === SMALL_X || units[start + 1] === SMALL_X;
}

/**
 * Finds runs of base64, base64url, hexadecimal and base32 digits, also wrapped ones, and decodes
 * those that may be text into another sheet, for a next round of searching.
 */
export class EncodedRuns {
	readonly #digits = new Uint16Array(DESK_SIZE);
	readonly #places = new Int32Array(DESK_SIZE);
	/** Where the last sheet seems to hold compressed text. */
	readonly compressed: number[] = [];
	#length = 0;
	#seen = 0;

	/**
	 * @param whenFull - called when `to` should be searched and emptied before decoding goes on
	 * @returns whether `to` holds anything
	 */
	decode(from: Sheet, to: Sheet, whenFull: () => void): boolean {
		to.clear();
		this.compressed.length = 0;
		let start = nextRun(from.units, from.length, 0);
		while (start >= 0) {
			const end = this.#gather(from.units, start, from.length);
			if (to.length + this.#length >= to.capacity) {
				whenFull();
				to.clear();
			}
			this.#decodeRun(from, to);
			start = nextRun(from.units, from.length, end);
		}
		return to.length > 0;
	}

	/** Collects the digits of the run, over line breaks; returns where it ends. */
	#gather(units: Uint16Array, start: number, length: number): number {
		this.#length = 0;
		this.#seen = 0;
		let at = start;
		let lineStart = 0;
		for (;;) {
			while (at < length && (CLASSES[units[at]] & IN_RUN) !== 0) {
				this.#seen |= CLASSES[units[at]];
				this.#digits[this.#length] = units[at];
				this.#places[this.#length++] = at++;
			}
			if (this.#length - lineStart < SHORTEST_WRAPPED_LINE) return at;
			lineStart = this.#length;
			const next = afterBreak(units, at, length);
			if (next < 0) return at;
			at = next;
		}
	}

	#decodeRun(from: Sheet, to: Sheet): void {
		const stream = compressedAt(this.#digits, this.#length);
		if (stream >= 0) this.compressed.push(this.#places[stream]);
		const skipped = this.#hexPrefix();
		if (skipped >= 0) {
			this.#decodeBits(from, to, { skip: skipped, bits: 4, digits: HEX_DIGITS });
		} else if ((this.#seen & UPPER) !== 0 && (this.#seen & LOWER) !== 0) {
			for (let skip = 0; skip < 4; skip++) {
				if (this.#decodeBits(from, to, { skip, bits: 6, digits: BASE64_DIGITS })) return;
			}
		} else if ((this.#seen & NOT_BASE32) === 0) {
			this.#decodeBits(from, to, { skip: 0, bits: 5, digits: BASE32_DIGITS });
		}
	}

	/** How many units precede the hexadecimal digits (`0x`, `x`), -1 when there are others. */
	#hexPrefix(): number {
		if ((this.#seen & NOT_HEX) === 0) return 0;
		const skipped = this.#digits[0] === SMALL_X ? 1 : this.#digits[1] === SMALL_X ? 2 : -1;
		if (skipped < 0) return -1;
		for (let i = skipped; i < this.#length; i++) if (hexDigit(this.#digits[i]) < 0) return -1;
		return skipped;
	}

	/** Reads digits of `bits` bits each into bytes; takes them back when they are no text. */
	#decodeBits(from: Sheet, to: Sheet, code: Code): boolean {
		if (!this.#mayBeText(code)) return false;
		const began = to.length;
		to.put(BARRIER, 0, 0);
		let held = 0;
		let heldBits = 0;
		let first = 0;
		for (let i = code.skip; i < this.#length; i++) {
			if (heldBits === 0) first = i;
			held = ((held << code.bits) | code.digits[this.#digits[i]]) & 0xfff;
			heldBits += code.bits;
			if (heldBits < 8) continue;
			heldBits -= 8;
			const end = from.endOf(this.#places[i]);
			to.put((held >>> heldBits) & 0xff, from.startOf(this.#places[first]), end);
			first = i;
		}
		if (!isTextual(to, began + 1)) {
			to.truncate(began);
			return false;
		}
		joinUtf16(to, began + 1);
		return true;
	}

	/** A quick look that no text fails: most runs are names in camel case or random bytes. */
	#mayBeText({ skip, bits, digits }: Code): boolean {
		const kinds = BYTE_KINDS;
		let held = 0;
		let heldBits = 0;
		let inRow = 0;
		for (let i = skip; i < this.#length; i++) {
			held = ((held << bits) | digits[this.#digits[i]]) & 0xfff;
			heldBits += bits;
			if (heldBits < 8) continue;
			heldBits -= 8;
			const kind = kinds[(held >>> heldBits) & 0xff];
			if (kind === BREAKS) inRow = 0;
			else inRow += kind;
			if (inRow === FEWEST_TEXT_BYTES) return true;
		}
		return false;
	}
}

/** How to read a run: digits to leave out, bits in each digit, the value of each digit. */
interface Code {
	readonly skip: number;
	readonly bits: number;
	readonly digits: Uint8Array;
}

/** A NUL between characters is UTF-16; like well-formed UTF-8 it neither helps nor harms. */
function isTextual(sheet: Sheet, from: number): boolean {
	let inRow = 0;
	for (let i = from; i < sheet.length; i++) {
		const byte = sheet.units[i];
		const further = byte < 0xc2 ? 0 : continuation(sheet, i);
		i += further;
		if (byte === 0 || further > 0) continue;
		inRow = (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13) ? inRow + 1 : 0;
		if (inRow >= FEWEST_TEXT_BYTES) return true;
	}
	return false;
}

/** How many bytes continue the UTF-8 character that begins at `at`, 0 when it is none. */
function continuation(sheet: Sheet, at: number): number {
	const lead = sheet.units[at];
	const wanted = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
	for (let i = at + 1; i <= at + wanted; i++) {
		if (i >= sheet.length || (sheet.units[i] & 0xc0) !== 0x80) return 0;
	}
	return wanted;
}

/** Where a quarter of the bytes is NUL they are UTF-16; joins each two of them. */
function joinUtf16(sheet: Sheet, from: number): void {
	let [even, odd] = [0, 0];
	for (let i = from; i < sheet.length; i++) {
		if (sheet.units[i] !== 0) continue;
		if (((i - from) & 1) === 0) even++;
		else odd++;
	}
	if (Math.max(even, odd) * 4 < sheet.length - from) return;
	const { length } = sheet;
	sheet.truncate(from);
	for (let i = from; i + 1 < length; i += 2) {
		const [first, second] = [sheet.units[i], sheet.units[i + 1]];
		const unit = odd > even ? first | (second << 8) : (first << 8) | second;
		sheet.put(unit, sheet.startOf(i), sheet.endOf(i + 1));
	}
}

/** Where the run goes on behind a line break (also written as `\n` or `=` at the line's end), or -1. */
function afterBreak(units: Uint16Array, at: number, length: number): number {
	let breaks = 0;
	let i = at;
	for (; i < length && i < at + LONGEST_BREAK; i++) {
		const unit = units[i];
		if (unit === 0x0a || unit === 0x0d) breaks++;
		else if (unit === 0x5c && (units[i + 1] === 0x6e || units[i + 1] === 0x72)) {
			breaks++;
			i++;
		} else if (unit !== 0x20 && unit !== 0x09 && unit !== 0x5c && unit !== 0x3d) break;
	}
	return breaks > 0 && i < length && (CLASSES[units[i]] & IN_RUN) !== 0 ? i : -1;
}

function digitTable(digits: string): Uint8Array {
	const table = new Uint8Array(0x80);
	for (let i = 0; i < digits.length; i++) table[digits.charCodeAt(i)] = i;
	return table;
}

function base64Digits(): Uint8Array {
	const table = digitTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
	table['-'.charCodeAt(0)] = 62;
	table['_'.charCodeAt(0)] = 63;
	return table;
}

function hexDigits(): Uint8Array {
	const table = digitTable('0123456789abcdef');
	for (let digit = 10; digit < 16; digit++) table['A'.charCodeAt(0) + digit - 10] = digit;
	return table;
}

/** 1 for a byte of ASCII text; 0 for NUL and for parts of UTF-8, which may stand between them. */
function byteKinds(): Uint8Array {
	return Uint8Array.from({ length: 256 }, (_, byte) => {
		const isText = (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13);
		return isText ? 1 : byte === 0 || byte >= 0x80 ? 0 : BREAKS;
	});
}

function classTable(): Uint8Array {
	const table = new Uint8Array(0x10000);
	for (let unit = 0; unit < 0x80; unit++) {
		const character = String.fromCharCode(unit);
		if (!/[A-Za-z0-9+/_-]/.test(character)) continue;
		table[unit] = IN_RUN;
		if (/[A-Z]/.test(character)) table[unit] |= UPPER;
		if (/[a-z]/.test(character)) table[unit] |= LOWER;
		if (!/[0-9a-fA-F]/.test(character)) table[unit] |= NOT_HEX;
		if (!/[A-Z2-7]/.test(character)) table[unit] |= NOT_BASE32;
	}
	return table;
}
