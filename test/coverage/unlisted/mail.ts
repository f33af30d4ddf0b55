import { gzipSync } from 'node:zlib';
import * as enc from '../encodings';
import {
	base64,
	base64Bytes,
	bytesOf,
	columnAfter,
	cut,
	folded,
	mapped,
	passage,
	placed,
	surrounded,
	units,
	type Passage,
	type Sample,
} from '../passage';
import { between } from '../random';
import { noise } from '../scene';
import { deliberate, unlistedForms, type Build, type Transform } from '../transform';

/** Mail, documents, and the text encodings of binary data. */

/** RFC 2045, section 6.7, in units that a soft line break must not split. */
const quotedPrintable = (text: string): string[] =>
	Array.from(text).flatMap((char) => {
		if (char === '\n') return ['\r\n'];
		if (/[ -<>-~]/.test(char)) return [char];
		return Array.from(Buffer.from(char), (byte) => `=${enc.upper(enc.hex(byte))}`);
	});

/** The Q encoding of RFC 2047, section 4.2. */
const qWord = (text: string): string[] =>
	Array.from(text).flatMap((char) => {
		if (char === ' ') return ['_'];
		if (/[A-Za-z0-9!*+\-/]/.test(char)) return [char];
		return Array.from(Buffer.from(char), (byte) => `=${enc.upper(enc.hex(byte))}`);
	});

/** The B encoding: each word holds whole characters, 45 bytes of them at most. */
function bWords(from: Passage): Sample {
	const open = '=?UTF-8?B?';
	const words: { text: string; core: string }[] = [];
	let current = passage('', '');
	const close = () => {
		const { before, core, after } = base64(current);
		words.push({ text: before + core + after, core });
		current = passage('', '');
	};
	for (const part of ['before', 'core', 'after'] as const) {
		for (const char of from[part]) {
			const bytes = Buffer.byteLength(current.before + current.core + current.after + char);
			if (bytes > 45) close();
			current = { ...current, [part]: current[part] + char };
		}
	}
	close();
	const text = words.map((word) => `${open}${word.text}?=`).join('\r\n ');
	const pieces = words.map((word) => word.core).filter((core) => core !== '');
	const start = text.indexOf(pieces[0]);
	const last = pieces.at(-1)!;
	return {
		text,
		encoded: text.slice(start, text.lastIndexOf(last) + last.length),
		pieces: [pieces],
	};
}

/** RFC 2152: what is not direct goes into `+...-` as base64 of UTF-16. */
const utf7 = (text: string): string =>
	text.replace(/[^\t\n\r !-*,-[\]-}]+/g, (run) => {
		if (run === '+') return '+-';
		const bytes = Buffer.from(run, 'utf16le').swap16();
		return `+${bytes.toString('base64').replace(/=+$/, '')}-`;
	});

/** Lines of 45 bytes, each behind its length; the digits are those of base64 in another alphabet. */
function uuencoded(from: Passage): Sample {
	const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
	const digit = (value: number) => String.fromCharCode(value === 0 ? 96 : value + 32);
	const { bytes } = bytesOf(from);
	const shown = mapped(base64(from), (text) =>
		text.replace(/./g, (char) => digit(Math.max(0, digits.indexOf(char)))),
	);
	const lengthOf = (line: number) => digit(Math.min(45, bytes.length - 45 * line));
	const lines = folded(units(shown), 61, (line) => `\n${lengthOf(line)}`, 1);
	return placed(`begin 644 key\n${lengthOf(0)}`, lines, '\n`\nend\n');
}

/** Lines of `width` digits behind the prefix that the joint ends with. */
const wrappedBase64 =
	(width: number, joint: string): Build =>
	(secret, at) => {
		const inner = base64(passage(`${at.user}:${at.phrase}:`, secret, `\n${noise(at, 20, 50)}`));
		const column = columnAfter(joint);
		const lines = folded(units(inner), width + column, joint, column);
		return placed(`${at.host}:${joint}`, lines, '\n');
	};

const rtf = (text: string): string =>
	enc.perUnit(enc.slashed(text, /[\\{}]/g), (unit) => {
		if (unit === 10) return '\\par\n';
		if (unit < 0x80) return String.fromCharCode(unit);
		return unit < 0x100 ? `\\'${enc.hex(unit)}` : `\\u${unit > 32767 ? unit - 65536 : unit}?`;
	});

const pdfString = (text: string): string =>
	enc.bytesAbove(enc.controls(enc.slashed(text, /[\\()]/g), enc.octalByte), enc.octalByte);

