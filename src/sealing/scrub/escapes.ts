import { leads, units as deskUnits, used } from './desk';
import { ENTITIES } from './entities';
import { BARRIER, ESCAPE_LEAD, SYMBOLS } from './fold';
import type { Sheet } from './sheet';

const PERCENT = 0x25;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const SEMICOLON = 0x3b;
const ESCAPE = 0x1b;
const CARET = 0x5e;
const CLOSING = 0x29;
const NOTHING = -1;

/** Escapes inside escapes: `\\\\u0041` is one escape, however deep its JSON lies. */
const MOST_BACKSLASHES = 16;
const LONGEST_CONTROL = 64;
const LONGEST_ENTITY = 10;
const LONGEST_KERNING = 16;

/** What the reader last read: the unit it stands for (or {@link NOTHING}), how many units it took. */
let value = NOTHING;
let width = 0;

/**
 * Undoes the escape sequences of `from`, one level deep, into `to`: percent and quoted-printable,
 * `\u`, `\x`, octal and quoted characters, HTML entities; terminal control sequences vanish.
 * UTF-8 that was escaped byte by byte stays bytes, which is one of the forms searched for.
 *
 * Only the surroundings of a telling escape are copied, `reach` units to both sides. Quoted quotes are
 * left alone, as the fold drops them; so are written-out line breaks, which have a form of their own.
 *
 * @param first - what {@link firstTelling} said; the leads on the desk are those of `from`
 */
export function undoEscapes(from: Sheet, to: Sheet, first: number, reach: number): void {
	let done = 0;
	to.clear();
	for (let i = first; i < used.leads; i++) {
		const at = leads[i];
		if (at < done || !isTelling(from.units, at, from.length)) continue;
		if (at - reach > done) to.put(BARRIER, 0, 0);
		done = undoAround(from, to, Math.max(done, at - reach), at, reach);
	}
}

/** Which of the leads on the desk is the first that may hide characters, -1 when none is. */
export function firstTelling(): number {
	for (let i = 0; i < used.leads; i++) if (tellsAt(leads[i])) return i;
	return -1;
}

/** Whether the unit at this place of the desk begins an escape that may hide characters. */
export const tellsAt = (at: number): boolean => isTelling(deskUnits, at, used.units);

/** Copies from `start` to `reach` units behind the last telling escape; returns where it stopped. */
function undoAround(from: Sheet, to: Sheet, start: number, telling: number, reach: number): number {
	const { units, length } = from;
	let last = telling;
	let i = start;
	while (i < length && i < last + reach) {
		if ((SYMBOLS[units[i]] & ESCAPE_LEAD) === 0 || !read(units, i, length)) {
			to.put(units[i], from.startOf(i), from.endOf(i));
			i++;
			continue;
		}
		if (i > last && tells(units, i)) last = i;
		if (value !== NOTHING) putPoint(to, value, from.startOf(i), from.endOf(i + width - 1));
		i += width;
	}
	return i;
}

/** Characters beyond the first plane are two units. */
function putPoint(to: Sheet, point: number, start: number, end: number): void {
	if (point > 0xffff) {
		to.put(0xd800 + ((point - 0x10000) >> 10), start, end);
		to.put(0xdc00 + ((point - 0x10000) & 0x3ff), start, end);
	} else {
		to.put(point, start, end);
	}
}

const isTelling = (units: Uint16Array, at: number, length: number): boolean =>
	read(units, at, length) && tells(units, at);

/** Judges the escape just read. */
function tells(units: Uint16Array, at: number): boolean {
	const unit = units[at];
	if (unit === BACKSLASH) return true;
	return unit !== EQUALS || value === NOTHING || hasHexLetter(units, at);
}

/** `limit=50` is a query far more often than the letter P in quoted-printable. */
const hasHexLetter = (units: Uint16Array, at: number): boolean =>
	units[at + 1] > 0x39 || units[at + 2] > 0x39;

