import * as enc from '../encodings';
import { bytesOf, passage, type BytePassage, type Sample } from '../passage';
import type { Scene } from '../scene';
import { deliberate, unlistedForms, type Build, type Transform } from '../transform';

/** Tools that show bytes line by line, with offsets on the left and often the text on the right. */

interface Layout {
	readonly perLine: number;
	readonly head: (offset: number) => string;
	/** One byte, with the space that follows it in this column. */
	readonly cell: (byte: number, column: number) => string;
	/** What separates the cells from the readable column; none if there is none. */
	readonly gutter?: readonly [open: string, close: string];
}

const printable = (byte: number): string =>
	byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.';

/**
 * Renders marked bytes.
 *
 * The encoded part reaches from the first marked cell to the end of the last marked line; its
 * pieces are the marked cells and, as a second copy, the marked readable characters of each line.
 */
function dumped({ bytes, from, to }: BytePassage, layout: Layout): Sample {
	let [text, start, end] = ['', -1, 0];
	const cells: string[] = [];
	const readable: string[] = [];
	const fullWidth = row(Buffer.alloc(layout.perLine), layout).length;
	for (let offset = 0; offset < bytes.length; offset += layout.perLine) {
		const line = bytes.subarray(offset, offset + layout.perLine);
		const low = Math.max(0, Math.min(line.length, from - offset));
		const high = Math.max(0, Math.min(line.length, to - offset));
		const shown = row(line, layout);
		const left = row(line.subarray(0, low), layout).length;
		const right = row(line.subarray(0, high), layout).trimEnd().length;
		text += layout.head(offset);
		if (high > low) {
			if (start < 0) start = text.length + left;
			cells.push(shown.slice(left, right).trim());
			end = text.length + right;
		}
		text += layout.gutter ? shown.padEnd(fullWidth) : shown.trimEnd();
		if (layout.gutter) {
			const [open, close] = layout.gutter;
			const chars = Array.from(line, printable).join('');
			if (high > low) {
				readable.push(chars.slice(low, high));
				end = text.length + open.length + high;
			}
			text += open + chars + close;
		}
		text += '\n';
	}
	const pieces = layout.gutter ? [cells, readable] : [cells];
	return { text, encoded: text.slice(start, end), pieces };
}

const row = (line: Uint8Array, { cell }: Layout): string =>
	Array.from(line, (byte, column) => cell(byte, column)).join('');

const request = (secret: string, { user, host, word, id }: Scene): BytePassage =>
	bytesOf(
		passage(
			`POST /${word} HTTP/1.1\r\nHost: ${host}\r\nX-User: ${user}\r\nX-Key: `,
			secret,
			`\r\nX-Id: ${id}\r\n\r\n`,
		),
	);

const dump =
	(layout: Layout): Build =>
	(secret, at) => {
		const inner = dumped(request(secret, at), layout);
		return { ...inner, text: `${at.log}\n${inner.text}` };
	};

const spaced = (byte: number): string => `${enc.hex(byte)} `;
const inPairs = (byte: number, column: number): string => enc.hex(byte) + (column % 2 ? ' ' : '');
const middleGap = (byte: number, column: number): string =>
	spaced(byte) + (column === 7 ? ' ' : '');
const offsetOf =
	(digits: number, after: string, before = '') =>
	(offset: number) =>
		before + enc.hex(offset, digits) + after;

const odChar = (byte: number): string => {
	const named: Record<number, string> = { 9: '\\t', 10: '\\n', 13: '\\r', 0: '\\0' };
	return (
		named[byte] ?? (printable(byte) === '.' && byte !== 46 ? enc.octal(byte) : printable(byte))
	).padStart(4);
};

/** `hexdump` without options shows little-endian words: the two bytes of each pair change places. */
function swapped(marked: BytePassage): BytePassage {
	const even =
		marked.bytes.length % 2 ? Buffer.concat([marked.bytes, Buffer.alloc(1)]) : marked.bytes;
	return {
		bytes: Buffer.from(even).swap16(),
		from: marked.from - (marked.from % 2),
		to: marked.to + (marked.to % 2),
	};
}

