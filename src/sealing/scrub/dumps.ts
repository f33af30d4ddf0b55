/**
 * Byte dumps: lines of an offset, groups of hexadecimal or octal bytes, and often the readable text.
 * Covers hexdump, xxd, od, Wireshark, tcpdump, curl --trace, Format-Hex and the debuggers.
 *
 * The bytes of consecutive lines are decoded into another sheet. Each byte stands for its whole
 * line, so that what is found there is hidden in the byte columns and in the readable one alike.
 */
import { leads, units as deskUnits, used } from './desk';
import { hexDigit } from './escapes';
import { BARRIER } from './fold';
import type { Sheet } from './sheet';

const [SPACE, TAB, LINE_FEED, BACKSLASH] = [0x20, 0x09, 0x0a, 0x5c];
const [LETTER_N, LETTER_T] = [0x6e, 0x74];
const [FEWEST_OFFSET_DIGITS, MOST_OFFSET_DIGITS] = [4, 16];
const MOST_INDENTATION = 8;
const MOST_SYMBOL = 48;
/** Bytes in one line: sixteen behind the usual offset, more where the groups are wider. */
const MOST_SINGLE = 16;
const MOST_BYTES = 64;
/** The readable column, or what follows it. */
const LONGEST_REST = 160;
/** Fewer bytes in a block of lines cannot hold a secret. */
const FEWEST_BYTES = 8;

/** The line that was read last. */
const bytes = new Uint8Array(MOST_BYTES);
const row = { count: 0, end: 0, next: 0, groupBytes: 0 };

/** Where on the desk the first line of a dump may begin, -1 when none does. */
export function firstDump(): number {
	const length = used.units;
	if (length < FEWEST_BYTES * 2) return -1;
	if (mayBeRow(deskUnits, 0, length) && readRow(deskUnits, 0, length)) return 0;
	for (let i = 0; i < used.leads; i++) {
		const at = afterLineBreak(deskUnits, leads[i], length);
		if (at > 0 && mayBeRow(deskUnits, at, length) && readRow(deskUnits, at, length)) return at;
	}
	return -1;
}

/**
 * Decodes all dumps from `first` on into `to`.
 *
 * @param isSwapped - whether to read groups of several bytes from their end, as hexdump writes words
 * @returns whether `to` holds anything
 */
export function decodeDumps(from: Sheet, to: Sheet, first: number, isSwapped: boolean): boolean {
	const { units, length } = from;
	to.clear();
	let block = 0;
	let at = first;
	while (at >= 0 && at < length) {
		const isRow =
			mayBeRow(units, at, length) &&
			readRow(units, at, length) &&
			(!isSwapped || row.groupBytes > 1);
		if (isRow) {
			putRow(from, to, at, isSwapped);
			at = row.next;
		} else {
			block = closeBlock(to, block);
			at = nextLine(units, at, length);
		}
	}
	closeBlock(to, block);
	return to.length > 0;
}

/** A barrier behind a block that may hold a secret; what is too short goes. */
function closeBlock(to: Sheet, began: number): number {
	if (to.length === began) return began;
	if (to.length - began < FEWEST_BYTES) to.truncate(began);
	else to.put(BARRIER, to.startOf(to.length - 1), to.endOf(to.length - 1));
	return to.length;
}

function putRow(from: Sheet, to: Sheet, at: number, isSwapped: boolean): void {
	const start = from.startOf(at);
	const end = from.endOf(row.end - 1);
	const group = isSwapped ? row.groupBytes : 1;
	for (let i = 0; i < row.count; i += group) {
		for (let k = Math.min(group, row.count - i) - 1; k >= 0; k--) to.put(bytes[i + k], start, end);
	}
}

/** A quick question before a line is read: does it begin with an offset? Dates do not. */
function mayBeRow(units: Uint16Array, at: number, length: number): boolean {
	let i = skipBlanks(units, at, Math.min(length, at + MOST_INDENTATION));
	if (units[i] === 0x30 && units[i + 1] === 0x78) i += 2;
	if (i + FEWEST_OFFSET_DIGITS + 3 > length) return false;
	for (const end = i + FEWEST_OFFSET_DIGITS; i < end; i++) if (hexDigit(units[i]) < 0) return false;
	const unit = units[i];
	return blankAt(units, i) > 0 || unit === 0x3a || unit === 0x68 || hexDigit(unit) >= 0;
}

/** Reads the line at `at` into {@link row} and {@link bytes}; false when it is none of a dump. */
function readRow(units: Uint16Array, at: number, length: number): boolean {
	const cells = afterOffset(units, at, length);
	if (cells < 0) return false;
	row.count = row.groupBytes = 0;
	let end = readGroups(units, cells, length);
	if (row.count === 0) end = readCells(units, cells, length);
	if (row.count === 0) return false;
	return findEnd(units, end, length);
}