function read(units: Uint16Array, at: number, length: number): boolean {
	if (at + 1 >= length) return false;
	switch (units[at]) {
		case PERCENT:
			return readPercent(units, at, length);
		case BACKSLASH:
			return readBackslash(units, at, length);
		case AMPERSAND:
			return readEntity(units, at, length);
		case EQUALS:
			return readQuotedPrintable(units, at, length);
		case ESCAPE:
			return readControl(units, at, length);
		case CARET:
			return readShownControl(units, at, length);
		case CLOSING:
			return readKerning(units, at, length);
		default:
			return false;
	}
}

function found(unit: number, taken: number): true {
	value = unit;
	width = taken;
	return true;
}

function readPercent(units: Uint16Array, at: number, length: number): boolean {
	if (units[at + 1] === 0x75 && at + 6 <= length) {
		const unit = hexOf(units, at + 2, 4);
		return unit >= 0 && found(unit, 6);
	}
	if (at + 3 > length) return false;
	const byte = hexOf(units, at + 1, 2);
	return byte >= 0 && found(byte, 3);
}

function readBackslash(units: Uint16Array, at: number, length: number): boolean {
	let i = at + 1;
	while (i < length && units[i] === BACKSLASH && i - at < MOST_BACKSLASHES) i++;
	if (i >= length) return false;
	const taken = i - at;
	const letter = units[i];
	// \uXXXX and \u{X...}; \UXXXXXXXX, \xXX and \x{XX}; \OOO
	if (letter === 0x75 || letter === 0x78 || letter === 0x55) {
		if (i + 1 < length && units[i + 1] === 0x7b) return readBraced(units, i + 2, length, taken + 2);
		const digits = letter === 0x75 ? 4 : letter === 0x78 ? 2 : 8;
		const code = i + digits < length ? hexOf(units, i + 1, digits) : -1;
		return code >= 0 && found(Math.min(code, 0x10ffff), taken + 1 + digits);
	}
	if (letter === 0x30 && units[i + 1] === 0x30 && i + 6 <= length) {
		const code = hexOf(units, i, 6);
		if (code >= 0x20) return found(code, taken + (units[i + 6] === 0x20 && i + 6 < length ? 7 : 6));
	}
	if (letter >= 0x30 && letter <= 0x33 && i + 2 < length) {
		const octal = octalOf(units, i);
		if (octal >= 0) return found(octal, taken + 3);
	}
	return readStyleSheet(units, i, length, taken) || readDirectory(units, i, length, taken);
}

/** `\5c` and the bytes of UTF-8 in directory queries (RFC 4515), which else are letters behind a backslash. */
function readDirectory(units: Uint16Array, at: number, length: number, taken: number): boolean {
	if (at + 2 > length) return false;
	const byte = hexOf(units, at, 2);
	const isByte = byte > 0x7f && (isPair(units, at + 2, length) || isPair(units, at - 3, length));
	return (isByte || QUERY_SIGNS.has(byte)) && found(byte, taken + 2);
}

const isPair = (units: Uint16Array, at: number, length: number): boolean =>
	at >= 0 && at + 3 <= length && units[at] === BACKSLASH && hexOf(units, at + 1, 2) > 0x7f;

/** `()*` and the backslash itself */
const QUERY_SIGNS: ReadonlySet<number> = new Set([0x28, 0x29, 0x2a, BACKSLASH]);

/** `\5f ` of style sheets: up to six digits, ended by a blank. */
function readStyleSheet(units: Uint16Array, at: number, length: number, taken: number): boolean {
	let code = 0;
	for (let i = at; i < length && i <= at + 6; i++) {
		if (units[i] === 0x20) return i > at && found(Math.min(code, 0x10ffff), taken + i - at + 1);
		const digit = hexDigit(units[i]);
		if (digit < 0) return false;
		code = code * 16 + digit;
		if (i === at + 5 && code >= 0x10000 && code <= 0x10ffff) return found(code, taken + 6);
	}
	return false;
}

function readBraced(units: Uint16Array, at: number, length: number, taken: number): boolean {
	let code = 0;
	for (let i = at; i < length && i < at + 8; i++) {
		if (units[i] === 0x7d) return i > at && found(Math.min(code, 0x10ffff), taken + i - at + 1);
		const digit = hexDigit(units[i]);
		if (digit < 0) return false;
		code = code * 16 + digit;
	}
	return false;
}