/** Kerned text of a PDF page: short runs with a number between them. */
const pdfArray: Build = (secret, at) => {
	const runs = enc.chunks(secret, between(at.random, 6, 11)).map(pdfString);
	return passage('BT /F1 9 Tf [(', runs.join(`)-${at.port % 90}(`), ')] TJ ET');
};

/** Base 85 of Adobe, four bytes to five characters. */
function ascii85(from: Passage): Passage {
	const marked = bytesOf(from);
	const group = (four: Buffer) => {
		let value = Buffer.concat([four], 4).readUInt32BE();
		const digits = Array.from({ length: 5 }, () => {
			const digit = value % 85;
			value = Math.floor(value / 85);
			return String.fromCharCode(33 + digit);
		});
		return digits
			.reverse()
			.join('')
			.slice(0, four.length + 1);
	};
	const text = Array.from({ length: Math.ceil(marked.bytes.length / 4) }, (_, index) =>
		group(marked.bytes.subarray(4 * index, 4 * index + 4)),
	).join('');
	return cut(text, marked, 5 / 4);
}

function base58(text: string): string {
	const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
	let value = BigInt(`0x${enc.hexOf(text)}`);
	let shown = '';
	for (; value > 0n; value /= 58n) shown = alphabet[Number(value % 58n)] + shown;
	return shown;
}

const messages = unlistedForms(
	[
		'quoted-printable',
		(secret, at) => {
			const inner = passage(`${at.phrase} ${at.host}: `, secret, ` ${at.phrase}`);
			return placed(`${at.id}\r\n\r\n`, folded(units(inner, quotedPrintable), 75, '=\r\n'));
		},
	],
	[
		'RFC 2047 words, B',
		(secret, at) => placed('Subject: ', bWords(passage(`${at.word} `, secret, ' ok')), '\r\n'),
	],
	[
		'RFC 2047 words, Q',
		(secret, at) => {
			const inner = units(passage(`${at.phrase} `, secret, ' ok'), qWord);
			return placed('Subject: =?UTF-8?Q?', folded(inner, 56, '?=\r\n =?UTF-8?Q?'), '?=\r\n');
		},
	],
	[
		'HTML in quoted-printable',
		(secret, at) => {
			const inner = passage(`<p>${at.phrase}: `, enc.xmlEscaped(secret), `</p>`);
			return placed('\r\n', folded(units(inner, quotedPrintable), 75, '=\r\n'));
		},
	],
	[
		'XOAUTH2',
		(secret, at) =>
			surrounded(
				'AUTH XOAUTH2 ',
				base64(passage(`user=${at.user}\u0001auth=Bearer `, secret, '\u0001\u0001')),
				'\r\n',
			),
	],
	['UTF-7', (secret, at) => passage(`${at.phrase}: `, utf7(secret), `\n${at.id}`)],
	['wrapped base64 in a mail reply', wrappedBase64(72, '\n> ')],
	['wrapped base64 in a second reply', wrappedBase64(70, '\n>> ')],
	['wrapped base64 in YAML', wrappedBase64(76, '\n    ')],
	['wrapped base64 in XML with &#13;', wrappedBase64(76, '&#13;\n')],
	['wrapped base64 in a JSON string', wrappedBase64(64, '\\n')],
	['wrapped base64 in a Go string', wrappedBase64(64, '" +\n\t"')],
	['uuencode', (secret, at) => uuencoded(passage(`${at.phrase} `, secret, ` ${at.host}\n`))],
	['RTF', (secret, at) => passage(`{\\rtf1 ${at.phrase} `, rtf(secret), '\\par}')],
	['PDF string', (secret, at) => passage(`BT (${at.word}: `, pdfString(secret), ') Tj ET')],
	['PDF text in kerned runs', pdfArray],
	[
		'PowerShell -EncodedCommand',
		(secret, at) =>
			surrounded(
				'powershell -EncodedCommand ',
				base64Bytes(bytesOf(passage(`$u='${at.user}';$k='`, secret, "'"), 'utf16le')),
				'\r\n',
			),
	],
	[
		'Helm release: gzip, base64 twice',
		(secret, at) => {
			const chart = gzipSync(`{"name":"${at.word}","config":{"key":${JSON.stringify(secret)}}}`);
			const twice = Buffer.from(chart.toString('base64')).toString('base64');
			return passage('  release: ', twice, '\n');
		},
	],
);

/** These encodings have no place in a log unless someone put the secret through them. */
const rare = [
	deliberate('unlisted', 'Ascii85', (secret, at) =>
		surrounded('<~', ascii85(passage(`${at.phrase} `, secret, ` ${at.id}`)), '~>'),
	),
	deliberate('unlisted', 'base58', (secret, at) => passage(at.log, base58(secret), ' done')),
];

export const mail: readonly Transform[] = [...messages, ...rare];
