/**
 * Binary data as text, beyond base64: uuencode and Ascii85. Both announce themselves (`begin 644`,
 * `<~`), so only what follows an announcement is decoded.
 */
import { leads, units as deskUnits, used } from './desk';
import { BARRIER } from './fold';
import type { Sheet } from './sheet';

const [LINE_FEED, LESS, TILDE, GREATER] = [0x0a, 0x3c, 0x7e, 0x3e];
const BEGIN = [...'begin '].map((letter) => letter.charCodeAt(0));

/** Where on the desk an announcement stands, -1 when none does. */
export function firstArmor(): number {
	if (isBegin(deskUnits, 0, used.units)) return 0;
	for (let i = 0; i < used.leads; i++) {
		const at = leads[i];
		if (isAscii85(deskUnits, at) || isBegin(deskUnits, at + 1, used.units)) return at;
	}
	return -1;
}

/** Decodes all that is announced from `first` on; returns whether `to` holds anything. */
export function decodeArmor(from: Sheet, to: Sheet, first: number): boolean {
	const { units, length } = from;
	to.clear();
	for (let at = first; at < length; ) {
		if (isAscii85(units, at)) at = decodeAscii85(from, to, at + 1);
		else if (isBegin(units, at, length)) at = decodeUuencoded(from, to, at);
		else at++;
	}
	return to.length > 0;
}

const isAscii85 = (units: Uint16Array, at: number): boolean =>
	units[at] === TILDE && at > 0 && units[at - 1] === LESS;

/** `begin`, the octal mode of the file, its name. */
function isBegin(units: Uint16Array, at: number, length: number): boolean {
	if (
		units[at] !== BEGIN[0] ||
		at + 10 > length ||
		(at > 0 && units[at - 1] !== LINE_FEED && units[at - 1] !== BARRIER)
	)
		return false;
	if (!BEGIN.every((letter, i) => units[at + i] === letter)) return false;
	return [6, 7, 8].every((i) => units[at + i] >= 0x30 && units[at + i] <= 0x37);
}

/** Lines of up to 45 bytes behind a digit that tells how many; four digits make three bytes. */
function decodeUuencoded(from: Sheet, to: Sheet, begin: number): number {
	const { units, length } = from;
	put(to, BARRIER, from, begin, begin);
	for (let at = lineAfter(units, begin, length); at < length; at = lineAfter(units, at, length)) {
		const count = (units[at] - 0x20) & 0x3f;
		if (count === 0 || !isUuDigit(units[at])) return at;
		let left = count;
		for (let i = at + 1; left > 0 && i + 1 < length && isUuDigit(units[i]); i += 4) {
			const group = Math.min(4, length - i);
			let value = 0;
			for (let k = 0; k < 4; k++) {
				const digit = k < group && isUuDigit(units[i + k]) ? (units[i + k] - 0x20) & 0x3f : 0;
				value = (value << 6) | digit;
			}
			for (let k = 0; k < 3 && left > 0; k++, left--) {
				put(to, (value >>> (16 - 8 * k)) & 0xff, from, i + k, Math.min(i + k + 1, length - 1));
			}
		}
	}
	return length;
}

const isUuDigit = (unit: number): boolean => unit >= 0x20 && unit <= 0x60;

function lineAfter(units: Uint16Array, at: number, length: number): number {
	let i = at;
	while (i < length && units[i] !== LINE_FEED) i++;
	return i + 1;
}

/** Five digits of base 85 make four bytes; `z` is four zeros; `~>` ends it. */
function decodeAscii85(from: Sheet, to: Sheet, start: number): number {
	const { units, length } = from;
	put(to, BARRIER, from, start, start);
	let value = 0;
	let digits = 0;
	let first = start;
	let at = start;
	for (; at < length; at++) {
		const unit = units[at];
		if (unit <= 0x20) continue;
		if (digits === 0) first = at;
		if (unit === 0x7a && digits === 0) {
			for (let k = 0; k < 4; k++) put(to, 0, from, at, at);
		} else if (unit < 0x21 || unit > 0x75) {
			break;
		} else {
			value = value * 85 + unit - 0x21;
			if (++digits < 5) continue;
			putWord(to, value, 4, from, first, at);
			value = digits = 0;
		}
	}
	const isEnd = units[at] === TILDE && units[at + 1] === GREATER;
	if (isEnd && digits > 1) {
		const bytes = digits - 1;
		for (; digits < 5; digits++) value = value * 85 + 84;
		putWord(to, value, bytes, from, first, at - 1);
	}
	return at + 1;
}

function putWord(
	to: Sheet,
	value: number,
	bytes: number,
	from: Sheet,
	first: number,
	last: number,
): void {
	for (let k = 0; k < bytes; k++) put(to, (value >>> (24 - 8 * k)) & 0xff, from, first, last);
}

function put(to: Sheet, unit: number, from: Sheet, first: number, last: number): void {
	if (to.length < to.capacity) to.put(unit, from.startOf(first), from.endOf(last));
}
