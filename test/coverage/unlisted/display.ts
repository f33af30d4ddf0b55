import * as enc from '../encodings';
import { folded, mapped, passage, pieced, placed, sampleOf, surrounded, units } from '../passage';
import { between, pick } from '../random';
import { deliberate, unlistedForms, type Build, type Transform } from '../transform';

/** What people, editors, chats and terminals do to a text: wrap, cut, mark, retouch, re-encode. */

const shown =
	(encode: (secret: string) => string): Build =>
	(secret, at) =>
		passage(`${at.phrase}, ${at.user}: `, encode(secret), ` (${at.host}, ${at.id})`);

/** Something stands in the middle of the secret. */
const broken =
	(joint: string): Build =>
	(secret, at) =>
		pieced(`${at.log}${at.phrase} `, enc.halves(secret, at.random), joint, ` ${at.id}`);

/** A part of the secret is marked: two insertions. */
const marked =
	(open: string, close: string): Build =>
	(secret, at) => {
		const [head, tail] = enc.halves(secret, at.random);
		const [left, hit] = enc.halves(head, at.random);
		const joint = (index: number) => (index === 0 ? open : close);
		return pieced(`${at.log} `, [left, hit, tail], joint, ` ${at.id}`);
	};

const each = (prefix: (line: number) => string): Build => {
	return (secret, at) => {
		const lines = secret.trimEnd().split('\n');
		const start = between(at.random, 2, 90);
		return pieced(
			`${at.log}\n${prefix(start)}`,
			lines,
			(index) => `\n${prefix(start + 1 + index)}`,
			'\n',
		);
	};
};

const wrapped =
	(width: number, joint: string): Build =>
	(secret, at) => {
		const before = enc.upToMargin(at.random, width, secret.length);
		return folded(units(passage(before, secret, ` ${at.phrase}`)), width, joint);
	};

const grouped =
	(size: number, joint: string): Build =>
	(secret, at) =>
		passage(`${at.phrase}: `, enc.chunks(secret, size).join(joint), `\n${at.id}`);

const swapCase = (text: string): string =>
	text.replace(/\p{L}/gu, (char) =>
		char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase(),
	);

const fullWidth = (text: string): string =>
	text.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

