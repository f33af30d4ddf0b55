import * as enc from '../encodings';
import { mapped, passage, surrounded } from '../passage';
import type { Scene } from '../scene';
import { unlistedForms, type Build, type Transform } from '../transform';

/** Shells, build servers and the tools that quote for them. */

const command =
	(encode: (secret: string) => string, open = '', close = open): Build =>
	(secret, at) =>
		passage(
			`${at.log}$ deploy --user ${at.user} --key ${open}`,
			encode(secret),
			`${close} --host ${at.host}`,
		);

const hasControl = (text: string): boolean => /[\n\r\t]/.test(text);

/** $'...' of bash. */
const ansiC = (text: string): string => enc.cQuoted(text, /['\\]/g);

/** printf %q of bash: backslashes, or $'...' as soon as there is a control character. */
const printfQ = (text: string): string =>
	hasControl(text)
		? ansiC(text)
		: enc.slashed(text, /[ '"\\|&;()<>!{}*[?\]^$`,]/g).replace(/^[#~]/, '\\$&');

/** shlex.quote of Python leaves the quotes, writes one in double quotes, and comes back. */
const shlex = (text: string): string => text.replaceAll("'", `'"'"'`);

/** A second shell around the first one: each quote of the first is quoted again. */
const twoShells = (text: string): string =>
	enc.shellSingle(`'${enc.shellSingle(text)}'`).slice(4, -4);

const powershell = (text: string): string =>
	enc.tabled(text, { '`': '``', '"': '`"', $: '`$', '\n': '`n', '\t': '`t' });

const cmdCaret = (text: string): string => text.replace(/[&<>|^"()]/g, '^$&').replaceAll('%', '%%');

/** The rule of CommandLineToArgvW: backslashes double only in front of a quote. */
const windowsArgument = (text: string): string =>
	text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&');

const teamCity = (text: string): string =>
	enc.perUnit(text, (unit) => {
		const char = String.fromCharCode(unit);
		if (/['|[\]]/.test(char)) return `|${char}`;
		if (char === '\n') return '|n';
		return unit < 0x80 ? char : `|0x${enc.hex(unit, 4)}`;
	});

/** auditd shows a command line with spaces as upper-case hex, arguments separated by NUL. */
const proctitle = (secret: string, at: Scene) =>
	surrounded(
		`type=PROCTITLE msg=audit(${at.port}.1:2): proctitle=`,
		mapped(passage(`curl\0-u\0${at.user}:`, secret, `\0${at.host}`), (text) =>
			enc.upper(enc.hexOf(text)),
		),
		'\n',
	);

const straced = (text: string): string => enc.bytesAbove(enc.cQuoted(text), enc.octalByte);

/** cat -A: `$` at the end of each line, M- notation for high bytes. */
const catAll = (text: string): string =>
	enc.perByte(text, (byte) => {
		const low = byte & 0x7f;
		const shown = low < 32 ? `^${String.fromCharCode(low + 64)}` : String.fromCharCode(low);
		if (byte === 10) return '$\n';
		return byte < 128 ? shown : `M-${shown}`;
	});

/** rsyslog writes control characters and high bytes as # and three octal digits. */
const rsyslog = (text: string): string =>
	enc.perByte(text, (byte) =>
		byte < 32 || byte > 126 ? `#${enc.octal(byte)}` : String.fromCharCode(byte),
	);

export const shells: readonly Transform[] = unlistedForms(
	['bash printf %q', command(printfQ)],
	['Python shlex.quote', command(shlex, "'")],
	['shell in a shell', command(twoShells, "'\\''")],
	[
		'shell quoting in JSON',
		(secret, at) =>
			surrounded(
				`{"host":"${at.host}","cmd":"`,
				mapped(passage("curl -H 'X-Key: ", enc.shellSingle(secret), "'"), enc.jsonEscaped),
				'"}',
			),
	],
	[
		'shell double quotes in JSON',
		(secret, at) =>
			surrounded(
				`{"host":"${at.host}","args":"`,
				mapped(passage('-p "', enc.slashed(secret, /[\\"$`]/g), '"'), enc.jsonEscaped),
				'"}',
			),
	],
	['PowerShell backticks', command(powershell, '"')],
	['cmd carets', command(cmdCaret)],
	['Windows argument', command(windowsArgument, '"')],
	[
		'csh with escaped history',
		command((secret) => enc.shellSingle(secret).replaceAll('!', '\\!'), "'"),
	],
	['sed replacement', command((secret) => enc.slashed(secret, /[\\/&]/g), "'s/x/", "/'")],
	[
		'TeamCity service message',
		(secret, at) => passage(`##teamcity[message text='${at.word} `, teamCity(secret), "']"),
	],
	['auditd proctitle', proctitle],
	[
		'strace, string cut short',
		(secret, at) =>
			passage(
				`write(7, "AUTH ${at.user} `,
				enc.firstPart(straced(secret), 0.65),
				'"..., 512) = 512',
			),
	],
	['cat -A', (secret, at) => passage(`${at.user}$\n`, catAll(secret), '$\n')],
	['rsyslog octal', (secret, at) => passage(at.log, rsyslog(secret), `#011${at.host}`)],
);
