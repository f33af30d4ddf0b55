import * as enc from '../encodings';
import { base64, folded, passage, pieced, placed, units } from '../passage';
import type { Scene } from '../scene';
import { unlistedForms, type Build, type Transform } from '../transform';

/** Databases and configuration files. */

const statement =
	(open: string, encode: (secret: string) => string, close: string): Build =>
	(secret, at) =>
		passage(
			`${at.log}UPDATE ${at.word} SET token = ${open}`,
			encode(secret),
			`${close} WHERE id = ${at.port};`,
		);

const setting =
	(before: (at: Scene) => string, encode: (secret: string) => string, after = '\n'): Build =>
	(secret, at) =>
		passage(before(at), encode(secret), after);

/** PostgreSQL's older bytea output: octal for what is not printable, backslash doubled. */
const byteaEscape = (text: string): string =>
	enc.perByte(text, (byte) => {
		if (byte === 0x5c) return '\\\\';
		return byte < 0x20 || byte > 0x7e ? enc.octalByte(byte) : String.fromCharCode(byte);
	});

/** psql marks a line break in a cell with `+` and pads the cell. */
const psqlCell: Build = (secret, at) => {
	const lines = secret.trimEnd().split('\n');
	const width = Math.max(...lines.map((line) => line.length));
	const joint = (index: number) => `${' '.repeat(width - lines[index].length)}+\n     | `;
	return pieced(`  ${at.port % 100} | `, lines, joint, '\n(1 row)\n');
};

const utf16Hex = (text: string): string => enc.upper(Buffer.from(text, 'utf16le').toString('hex'));

const databases = unlistedForms(
	['SQL LIKE pattern', statement("'%", (secret) => enc.slashed(secret, /[\\%_]/g), "%'")],
	['bytea in hex', statement("'\\x", enc.hexOf, "'")],
	['bytea in escape format', statement("'", byteaEscape, "'")],
	['binary literal 0x', statement('0x', (secret) => enc.upper(enc.hexOf(secret)), '')],
	['nvarchar as a binary literal', statement('0x', utf16Hex, '')],
	[
		'SQL concatenation with CHR(10)',
		(secret, at) => {
			const lines = enc.doubledQuote(secret).trimEnd().split('\n');
			return pieced(`SET token = '`, lines, "' || CHR(10) || '", `' WHERE id = ${at.port};`);
		},
	],
	['psql cell with line breaks', psqlCell],
	[
		'Lucene query',
		setting(
			(at) => `q=host:${at.word} AND key:`,
			(secret) => enc.slashed(secret, /[+\-&|!(){}[\]^"~*?:\\/ ]/g),
		),
	],
	[
		'LDAP filter',
		setting(
			(at) => `(&(uid=${at.user})(userPassword=`,
			(secret) =>
				enc.bytesAbove(
					secret.replace(/[\\*()\0]/g, (char) => `\\${enc.hex(char.charCodeAt(0))}`),
					(byte) => `\\${enc.hex(byte)}`,
				),
			'))',
		),
	],
	[
		'LDIF, folded base64',
		(secret, at) => {
			const head = 'userPassword:: ';
			const { before, core, after } = base64(passage('', secret));
			const lines = folded(units(passage(head + before, core, after)), 76, '\n ');
			return placed(`dn: uid=${at.user},dc=example\n`, lines, '\n');
		},
	],
);

const indented = (indent: string) => (text: string) =>
	enc.onlyLines(text, (lines) => lines.join(`\n${indent}`));

/** Breaks at spaces, as YAML libraries fold long plain, quoted and `>` scalars. */
const foldedAtSpaces = (text: string, width: number): string =>
	text
		.split(' ')
		.reduce((lines: string[], word) => {
			const last = lines.at(-1);
			if (last !== undefined && last.length + word.length < width) {
				return [...lines.slice(0, -1), `${last} ${word}`];
			}
			return [...lines, word];
		}, [])
		.join('\n    ');

/** Double-quoted scalars may break anywhere: a backslash ends the line, another keeps a space. */
const yamlDoubleQuoted = (secret: string, at: Scene) => {
	const inner = passage(`    key: "${at.phrase} `, enc.jsonEscaped(secret), `"`);
	const split = (text: string) => text.match(/\\u....|\\.|[^\\]/gu) ?? [];
	return placed(`${at.word}:\n`, folded(units(inner, split), 60, '\\\n      '), '\n');
};

const files = unlistedForms(
	['YAML double-quoted, folded', yamlDoubleQuoted],
	[
		'YAML single-quoted',
		setting(
			(at) => `${at.word}:\n  key: '`,
			(secret) => enc.doubledQuote(secret).replaceAll('\n', '\n\n    '),
			"'\n",
		),
	],
	['YAML block scalar', setting((at) => `${at.word}:\n  key: |\n    `, indented('    '))],
	[
		'YAML folded scalar',
		setting(
			(at) => `${at.word}: >-\n    `,
			(secret) => foldedAtSpaces(secret, 24),
		),
	],
	['INI continuation lines', setting((at) => `[${at.word}]\nkey = `, indented('\t'))],
	[
		'ConfigParser with doubled percent',
		setting(
			(at) => `[${at.word}]\nkey = `,
			(secret) => secret.replaceAll('%', '%%'),
		),
	],
	[
		'Compose file with doubled dollars',
		setting(
			(at) => `  ${at.word}: `,
			(secret) => secret.replaceAll('$', '$$$$'),
		),
	],
	[
		'ODBC connection string in braces',
		setting(
			(at) => `Driver={PostgreSQL};Uid=${at.user};Pwd={`,
			(secret) => secret.replaceAll('}', '}}'),
			'};',
		),
	],
	[
		'iCalendar text, folded',
		(secret, at) => {
			const escaped = enc.slashed(secret, /[\\;,]/g).replaceAll('\n', '\\n');
			const before = `DESCRIPTION:${enc.upToMargin(at.random, 62, secret.length)}`;
			return placed(
				'BEGIN:VEVENT\r\n',
				folded(units(passage(before, escaped, '\r\n')), 75, '\r\n '),
			);
		},
	],
	[
		'systemd Environment=',
		setting(
			(at) => `Environment="${at.word}=`,
			(secret) => enc.cQuoted(secret).replaceAll('%', '%%'),
			'"\n',
		),
	],
	[
		'systemd-escape',
		setting(
			(at) => `${at.word}@`,
			(secret) =>
				enc.perByte(secret, (byte) => {
					const char = String.fromCharCode(byte);
					if (char === '/') return '-';
					return /[A-Za-z0-9:_.]/.test(char) ? char : enc.xByte(byte);
				}),
			'.service',
		),
	],
	[
		'crontab',
		setting(
			(at) => `5 4 * * * curl ${at.host} -d `,
			(secret) => secret.replaceAll('%', '\\%'),
		),
	],
);

export const configuration: readonly Transform[] = [...databases, ...files];
