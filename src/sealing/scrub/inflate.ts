/**
 * Text that was compressed and then written as base64 or hexadecimal digits, such as a Helm release
 * (`H4sI...`) or a zlib stream (`eJ...`).
 *
 * Compressed bytes come from anywhere, so what may be spent on them is limited: by the size of the
 * result, and by a purse that fills with the text searched and empties with each attempt.
 */
import { constants, gunzipSync, inflateSync } from 'node:zlib';

const MOST_INPUT = 3 << 20;
const MOST_OUTPUT = 4 << 20;
/** Text shrinks to a tenth, not to a hundredth; what does is no text. */
const HIGHEST_RATIO = 64;
const SHORTEST_DIGITS = 22;
/** Behind so many other digits (`n` of a written line break) the header is still seen. */
const MOST_BEFORE = 3;

/** In microseconds, as measured: what an attempt costs, and what may be spent. */
const ATTEMPT = 8;
const FAILURE = 60;
const BYTES_SEARCHED = 200;
const DIGITS_READ = 100;
const FIRST_ALLOWANCE = 2000;
const ALLOWANCE_PER_UNIT = 0.012;

/** What may still be spent; the same input always gets the same allowance. */
export class Purse {
	#left = FIRST_ALLOWANCE;

	refill(): void {
		this.#left = FIRST_ALLOWANCE;
	}

	earn(units: number): void {
		this.#left += units * ALLOWANCE_PER_UNIT;
	}

	/** How many bytes may be made of the next stream. */
	get bytes(): number {
		return Math.max(0, (this.#left - ATTEMPT) * BYTES_SEARCHED);
	}

	spend(microseconds: number): void {
		this.#left -= microseconds;
	}
}

/** Where among the first digits of a run a compressed stream begins, -1 when none does. */
export function compressedAt(digits: Uint16Array, length: number): number {
	for (let i = 0; i <= MOST_BEFORE && i + SHORTEST_DIGITS <= length; i++) {
		if (isBase64Header(digits, i) || isHexHeader(digits, i)) return i;
	}
	return -1;
}

/** `H4sI`, its base64 `SDRzSU`, and the headers of zlib at its four levels of compression. */
function isBase64Header(digits: Uint16Array, at: number): boolean {
	const [first, second, third] = [digits[at], digits[at + 1], digits[at + 2]];
	if (first === 0x48) return second === 0x34 && third === 0x73 && digits[at + 3] === 0x49;
	if (first === 0x53) return second === 0x44 && third === 0x52 && digits[at + 3] === 0x7a;
	if (first !== 0x65) return false;
	return (
		(second === 0x4a && third >= 0x77 && third <= 0x7a) ||
		(second === 0x4e && third >= 0x6f && third <= 0x72) ||
		(second === 0x46 && third >= 0x34 && third <= 0x37) ||
		(second === 0x41 && third >= 0x45 && third <= 0x48)
	);
}

/** `1f8b08` and `789c`, `78da`, `7801`. */
function isHexHeader(digits: Uint16Array, at: number): boolean {
	if (digits[at] === 0x31)
		return String.fromCharCode(...digits.slice(at, at + 6)).toLowerCase() === '1f8b08';
	if (digits[at] !== 0x37 || digits[at + 1] !== 0x38) return false;
	return /^(01|5e|9c|da)$/i.test(String.fromCharCode(digits[at + 2], digits[at + 3]));
}

/** The base64 or hexadecimal digits at the start of a text, over line breaks, real or written. */
export function digitsFrom(text: string, purse: Purse): { digits: string; length: number } {
	let end = 0;
	while (end < text.length && isInRun(text, end)) end++;
	purse.spend(end / DIGITS_READ);
	const run = text.slice(0, end);
	return { digits: run.replace(/\\[nr]|[\s\\]/g, ''), length: end };
}

function isInRun(text: string, at: number): boolean {
	const unit = text.charCodeAt(at);
	if ((unit | 32) >= 0x61 && (unit | 32) <= 0x7a) return true;
	// + - / and digits, = _ and backslash, line breaks and the blanks behind them
	if (unit >= 0x2f && unit <= 0x39) return true;
	if (unit === 0x2b || unit === 0x2d || unit === 0x3d || unit === 0x5f) return true;
	if (unit === 0x5c) return 'nr/'.includes(text.charAt(at + 1) || '-');
	if (unit === 0x0a || unit === 0x0d) return true;
	return (unit === 0x20 || unit === 0x09) && at > 0 && /[\s]/.test(text.charAt(at - 1));
}

/** The bytes behind the digits of {@link compressedAt}, or null when they are none. */
export function inflateDigits(digits: string, purse: Purse): Buffer | null {
	const isHex = /^(1f8b08|78(01|5e|9c|da))[0-9a-f]*$/i.test(digits);
	let bytes = Buffer.from(digits, isHex ? 'hex' : 'base64');
	// Helm stores its releases in base64 twice.
	if (bytes.toString('latin1', 0, 4) === 'H4sI') {
		bytes = Buffer.from(bytes.toString('latin1'), 'base64');
	}
	return inflate(bytes, purse);
}

/** The inflated bytes, as many as may be; null for what is no gzip or zlib stream. Never throws. */
export function inflate(bytes: Buffer, purse: Purse): Buffer | null {
	const isGzip = isGzipHeader(bytes);
	if (!isGzip && !isZlibHeader(bytes)) return null;
	const unpack = isGzip ? gunzipSync : inflateSync;
	const most = Math.min(MOST_OUTPUT, purse.bytes | 0);
	// A stream that grows too much is looked at from its start, as far as the limit goes.
	for (const share of [1, 8, 64]) {
		const input = bytes.subarray(0, Math.min(MOST_INPUT, Math.ceil(bytes.length / share)));
		const maxOutputLength = Math.min(most, 4096 + HIGHEST_RATIO * input.length);
		if (purse.bytes < 1) return null;
		try {
			const output = unpack(input, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
			purse.spend(ATTEMPT + output.length / BYTES_SEARCHED);
			return output;
		} catch (reason) {
			purse.spend(FAILURE);
			// Anything else is no stream after all, and its digits were searched as they are.
			if ((reason as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') return null;
			purse.spend(maxOutputLength / BYTES_SEARCHED / 4);
		}
	}
	return null;
}

/** RFC 1952, section 2.3: magic, deflate, no reserved flags. */
const isGzipHeader = (bytes: Uint8Array): boolean =>
	bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8 && bytes[3] < 0x20;

/** RFC 1950, section 2.2: deflate with a window of 32 KiB, no dictionary, a multiple of 31. */
const isZlibHeader = (bytes: Uint8Array): boolean =>
	bytes[0] === 0x78 && (bytes[1] & 0x20) === 0 && ((bytes[0] << 8) | bytes[1]) % 31 === 0;

/** Whether units that are bytes begin a compressed stream. */
export const beginsCompressed = (units: Uint16Array, length: number): boolean =>
	length > 12 &&
	((units[0] === 0x1f && units[1] === 0x8b && units[2] === 8) ||
		(units[0] === 0x78 && units[1] < 0x100 && ((0x78 << 8) | units[1]) % 31 === 0));
