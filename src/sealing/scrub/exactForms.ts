import { putRare } from './rareForms';
import type { Part } from './secretText';

/** What an exact form needs besides equality: characters at its edges that also carry secret bits. */
export interface ExactForm {
	readonly text: string;
	readonly form: string;
	/** 1 when the base64 digit before (after) the text mixes bits of the secret and its neighbour. */
	readonly mixedBefore: 0 | 1;
	readonly mixedAfter: 0 | 1;
}

const SHORTEST_DERIVED = 8;
/** Longer forms are found piecewise by the loose search; exact copies of them would only cost memory. */
const LONGEST = 2048;

/**
 * The exact spellings of a secret: plain, JSON-escaped once and twice, URL- and form-encoded,
 * base64 and base64url at three alignments, hex, HTML, quoted for shells, SQL and CSV; of a key the
 * ways in which its line breaks are written.
 */
export function exactForms(part: Part): ExactForm[] {
	const forms = new Map<string, ExactForm>();
	const put = (form: string, text: string, mixedBefore: 0 | 1 = 0, mixedAfter: 0 | 1 = 0): void => {
		if (text.length < SHORTEST_DERIVED || text.length > LONGEST || forms.has(text)) return;
		forms.set(text, { text, form, mixedBefore, mixedAfter });
	};
	const { text } = part;
	put('plain', text);
	if (part.isPem) putKey(text, put);
	// Letters and digits look the same in all of the next.
	if (/[^A-Za-z0-9._-]/.test(text)) putEscaped(text, put);
	if (/[^\0-\x7f]/.test(text)) for (const norm of NORMAL_FORMS) put('plain', text.normalize(norm));
	putBytes(text, put);
	putRare(part, put);
	return [...forms.values()];
}

const NORMAL_FORMS = ['NFC', 'NFD', 'NFKC'] as const;

type Put = (form: string, text: string, mixedBefore?: 0 | 1, mixedAfter?: 0 | 1) => void;

function putKey(text: string, put: Put): void {
	const lines = text.split('\n');
	for (const joint of ['\r\n', '\\n', '\\\\n', '\\r\\n', ' ', '']) put('key', lines.join(joint));
	// The first line is alike in many keys.
	for (const line of lines.slice(1)) if (line.length >= 16) put('line', line);
}

function putEscaped(text: string, put: Put): void {
	const json = inner(text);
	put('json', json);
	put('json', inner(json));
	put('json', json.replaceAll('/', '\\/'));
	put(
		'json',
		asciiOnly(json, (hex) => hex),
	);
	put(
		'json',
		asciiOnly(json, (hex) => hex.toUpperCase()),
	);
	putUrl(text, put);
	putHtml(text, put);
	putQuoted(text, put);
	if (text.includes('\n')) put('plain', text.replaceAll(/\r?\n/g, '\r\n'));
}

function putUrl(text: string, put: Put): void {
	const component = encodeURIComponent(wellFormed(text));
	const strict = component.replace(/[!'()*]/g, percent);
	const form = strict.replaceAll('%20', '+');
	for (const url of [
		component,
		strict,
		form,
		form.replaceAll('%2A', '*'),
		encodeURI(wellFormed(text)),
	]) {
		put('url', url);
		put('url', lowerHex(url));
	}
}

/** Half a character cannot be URL-encoded; every encoder writes the replacement character. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

const percent = (character: string): string =>
	`%${character.charCodeAt(0).toString(16).toUpperCase()}`;

const lowerHex = (url: string): string => url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());

function putHtml(text: string, put: Put): void {
	const base = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
	const quotes = [
		['"', "'"],
		['&quot;', "'"],
		['&quot;', '&#39;'],
		['&quot;', '&#x27;'],
		['&quot;', '&apos;'],
		['&#34;', '&#39;'],
		['&quot;', '&#039;'],
	];
	for (const [double, single] of quotes) {
		put('html', base.replaceAll('"', double).replaceAll("'", single));
	}
}

function putQuoted(text: string, put: Put): void {
	put('quoted', text.replaceAll("'", `'\\''`));
	put('quoted', text.replaceAll("'", `'"'"'`));
	put('quoted', text.replace(/["\\$`!]/g, '\\$&'));
	put('quoted', text.replace(/["\\$`]/g, '\\$&'));
	put('quoted', text.replace(/[^A-Za-z0-9_@%+=:,./-]/g, '\\$&'));
	put('quoted', text.replaceAll("'", "''"));
	put('quoted', text.replaceAll('"', '""'));
	put('quoted', text.replace(/['\\]/g, '\\$&'));
}

function putBytes(text: string, put: Put): void {
	const bytes = Buffer.from(text, 'utf8');
	const hex = bytes.toString('hex');
	put('hex', hex);
	put('hex', hex.toUpperCase());
	if (bytes.length !== text.length) put('utf8', bytes.toString('latin1'));
	for (const offset of [0, 1, 2]) {
		const { digits, mixedBefore, mixedAfter } = base64At(bytes, offset);
		put('base64', digits, mixedBefore, mixedAfter);
		const url = digits.replaceAll('+', '-').replaceAll('/', '_');
		if (url !== digits) put('base64', url, mixedBefore, mixedAfter);
	}
}

/** The base64 digits that depend on `bytes` alone when `offset` other bytes precede them. */
export function base64At(
	bytes: Buffer,
	offset: number,
): { digits: string; mixedBefore: 0 | 1; mixedAfter: 0 | 1 } {
	const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
	const from = Math.ceil((offset * 8) / 6);
	const to = Math.floor((padded.length * 8) / 6);
	return {
		digits: padded.toString('base64').slice(from, to),
		mixedBefore: offset === 0 ? 0 : 1,
		mixedAfter: padded.length % 3 === 0 ? 0 : 1,
	};
}

const inner = (text: string): string => JSON.stringify(text).slice(1, -1);

function asciiOnly(text: string, spell: (hex: string) => string): string {
	return text.replace(
		/[^\0-\x7f]/g,
		(unit) => `\\u${spell(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`,
	);
}