/** Behind `00000010:`, `0x0010  `, `0x7ffe10 <main+4>:`; the blank behind it is not taken. */
function afterOffset(units: Uint16Array, at: number, length: number): number {
	let i = skipBlanks(units, at, length);
	if (units[i] === 0x30 && units[i + 1] === 0x78) i += 2;
	const digits = i;
	while (i < length && i - digits <= MOST_OFFSET_DIGITS && hexDigit(units[i]) >= 0) i++;
	if (i - digits > MOST_OFFSET_DIGITS) return -1;
	if (units[i] === SPACE && units[i + 1] === 0x3c) {
		const limit = Math.min(length, i + MOST_SYMBOL);
		while (i < limit && units[i] !== 0x3e) i++;
		i++;
	}
	if (units[i] === 0x3a || units[i] === 0x68) i++;
	return i < length && blankAt(units, i) > 0 ? i : -1;
}

/** Groups of two, four, eight or sixteen hexadecimal digits, `0x` before each or not. */
function readGroups(units: Uint16Array, from: number, length: number): number {
	let i = skipBlanks(units, from, length);
	let most = MOST_SINGLE;
	while (row.count < most) {
		const isMarked = units[i] === 0x30 && units[i + 1] === 0x78;
		const digits = isMarked ? i + 2 : i;
		let end = digits;
		while (end < length && end - digits <= 16 && hexDigit(units[end]) >= 0) end++;
		const size = (end - digits) >> 1;
		const isGroup = end - digits === 2 * size && isGroupSize(size) && !isWordUnit(units[end]);
		if (!isGroup || row.count + size > MOST_BYTES) break;
		if (row.groupBytes === 0) row.groupBytes = size;
		if (size > row.groupBytes) break;
		if (size > 1 || isMarked) most = MOST_BYTES;
		for (let at = digits; at < end; at += 2) {
			bytes[row.count++] = (hexDigit(units[at]) << 4) | hexDigit(units[at + 1]);
		}
		if (units[end] === 0x2c) end++;
		i = skipBlanks(units, end, length);
		const gap = units[end] === BACKSLASH ? (i - end) / 2 : i - end;
		// hexdump -C leaves a wider gap in the middle of a line.
		if (gap === 0 || gap > 2 || (gap === 2 && row.count !== 8)) return end;
	}
	return i;
}

const isGroupSize = (size: number): boolean => size === 1 || size === 2 || size === 4 || size === 8;

/** A group that runs into other letters is a word. */
const isWordUnit = (unit: number): boolean =>
	(unit | 32) >= 0x67 && (unit | 32) <= 0x7a && unit < 0x80;

const NAMED: ReadonlyMap<number, number> = new Map(
	Object.entries({ 0: 0, a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }).map(([name, byte]) => [
		name.charCodeAt(0),
		byte,
	]),
);

/** The columns of od -c and od -b, four units each: a character, an escape, or three octal digits. */
function readCells(units: Uint16Array, from: number, length: number): number {
	let i = from;
	while (i + 4 <= length && row.count < MOST_BYTES && units[i] === SPACE) {
		const byte = cellByte(units[i + 1], units[i + 2], units[i + 3]);
		if (byte < 0) break;
		bytes[row.count++] = byte;
		i += 4;
	}
	row.groupBytes = 1;
	return i;
}

function cellByte(first: number, second: number, third: number): number {
	if (first === SPACE) {
		if (second === SPACE) return third < 0x100 && third !== LINE_FEED ? third : -1;
		return second === BACKSLASH ? (NAMED.get(third) ?? -1) : -1;
	}
	const isOctal = (digit: number): boolean => digit >= 0x30 && digit <= 0x37;
	if (!isOctal(first) || first > 0x33 || !isOctal(second) || !isOctal(third)) return -1;
	return ((first & 3) << 6) | ((second & 7) << 3) | (third & 7);
}

/** Line breaks are real ones, or those of a JSON string if there is no real one nearby. */
function findEnd(units: Uint16Array, from: number, length: number): boolean {
	const limit = Math.min(length, from + LONGEST_REST);
	let written = -1;
	for (let i = from; i < limit; i++) {
		if (units[i] === LINE_FEED || units[i] === BARRIER) return endsAt(i, i + 1);
		const isWritten = units[i] === BACKSLASH && units[i + 1] === LETTER_N;
		if (written < 0 && isWritten && units[i - 1] !== BACKSLASH) written = i;
	}
	if (written >= 0) return endsAt(written, written + 2);
	return limit === length && endsAt(length, length);
}

function endsAt(end: number, next: number): true {
	row.end = end;
	row.next = next;
	return true;
}

function nextLine(units: Uint16Array, from: number, length: number): number {
	for (let i = from; i < length; i++) {
		const at = afterLineBreak(units, i, length);
		if (at > 0) return at;
	}
	return -1;
}

function afterLineBreak(units: Uint16Array, at: number, length: number): number {
	if (units[at] === LINE_FEED || units[at] === BARRIER) return at + 1 < length ? at + 1 : -1;
	const isWritten = units[at] === BACKSLASH && units[at + 1] === LETTER_N;
	return isWritten && at + 2 < length ? at + 2 : -1;
}

function skipBlanks(units: Uint16Array, at: number, length: number): number {
	let i = at;
	while (i < length && blankAt(units, i) > 0) i += blankAt(units, i);
	return i;
}

/** A blank, or a tab as JSON writes it: how many units it takes. */
function blankAt(units: Uint16Array, at: number): number {
	if (isBlank(units[at])) return 1;
	return units[at] === BACKSLASH && units[at + 1] === LETTER_T ? 2 : 0;
}

const isBlank = (unit: number): boolean => unit === SPACE || unit === TAB;