const smartPunctuation = (text: string): string =>
	text
		.replaceAll('---', '—')
		.replaceAll('--', '–')
		.replaceAll('...', '…')
		.replace(/(^|[\s(])"/g, '$1“')
		.replaceAll('"', '”')
		.replaceAll("'", '’');

const withoutMarks = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');
const slug = (text: string): string =>
	withoutMarks(text)
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, '-')
		.replace(/^-+|-+$/g, '');

const mojibake = (text: string): string => enc.asWindows1252(Buffer.from(text));

const markdownTurndown = (text: string): string =>
	enc.slashed(text, /[\\*_`[\]>~]/g).replace(/^([-+#])/gm, '\\$1');

const latex = (text: string): string =>
	enc.tabled(text, {
		'\\': '\\textbackslash{}',
		'~': '\\textasciitilde{}',
		'^': '\\textasciicircum{}',
		'&': '\\&',
		'%': '\\%',
		$: '\\$',
		'#': '\\#',
		_: '\\_',
		'{': '\\{',
		'}': '\\}',
	});

const markings = unlistedForms(
	['Markdown', shown(markdownTurndown)],
	['Telegram MarkdownV2', shown((secret) => enc.slashed(secret, /[\\_*[\]()~`>#+\-=|{}.!]/g))],
	['Slack text', shown((secret) => enc.tabled(secret, { '&': '&amp;', '<': '&lt;', '>': '&gt;' }))],
	['LaTeX', shown(latex)],
	['search highlight', marked('<em>', '</em>')],
	['grep --color', marked('\u001b[01;31m\u001b[K', '\u001b[m\u001b[K')],
	['ANSI colour as \\u001b in JSON', marked('\\u001b[33m', '\\u001b[39m')],
	['ANSI colour as ^[ of cat -v', marked('^[[1m', '^[[0m')],
	['HTML with <wbr>', broken('<wbr>')],
	['HTML with &shy;', broken('&shy;')],
	['HTML with &#8203;', broken('&#8203;')],
	['HTML with <br>', broken('<br/>\n')],
	['HTML spans of a highlighter', marked('</span><span class="hl">', '</span><span>')],
	['word joiner in the middle', broken('\u2060')],
	['backspace over a wrong key', broken('x\b')],
	['terminal line wrap of readline', broken(' \r')],
);

const lines = unlistedForms(
	['hard wrap with indentation', wrapped(80, '\n        ')],
	['hard wrap in a quoted mail', wrapped(72, '\n> ')],
	['hard wrap in a comment block', wrapped(78, '\n * ')],
	['hard wrap in a diff', wrapped(80, '\n+')],
	['hard wrap with a shell continuation', wrapped(80, '\\\n')],
	['hard wrap in a table cell', wrapped(40, ' |\n| ')],
	['diff, added lines', each(() => '+')],
	['diff, removed lines', each(() => '-  ')],
	['quoted lines', each(() => '> ')],
	['numbered lines', each((line) => `${String(line).padStart(4)} | `)],
	['grep -n lines', each((line) => `config/app.yaml:${line}:`)],
	[
		'container log lines',
		each((line) => `2026-03-04T05:06:${enc.hex(line % 60)}.123456789Z stdout F `),
	],
	['syslog lines', each((line) => `<14>1 2026-03-04T05:06:07Z web-${line} app ${line} - - `)],
	[
		'log record split by the container runtime',
		(secret, at) =>
			pieced(
				`${at.time} stdout P ${at.phrase} `,
				enc.halves(secret, at.random),
				`\n${at.time} stdout F `,
				'\n',
			),
	],
	[
		'HTTP chunked body',
		(secret, at) => {
			const [head, tail] = enc.halves(secret, at.random);
			const size = (text: string) => enc.hex(Buffer.byteLength(text));
			return pieced(`\r\n${size(head)}\r\n`, [head, tail], `\r\n${size(tail)}\r\n`, '\r\n0\r\n');
		},
	],
	[
		'PEM body on one line',
		shown((secret) =>
			secret.startsWith('-----') ? secret.trim().split('\n').slice(1, -1).join('') : secret,
		),
	],
	[
		'PEM body wrapped at 76',
		(secret, at) => {
			if (!secret.startsWith('-----')) return passage(at.log, secret);
			const body = secret.trim().split('\n').slice(1, -1).join('');
			return placed(`${at.log}\n`, folded(units(passage('', body)), 76, '\n'), '\n');
		},
	],
	[
		'JSON document minified',
		shown((secret) => (secret.startsWith('{') ? JSON.stringify(JSON.parse(secret)) : secret)),
	],
	[
		'private key of a JSON document',
		(secret, at) =>
			passage(`${at.log}\n`, secret.startsWith('{') ? JSON.parse(secret).private_key : secret, ''),
	],
);

const cuts = unlistedForms(
	['first 60 %', shown((secret) => enc.firstPart(secret, 0.6))],
	['first half', shown((secret) => enc.firstPart(secret, 0.5))],
	['middle 60 %', shown((secret) => enc.lastPart(enc.firstPart(secret, 0.8), 0.75))],
	[
		'middle elided with …',
		(secret, at) =>
			pieced(at.log, [enc.firstPart(secret, 0.4), enc.lastPart(secret, 0.4)], '…', '\n'),
	],
	[
		'cut inside a JSON string',
		(secret, at) =>
			passage(
				`{"id":"${at.id}","key":"`,
				enc.firstPart(enc.jsonEscaped(secret), 0.7),
				'... (truncated)',
			),
	],
	[
		'cut inside base64',
		(secret, at) => {
			const whole = Buffer.from(`${secret}`).toString('base64').replace(/=+$/, '');
			return passage(`${at.log}body=`, enc.firstPart(whole, 0.65), '… (truncated)');
		},
	],
	[
		'cut inside percent encoding',
		shown((secret) => `${enc.firstPart(encodeURIComponent(secret), 0.7)}`),
	],
	['cut inside hex', shown((secret) => `${enc.firstPart(enc.hexOf(secret), 0.6)}`)],
	[
		'split into two JSON fields',
		(secret, at) => {
			const [head, tail] = enc.halves(secret, at.random);
			return pieced(
				`{"id":"${at.id}","part1":"`,
				[enc.jsonEscaped(head), enc.jsonEscaped(tail)],
				'","part2":"',
				'"}',
			);
		},
	],
	[
		'string concatenation over two lines',
		(secret, at) => {
			const [head, tail] = enc.halves(secret, at.random);
			return pieced(`key = "`, [enc.cQuoted(head), enc.cQuoted(tail)], '" +\n\t\t"', '";');
		},
	],
	['groups of four with spaces', grouped(4, ' ')],
	['groups of five with hyphens', grouped(5, '-')],
	['chunks of eight with dots', grouped(8, '.')],
);

const retouched = unlistedForms(
	['first letter upper case', shown((secret) => secret.replace(/^\p{Ll}/u, enc.upper))],
	['caps lock', shown(swapCase)],
	['hyphens removed', shown((secret) => secret.replaceAll('-', ''))],
	['underscores as hyphens', shown((secret) => secret.replaceAll('_', '-'))],
	['file name with safe characters', shown((secret) => secret.replace(/[/\\:*?"<>|\s]/g, '_'))],
	['slug', shown(slug)],
	['smart punctuation', shown(smartPunctuation)],
	['no-break spaces', shown((secret) => secret.replaceAll(' ', '\u00a0'))],
	['spaces removed', shown((secret) => secret.replaceAll(' ', ''))],
	['accents removed', shown(withoutMarks)],
	[
		'non-ASCII as ?',
		shown((secret) => enc.perPoint(secret, (point, char) => (point < 0x80 ? char : '?'))),
	],
	['non-ASCII bytes as U+FFFD', shown((secret) => enc.bytesAbove(secret, () => '\ufffd'))],
	['mojibake, Windows-1252', shown(mojibake)],
	['mojibake twice', shown((secret) => mojibake(mojibake(secret)))],
	[
		'UTF-16 with \\u0000 in JSON',
		(secret, at) =>
			surrounded(
				`{"host":"${at.host}","raw":"`,
				mapped(passage(at.word, secret, at.id), (text) =>
					enc.jsonEscaped(Buffer.from(text, 'utf16le').toString('latin1')),
				),
				'"}',
			),
	],
	['full-width characters', shown(fullWidth)],
);

/** Someone chose to write it so that a search does not find it. */
const intent = [
	deliberate(
		'unlisted',
		'letters spaced out',
		shown((secret) => Array.from(secret).join(' ')),
	),
	deliberate('unlisted', 'letters with a dot each', (secret, at) =>
		sampleOf(passage(`${at.log}`, Array.from(secret).join(pick(at.random, ['.', '-'])), '\n')),
	),
];

export const display: readonly Transform[] = [
	...markings,
	...lines,
	...cuts,
	...retouched,
	...intent,
];
