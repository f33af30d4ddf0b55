import { inspect } from 'node:util';
import * as enc from '../encodings';
import { base64, mapped, passage, surrounded, type Passage } from '../passage';
import type { Scene } from '../scene';
import { unlistedForms, type Build, type Transform } from '../transform';

/** How programming languages print a string or its bytes: literals, repr, debug output. */

/** A field of a printed structure; `open` and `close` are the quotes of the language. */
const field =
	(encode: (secret: string) => string, open = '"', close = open): Build =>
	(secret, at) =>
		passage(
			`${at.log}{user: ${open}${at.user}${close}, key: ${open}`,
			encode(secret),
			`${close}, port: ${at.port}}`,
		);

/** Python prefers single quotes and escapes only the quote it chose. */
const pythonQuoted = (text: string): string =>
	enc.cQuoted(text, text.includes("'") && !text.includes('"') ? /\\/g : /[\\']/g);

const pythonAscii = (text: string): string =>
	enc.perPoint(pythonQuoted(text), (point, char) => {
		if (point < 0x80) return char;
		if (point < 0x100) return enc.xByte(point);
		return point < 0x10000 ? `\\u${enc.hex(point, 4)}` : `\\U${enc.hex(point, 8)}`;
	});

const pythonBytes = (text: string): string => enc.bytesAbove(pythonQuoted(text), enc.xByte);

const goAscii = (text: string): string =>
	enc.perPoint(enc.cQuoted(text), (point, char) => {
		if (point < 0x80) return char;
		return point < 0x10000 ? `\\u${enc.hex(point, 4)}` : `\\U${enc.hex(point, 8)}`;
	});

const rubyInspect = (text: string): string => enc.cQuoted(text).replace(/#(?=[{$@])/g, '\\#');

/** String#dump: upper-case digits, braces beyond the first plane. */
const rubyDump = (text: string): string =>
	enc.perPoint(rubyInspect(text), (point, char) => {
		if (point < 0x80) return char;
		return point < 0x10000
			? `\\u${enc.upper(enc.hex(point, 4))}`
			: `\\u{${enc.upper(enc.hex(point))}}`;
	});

/** java.util.Properties.store: separators and comment signs escaped, Latin-1 printable kept. */
const javaProperties = (text: string): string =>
	enc.perUnit(
		enc.controls(enc.slashed(text, /[\\=:#!]/g), (unit) => `\\u${enc.hex(unit, 4)}`),
		(unit) =>
			unit < 0x7f || (unit > 0xa0 && unit < 0x100)
				? String.fromCharCode(unit)
				: `\\u${enc.upper(enc.hex(unit, 4))}`,
	);

const rustEscape = (text: string): string =>
	enc.perPoint(enc.cQuoted(text, /["'\\]/g), (point, char) =>
		point < 0x80 ? char : `\\u{${enc.hex(point)}}`,
	);

const perlUseqq = (text: string): string =>
	enc.perPoint(enc.cQuoted(text, /["\\$@]/g), (point, char) =>
		point < 0x80 ? char : `\\x{${enc.hex(point)}}`,
	);

/** Haskell's show: decimal code points, and `\&` where a digit would be read as part of them. */
const haskellShow = (text: string): string =>
	enc
		.perPoint(enc.cQuoted(text), (point, char) => (point < 0x80 ? char : `\\${point}\u0000`))
		// eslint-disable-next-line no-control-regex
		.replace(/\u0000(?=\d)/g, '\\&')
		.replaceAll('\u0000', '');

/** Adjacent literals, one per line, as keys are pasted into C sources. */
const cLiteral = (text: string): string =>
	enc.bytesAbove(slashedLines(text), enc.octalByte).replaceAll('\\n', '\\n"\n    "');
const slashedLines = (text: string): string =>
	enc.controls(enc.slashed(text, /["\\]/g), enc.octalByte);

/** Django's escapejs: what could end a string or a script becomes \uXXXX. */
const djangoEscapeJs = (text: string): string =>
	text.replace(
		// eslint-disable-next-line no-control-regex
		/[\\'"<>&=;`\-\u0000-\u001f\u2028\u2029]/g,
		(char) => `\\u${enc.upper(enc.hex(char.charCodeAt(0), 4))}`,
	);

/** OWASP's rule for JavaScript strings: everything but letters and digits. */
const owaspJs = (text: string): string =>
	enc.perUnit(text, (unit) => {
		const char = String.fromCharCode(unit);
		if (/[A-Za-z0-9]/.test(char)) return char;
		return unit < 256 ? `\\x${enc.upper(enc.hex(unit))}` : `\\u${enc.upper(enc.hex(unit, 4))}`;
	});

/** The legacy global `escape`. */
const legacyEscape = (text: string): string =>
	enc.perUnit(text, (unit) => {
		const char = String.fromCharCode(unit);
		if (/[A-Za-z0-9@*_+\-./]/.test(char)) return char;
		return unit < 256 ? enc.percentByte(unit) : `%u${enc.upper(enc.hex(unit, 4))}`;
	});

const signed = (byte: number): string => String(byte > 127 ? byte - 256 : byte);

/** What `console.log(error)` prints for an HTTP client's error: long strings with newlines fold. */
export function inspected(secret: string, at: Scene): Passage {
	const error = {
		code: 'ERR_BAD_REQUEST',
		config: { url: `https://${at.host}/`, headers: { 'x-request-id': at.id }, key: secret, ms: 1 },
	};
	const shown = inspect({ error }, { depth: 6 });
	const [head, ...rest] = shown.split(/\bkey:\s/);
	const [core, ...tail] = rest.join('key: ').split(/,\s+ms: 1/);
	return passage(
		`${head}key: ${core[0]}`,
		core.slice(1, -1),
		`${core.slice(-1)},\n ms: 1${tail[0]}`,
	);
}

export const languages: readonly Transform[] = unlistedForms(
	['Python repr', field(pythonQuoted, "'")],
	['Python ascii', field(pythonAscii, "'")],
	['Python bytes repr, redis-cli', field(pythonBytes, "b'", "'")],
	[
		'Python repr of a dict inside JSON',
		(secret, at) => {
			const inner = passage(`{'user': '${at.user}', 'key': '`, pythonQuoted(secret), "'}");
			return surrounded(`{"ts":"${at.time}","msg":"`, mapped(inner, enc.jsonEscaped), '"}');
		},
	],
	['Go %+q', field(goAscii)],
	['Go %# x', field((secret) => enc.perByte(secret, (byte) => `0x${enc.hex(byte)}`, ' '), '', '')],
	['Go %v of bytes', field((secret) => enc.perByte(secret, String, ' '), '[', ']')],
	[
		'Go %#v of bytes',
		field(
			(secret) => enc.perByte(secret, (byte) => `0x${byte.toString(16)}`, ', '),
			'[]byte{',
			'}',
		),
	],
	['Ruby dump', field(rubyDump)],
	[
		'Java properties',
		(secret, at) => passage(`db.user=${at.user}\ndb.key=`, javaProperties(secret), '\n'),
	],
	['Java Arrays.toString of bytes', field((secret) => enc.perByte(secret, signed, ', '), '[', ']')],
	["Rust escape_default, MySQL, PostgreSQL E''", field(rustEscape)],
	['PHP var_export, fish, libpq', field((secret) => enc.slashed(secret, /['\\]/g), "'")],
	[
		'PHP json_encode of base64',
		(secret, at) =>
			surrounded(
				`{"id":"${at.id}","data":"`,
				mapped(base64(passage(`${at.user}:`, secret)), (text) => enc.slashed(text, /\//g)),
				'"}',
			),
	],
	['Perl Data::Dumper with Useqq', field(perlUseqq)],
	['Haskell show', field(haskellShow)],
	[
		'C string literal, strace, protobuf text',
		(secret, at) => passage(`static const char k_${at.id}[] = "`, cLiteral(secret), '";'),
	],
	['JavaScript template literal', field((secret) => enc.slashed(secret, /[\\`]|\$(?=\{)/g), '`')],
	['JavaScript string, Django escapejs', field(djangoEscapeJs, "'")],
	['JavaScript string, OWASP', field(owaspJs, "'")],
	[
		'JavaScript \\u{...}',
		field((secret) => enc.perPoint(secret, (point) => `\\u{${enc.hex(point)}}`)),
	],
	['JavaScript escape()', field(legacyEscape)],
	['Node util.inspect', inspected],
	[
		'Node util.inspect inside a JSON log line',
		(secret, at) =>
			surrounded(`{"level":50,"msg":"`, mapped(inspected(secret, at), enc.jsonEscaped), '"}'),
	],
	[
		'C# BitConverter.ToString',
		field((secret) => enc.perByte(secret, (byte) => enc.upper(enc.hex(byte)), '-')),
	],
	['NSData description', field((secret) => enc.chunks(enc.hexOf(secret), 8).join(' '), '<', '>')],
	['doubled braces of a format string', field((secret) => secret.replace(/[{}]/g, '$&$&'))],
);
