/**
 * Spellings that no decoder undoes, because nothing in a text announces them or because undoing them
 * would cost every text something. Looking for them costs nothing more than any other exact form.
 */
import type { Part } from './secretText';

type Put = (form: string, text: string) => void;

/** Long secrets are spelled in pieces of so many bytes. */
const PIECE = 64;
/** So many bytes of the start of a key are those of its algorithm. */
const KEY_HEADER = 32;
const MOST_BASE58 = 256;

export function putRare(part: Part, put: Put): void {
	const { text } = part;
	const bytes = Buffer.from(text, 'utf8');
	const own = Math.floor(part.ownFrom);
	for (let at = own - (own % PIECE); at < bytes.length; at += PIECE) {
		const piece = bytes.subarray(at, at + PIECE);
		put('binary', Array.from(piece, binary).join(' '));
		put('binary', Array.from(piece, binary).join(''));
	}
	putBase58(bytes, put);
	if (part.isPem) putKeyBytes(text, put);
	if (/[\\~^]/.test(text)) put('latex', latex(text));
	if (/[\\~]/.test(text) || !isAscii(text)) put('utf7', utf7(text));
	if (!isAscii(text)) putNonAscii(text, bytes, put);
}

/** What the loose search finds of a secret whose letters beyond ASCII were taken away. */
export function* rareSpellings(part: Part): Generator<{ form: string; text: string }> {
	const { text } = part;
	if (part.isPem) yield { form: 'hex', text: Buffer.from(text, 'base64').toString('hex') };
	if (isAscii(text)) return;
	yield { form: 'plain', text: onlyAscii(text) };
	yield { form: 'plain', text: onlyAscii(text.normalize('NFD')) };
	yield { form: 'hex', text: Buffer.from(text, 'utf16le').toString('hex') };
}

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);

const onlyAscii = (text: string): string => text.replace(/[^\0-\x7f]/g, '');

const binary = (byte: number): string => byte.toString(2).padStart(8, '0');

/** The bytes that the armour of a key stands for, as they are in a DER file. */
function putKeyBytes(text: string, put: Put): void {
	const bytes = Buffer.from(text, 'base64');
	for (let at = KEY_HEADER; at + 16 <= bytes.length; at += PIECE) {
		put('der', bytes.toString('latin1', at, at + PIECE));
	}
}

function putBase58(bytes: Buffer, put: Put): void {
	if (bytes.length > MOST_BASE58) return;
	const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
	let value = BigInt(`0x${bytes.toString('hex')}`);
	let shown = '';
	for (; value > 0n; value /= 58n) shown = alphabet[Number(value % 58n)] + shown;
	put('base58', shown);
}

function latex(text: string): string {
	return text.replace(/[\\~^&%$#_{}]/g, (sign) => LATEX[sign] ?? `\\${sign}`);
}

const LATEX: Readonly<Record<string, string>> = {
	'\\': '\\textbackslash{}',
	'~': '\\textasciitilde{}',
	'^': '\\textasciicircum{}',
};

/** RFC 2152: what is not direct goes into `+...-` as base64 of UTF-16. */
function utf7(text: string): string {
	return text.replace(/[^\t\n\r !-*,-[\]-}]+/g, (run) => {
		if (run === '+') return '+-';
		const digits = Buffer.from(run, 'utf16le').swap16().toString('base64').replace(/=+$/, '');
		return `+${digits}-`;
	});
}

function putNonAscii(text: string, bytes: Buffer, put: Put): void {
	const wide = Buffer.from(text, 'utf16le');
	const swapped = Buffer.from(wide).swap16();
	for (const utf16 of [wide, swapped]) {
		put('utf16', utf16.toString('latin1'));
		put('hex', utf16.toString('hex'));
		put('hex', utf16.toString('hex').toUpperCase());
		put('base64', utf16.toString('base64').replace(/.?=+$/, ''));
	}
	const garbled = windows1252(Buffer.from(windows1252(bytes)));
	put('utf8', garbled);
	put('utf8', Buffer.from(bytes.toString('latin1')).toString('latin1'));
	put(
		'octal',
		perByte(bytes, (byte) => `#${byte.toString(8).padStart(3, '0')}`),
	);
	put('shown', perByte(bytes, shownByte));
	put('rtf', perUnit(text.replace(/[\\{}]/g, '\\$&'), rtfUnit));
	put(
		'teamcity',
		perUnit(text.replace(/['|[\]]/g, '|$&'), (unit) => `|0x${hex(unit, 4)}`),
	);
	put('haskell', haskell(text));
	for (const label of hostNames(text)) put('host', label);
}

const windows1252 = (bytes: Buffer): string => new TextDecoder('windows-1252').decode(bytes);

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Printable ASCII stays; the rest goes through `spell`. */
const perByte = (bytes: Buffer, spell: (byte: number) => string): string =>
	Array.from(bytes, (byte) =>
		byte < 0x20 || byte > 0x7e ? spell(byte) : String.fromCharCode(byte),
	).join('');

const perUnit = (text: string, spell: (unit: number) => string): string =>
	Array.from({ length: text.length }, (_, i) => {
		const unit = text.charCodeAt(i);
		return unit < 0x80 ? text[i] : spell(unit);
	}).join('');

/** cat -v: `M-` for the high bit, `^` for control characters. */
function shownByte(byte: number): string {
	const low = byte & 0x7f;
	const letter = low < 0x20 ? `^${String.fromCharCode(low + 64)}` : String.fromCharCode(low);
	return (byte > 0x7f ? 'M-' : '') + (low === 0x7f ? '^?' : letter);
}

function rtfUnit(unit: number): string {
	if (unit < 0x100) return `\\'${hex(unit, 2)}`;
	return `\\u${unit > 0x7fff ? unit - 0x10000 : unit}?`;
}

/** Decimal code points, and `\&` where a digit would be read as part of one. */
function haskell(text: string): string {
	const escaped = JSON.stringify(text).slice(1, -1);
	const shown = Array.from(escaped, (character) => {
		const point = character.codePointAt(0)!;
		return point < 0x80 ? character : `\\${point}\0`;
	}).join('');

	return shown.replace(/\0(?=\d)/g, '\\&').replaceAll('\0', '');
}

/** As a resolver asks for it, in the letters of ASCII (RFC 3492). */
function hostNames(text: string): string[] {
	try {
		const { hostname } = new URL(`http://${text.toLowerCase()}.x`);
		return hostname.endsWith('.x') ? [hostname.slice(0, -2)] : [];
	} catch {
		// Not every secret can be a host name.
		return [];
	}
}
