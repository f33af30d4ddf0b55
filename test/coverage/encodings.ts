import { ALPHANUMERIC, between, drawn, type Random } from './random';

/** Encoders that several forms share, each written from the definition of its format. */

/** Renders each UTF-8 byte. */
export const perByte = (text: string, render: (byte: number) => string, joint = ''): string =>
	Array.from(Buffer.from(text), (byte) => render(byte)).join(joint);

/** Renders each UTF-16 code unit. */
export const perUnit = (text: string, render: (unit: number) => string): string =>
	Array.from({ length: text.length }, (_, index) => render(text.charCodeAt(index))).join('');

/** Renders each code point. */
export const perPoint = (text: string, render: (point: number, char: string) => string): string =>
	Array.from(text, (char) => render(char.codePointAt(0)!, char)).join('');

export const hex = (value: number, digits = 2): string => value.toString(16).padStart(digits, '0');
export const octal = (value: number): string => value.toString(8).padStart(3, '0');
export const hexOf = (text: string): string => Buffer.from(text).toString('hex');
export const upper = (text: string): string => text.toUpperCase();
export const isAscii = (text: string): boolean => [...text].every((char) => char < '\u0080');

/** Puts a backslash before each character of a set. */
export const slashed = (text: string, set: RegExp): string => text.replace(set, '\\$&');

/** Replaces the characters that a table names. */
export const tabled = (text: string, table: Readonly<Record<string, string>>): string =>
	perPoint(text, (_, char) => (Object.hasOwn(table, char) ? table[char] : char));

export const jsonEscaped = (text: string): string => JSON.stringify(text).slice(1, -1);

export const asciiJson = (text: string, digits: (text: string) => string = (hex) => hex): string =>
	jsonEscaped(text).replace(
		/[\u0080-\uffff]/g,
		(char) => `\\u${digits(hex(char.charCodeAt(0), 4))}`,
	);

/** What Go's encoding/json does by default: JSON that is safe inside HTML. */
export const goJson = (text: string): string =>
	jsonEscaped(text).replace(/[<>&]/g, (char) => `\\u${hex(char.charCodeAt(0), 4)}`);

export const percentByte = (byte: number): string => `%${upper(hex(byte))}`;
export const lowerHex = (text: string): string =>
	text.replace(/%../g, (code) => code.toLowerCase());

/** Percent-encodes every character outside a set. */
export const percentExcept = (text: string, kept: RegExp): string =>
	perPoint(text, (_, char) => (kept.test(char) ? char : perByte(char, percentByte)));

/** RFC 3986, section 2.3: only unreserved characters stay. */
export const strictPercent = (text: string): string => percentExcept(text, /^[A-Za-z0-9._~-]$/);
export const formEncoded = (text: string): string =>
	new URLSearchParams([['', text]]).toString().slice(1);

export const htmlNamed = (text: string): string =>
	tabled(text, { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' });
export const xmlEscaped = (text: string): string => htmlNamed(text).replaceAll("'", '&apos;');
export const entityEach = (text: string): string => perPoint(text, (point) => `&#${point};`);

export const shellSingle = (text: string): string => text.replaceAll("'", `'\\''`);
export const doubledQuote = (text: string): string => text.replaceAll("'", "''");

/** Control characters as a C-like language writes them; `other` renders the ones without a name. */
export function controls(text: string, other: (unit: number) => string): string {
	const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
	// eslint-disable-next-line no-control-regex
	return text.replace(/[\u0000-\u001f\u007f]/g, (char) => named[char] ?? other(char.charCodeAt(0)));
}

export const xByte = (byte: number): string => `\\x${hex(byte)}`;
export const octalByte = (byte: number): string => `\\${octal(byte)}`;

/** A quoted string of a C-like language: backslash, the quotes of a set, control characters. */
export const cQuoted = (text: string, quotes = /["\\]/g): string =>
	controls(slashed(text, quotes), xByte);

/** Renders what is outside ASCII byte by byte. */
export const bytesAbove = (text: string, render: (byte: number) => string): string =>
	perPoint(text, (point, char) => (point < 128 ? char : perByte(char, render)));

/** RFC 4648, section 6. */
export const base32 = (bytes: Uint8Array): string => {
	const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
	const digits = bits.match(/.{1,5}/g) ?? [];
	return digits.map((five) => alphabet[parseInt(five.padEnd(5, '0'), 2)]).join('');
};

/** UTF-8 read as Windows-1252, the classic mojibake. */
export const asWindows1252 = (bytes: Uint8Array): string =>
	new TextDecoder('windows-1252').decode(bytes);

export const chunks = (text: string, size: number): string[] =>
	Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
		text.slice(index * size, (index + 1) * size),
	);

/** Cuts a text in two somewhere around its middle. */
export function halves(text: string, random: Random): [string, string] {
	const points = Array.from(text);
	const at = Math.floor(points.length * (0.38 + 0.24 * random()));
	return [points.slice(0, at).join(''), points.slice(at).join('')];
}

export function split(text: string, random: Random, joint: string): string {
	return halves(text, random).join(joint);
}

export const firstPart = (text: string, share: number): string => {
	const points = Array.from(text);
	return points.slice(0, Math.ceil(points.length * share)).join('');
};

export const lastPart = (text: string, share: number): string => {
	const points = Array.from(text);
	return points.slice(-Math.ceil(points.length * share)).join('');
};

/**
 * Prose that ends in a column from which a secret crosses the margin well inside itself, with
 * a third of it or more on each side if the line is wide enough.
 */
export function upToMargin(random: Random, width: number, length: number): string {
	const fits = Math.min(length, width);
	const column = width - Math.floor(fits * (0.35 + 0.3 * random()));
	let text = '';
	while (text.length < column) text += `${drawn(random, ALPHANUMERIC, between(random, 2, 8))} `;
	return column <= 0
		? ''
		: `${text
				.slice(0, column - 1)
				.trimEnd()
				.padEnd(column - 1, '.')} `;
}

/** Nothing changes unless there is more than one line. */
export const onlyLines = (text: string, encode: (lines: string[]) => string): string =>
	text.trimEnd().includes('\n') ? encode(text.trimEnd().split('\n')) : text;