function readQuotedPrintable(units: Uint16Array, at: number, length: number): boolean {
	if (units[at + 1] === 0x0a) return found(NOTHING, 2);
	if (units[at + 1] === 0x0d && at + 2 < length && units[at + 2] === 0x0a) return found(NOTHING, 3);
	if (at + 3 > length || isLowerHex(units[at + 1]) || isLowerHex(units[at + 2])) return false;
	const byte = hexOf(units, at + 1, 2);
	return (byte >= 0x20 || byte === 0x0a || byte === 0x0d) && found(byte, 3);
}

const isLowerHex = (unit: number): boolean => unit >= 0x61 && unit <= 0x66;

function readEntity(units: Uint16Array, at: number, length: number): boolean {
	if (units[at + 1] === 0x23) return readNumericEntity(units, at + 2, length, at);
	let end = at + 1;
	while (end < length && end <= at + LONGEST_ENTITY && isLetter(units[end])) end++;
	if (end >= length || units[end] !== SEMICOLON) return false;
	const character = ENTITIES.get(String.fromCharCode(...units.subarray(at + 1, end)));
	return character !== undefined && found(character.charCodeAt(0), end - at + 1);
}

const isLetter = (unit: number): boolean => (unit | 32) >= 0x61 && (unit | 32) <= 0x7a;

function readNumericEntity(units: Uint16Array, from: number, length: number, at: number): boolean {
	const isHex = (units[from] | 32) === 0x78;
	let code = 0;
	const start = isHex ? from + 1 : from;
	let i = start;
	for (; i < length && i < start + 8; i++) {
		const digit = hexDigit(units[i]);
		if (digit < 0 || (!isHex && digit > 9)) break;
		code = code * (isHex ? 16 : 10) + digit;
	}
	if (i === start) return false;
	return found(Math.min(code, 0x10ffff), i - at + (i < length && units[i] === SEMICOLON ? 1 : 0));
}

/** Colours and links: CSI up to its final letter, OSC up to its terminator. */
function readControl(units: Uint16Array, at: number, length: number): boolean {
	const kind = units[at + 1];
	if (kind !== 0x5b && kind !== 0x5d) return found(NOTHING, 1);
	const end = Math.min(length, at + LONGEST_CONTROL);
	for (let i = at + 2; i < end; i++) {
		const unit = units[i];
		if (kind === 0x5b && unit >= 0x40 && unit <= 0x7e) return found(NOTHING, i - at + 1);
		if (kind === 0x5d && unit === 0x07) return found(NOTHING, i - at + 1);
		if (kind === 0x5d && unit === ESCAPE) return found(NOTHING, Math.min(i + 2, length) - at);
	}
	return found(NOTHING, 1);
}

/** `^[[1m`, as cat -v and terminals show a colour. */
function readShownControl(units: Uint16Array, at: number, length: number): boolean {
	if (units[at + 1] !== 0x5b || at + 2 >= length || units[at + 2] !== 0x5b) return false;
	return readControl(units, at + 1, length) && found(NOTHING, width + 1);
}

/** `(first)-20(second)`: the strings of a PDF page with the space between them. */
function readKerning(units: Uint16Array, at: number, length: number): boolean {
	let digits = 0;
	const end = Math.min(length, at + LONGEST_KERNING);
	for (let i = at + 1; i < end; i++) {
		const unit = units[i];
		if (unit === 0x28) return digits > 0 && found(NOTHING, i - at + 1);
		if (unit >= 0x30 && unit <= 0x39) digits++;
		else if (unit !== 0x2d && unit !== 0x2e && unit !== 0x20) return false;
	}
	return false;
}

function hexOf(units: Uint16Array, at: number, digits: number): number {
	let code = 0;
	for (let i = at; i < at + digits; i++) {
		const digit = hexDigit(units[i]);
		if (digit < 0) return -1;
		code = code * 16 + digit;
	}
	return code;
}

function octalOf(units: Uint16Array, at: number): number {
	let code = 0;
	for (let i = at; i < at + 3; i++) {
		if (units[i] < 0x30 || units[i] > 0x37) return -1;
		code = code * 8 + units[i] - 0x30;
	}
	return code;
}

export function hexDigit(unit: number): number {
	if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
	const letter = unit | 32;
	return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
