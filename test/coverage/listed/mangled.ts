import * as enc from '../encodings';
import { bytesOf, folded, passage, pieced, units } from '../passage';
import { between, pick } from '../random';
import type { Scene } from '../scene';
import { deliberate, listedForms } from '../transform';
import { logged } from './log';

/** The secret cut, wrapped, marked or spread over lines. */

const inside = (name: string, joint: string | ((at: Scene) => string)) =>
	[
		name,
		logged((secret, at) =>
			enc.split(secret, at.random, typeof joint === 'string' ? joint : joint(at)),
		),
	] as const;

export const mangled = listedForms(
	inside('ANSI colour in the middle', (at) => `\u001b[${between(at.random, 31, 36)}m`),
	inside('zero-width space in the middle', '\u200b'),
	inside('soft hyphen in the middle', '\u00ad'),
	[
		'colour codes around & as PowerShell prints errors',
		logged((secret) => secret.replaceAll('&', '\u001b[0m & \u001b[36;1m')),
	],
	[
		'hard wrap at 80 columns',
		(secret, at) => {
			const before = enc.upToMargin(at.random, 80, secret.length);
			return folded(units(passage(before, secret, ` ${at.phrase}`)), 80, '\n');
		},
	],
	[
		'hard wrap at 40 columns',
		(secret, at) => {
			const before = enc.upToMargin(at.random, 40, secret.length);
			return folded(units(passage(before, secret, ` ${at.phrase}`)), 40, '\r\n');
		},
	],
	['first 75 %', logged((secret) => `${enc.firstPart(secret, 0.75)}`)],
	['last 75 %', (secret, at) => passage(`${at.log}...`, enc.lastPart(secret, 0.75), ' end')],
);

const joined = (name: string, joint: string) =>
	[name, logged((secret) => enc.onlyLines(secret, (lines) => lines.join(joint)))] as const;

export const multiLine = listedForms(
	joined('lines joined by CR LF', '\r\n'),
	joined('lines joined by CR CR LF', '\r\r\n'),
	joined('lines joined by a literal \\n', '\\n'),
	joined('lines joined by a literal \\\\n', '\\\\n'),
	joined('lines joined by spaces', ' '),
	joined('lines joined by nothing', ''),
	[
		'one middle line of several',
		(secret, at) => {
			const lines = secret.trim().split('\n');
			const longest = Math.max(...lines.map((line) => line.length));
			const full = lines.filter((line) => line.length === longest);
			return passage(at.log, pick(at.random, full), '\n');
		},
	],
	[
		'a log prefix on each line',
		(secret, at) => {
			const lines = secret.trimEnd().split('\n');
			return pieced(at.log, lines, () => `\n${at.log}`, '\n');
		},
	],
);

/** These three take intent: the study itself calls them attacker-like. */
export const intent = [
	deliberate(
		'listed',
		'reversed',
		logged((secret) => Array.from(secret).reverse().join('')),
	),
	deliberate(
		'listed',
		'base32',
		logged((secret) => enc.base32(Buffer.from(secret))),
	),
	deliberate('listed', 'UTF-16LE read as Latin-1', (secret, at) => {
		const { bytes, from, to } = bytesOf(passage(at.log, secret, ` ${at.id}`), 'utf16le');
		const text = bytes.toString('latin1');
		return passage(text.slice(0, from), text.slice(from, to), text.slice(to));
	}),
];