/** curl --trace-ascii breaks after 64 characters and at line ends, and shows other bytes as dots. */
const traceAscii: Build = (secret, at) => {
	const layout: Layout = {
		perLine: 64,
		head: (offset) => `${enc.hex(offset, 4)}: `,
		cell: printable,
	};
	const start = bytesOf(passage(`Authorization: Bearer `, secret));
	return {
		...dumped(start, layout),
		text: `=> Send header\n${dumped(start, layout).text}${at.id}`,
	};
};

/** The bytes of a key under its armour. */
const derHex: Build = (secret, at) => {
	const [armour, body] = /^-----BEGIN [\w ]+-----\n([\s\S]+)\n-----END/.exec(secret) ?? [];
	if (armour === undefined) return passage(at.log, secret);
	const der = Buffer.from(body, 'base64');
	const lines = Array.from({ length: Math.ceil(der.length / 15) }, (_, index) =>
		Array.from(der.subarray(15 * index, 15 * index + 15), (byte) => enc.hex(byte)).join(':'),
	);
	return {
		text: `${at.log}\n    ${lines.join(':\n    ')}\n`,
		encoded: lines.join(':\n    '),
		pieces: [lines],
	};
};

export const dumps: readonly Transform[] = [
	...unlistedForms(
		[
			'hexdump -C',
			dump({ perLine: 16, head: offsetOf(8, '  '), cell: middleGap, gutter: [' |', '|'] }),
		],
		['xxd', dump({ perLine: 16, head: offsetOf(8, ': '), cell: inPairs, gutter: [' ', ''] })],
		['xxd -p', dump({ perLine: 30, head: () => '', cell: (byte) => enc.hex(byte) })],
		['xxd -i', dump({ perLine: 12, head: () => '  ', cell: (byte) => `0x${enc.hex(byte)}, ` })],
		[
			'od -t x1',
			dump({
				perLine: 16,
				head: (offset) => offset.toString(8).padStart(7, '0'),
				cell: (byte) => ` ${enc.hex(byte)}`,
			}),
		],
		[
			'od -c',
			dump({ perLine: 16, head: (offset) => offset.toString(8).padStart(7, '0'), cell: odChar }),
		],
		[
			'od -b',
			dump({
				perLine: 16,
				head: (offset) => offset.toString(8).padStart(7, '0'),
				cell: (byte) => ` ${enc.octal(byte)}`,
			}),
		],
		[
			'Wireshark bytes',
			dump({ perLine: 16, head: offsetOf(4, '  '), cell: spaced, gutter: ['  ', ''] }),
		],
		[
			'tcpdump -X',
			dump({ perLine: 16, head: offsetOf(4, ':  ', '\t0x'), cell: inPairs, gutter: [' ', ''] }),
		],
		[
			'curl --trace',
			dump({ perLine: 16, head: offsetOf(4, ': '), cell: spaced, gutter: ['', ''] }),
		],
		['curl --trace-ascii', traceAscii],
		[
			'gdb x/8xb',
			dump({ perLine: 8, head: offsetOf(12, ':', '0x'), cell: (byte) => `\t0x${enc.hex(byte)}` }),
		],
		[
			'PowerShell Format-Hex',
			dump({
				perLine: 16,
				head: offsetOf(8, '   '),
				cell: (byte) => enc.upper(spaced(byte)),
				gutter: [' ', ''],
			}),
		],
		[
			'hexdump without options',
			(secret, at) =>
				dumped(swapped(request(secret, at)), {
					perLine: 16,
					head: offsetOf(7, ' '),
					cell: inPairs,
				}),
		],
		['DER of a PEM key in colon hex', derHex],
	),
	// Nobody prints text as bits unless to hide it or to teach.
	deliberate('unlisted', 'binary digits', (secret, at) =>
		passage(
			at.log,
			enc.perByte(secret, (byte) => byte.toString(2).padStart(8, '0'), ' '),
		),
	),
];
