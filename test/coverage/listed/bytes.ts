import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as enc from '../encodings';
import { base64, folded, mapped, passage, placed, surrounded, units } from '../passage';
import { noise } from '../scene';
import { listedForms, type Build } from '../transform';
import { document, logged } from './log';

/** The bytes of the secret in base64, hex and decimal. */

/** Base64 of the secret behind `offset` bytes (modulo 3) of other text. */
const atOffset =
	(offset: number, alphabet: 'base64' | 'base64url'): Build =>
	(secret, at) => {
		const before = noise(at, 1, 4).repeat(3) + 'ab'.slice(0, offset);
		const inner = passage(before, secret, `:${noise(at, 1, 9)}`);
		return surrounded(`${at.log}blob `, base64(inner, alphabet), ` from ${at.host}`);
	};

export const base64s = listedForms(
	['base64', (secret, at) => surrounded(`${at.log}data=`, base64(passage('', secret)), '\n')],
	[
		'base64 of the secret and a newline',
		(secret, at) => surrounded(`$ echo ${at.word}\n`, base64(passage('', secret, '\n')), '\n'),
	],
	...[0, 1, 2].map((offset) => [`base64 at offset ${offset}`, atOffset(offset, 'base64')] as const),
	...[0, 1, 2].map(
		(offset) => [`base64url at offset ${offset}`, atOffset(offset, 'base64url')] as const,
	),
	[
		'Basic authorization',
		(secret, at) =>
			surrounded(
				'Authorization: Basic ',
				base64(passage(`${at.user}:`, secret)),
				'\r\nHost: x\r\n',
			),
	],
	[
		'SMTP AUTH PLAIN',
		(secret, at) =>
			surrounded('C: AUTH PLAIN ', base64(passage(`\0${at.user}\0`, secret)), '\r\nS: 535 5.7.8'),
	],
	[
		'base64 of a document, wrapped at 76',
		(secret, at) => {
			const inner = base64(passage(`${at.phrase}: `, secret, `\n${at.phrase}\n`));
			return placed(`Content-ID: ${at.id}\r\n\r\n`, folded(units(inner), 76, '\r\n'), '\r\n--');
		},
	],
	[
		'base64 of a document, wrapped at 64',
		(secret, at) => {
			const inner = base64(passage(`${at.user} ${at.phrase} `, secret, ` ${at.host}`));
			return placed(`${at.id}\n`, folded(units(inner), 64, '\n'), '\n');
		},
	],
	[
		'base64 twice',
		(secret, at) => {
			const inner = base64(passage(`${at.user}:`, secret, `:${at.id}`));
			return surrounded(at.log, base64(surrounded(noise(at, 0, 5), inner, '\n')));
		},
	],
	[
		'base64 of JSON',
		(secret, at) => surrounded(`${at.log}event=`, base64(document(at, secret)), ' '),
	],
	[
		'base64 of JSON in JSON',
		(secret, at) => {
			const twice = mapped(document(at, secret), enc.jsonEscaped);
			return surrounded(`${at.log} `, base64(surrounded('{"b":"', twice, '"}')));
		},
	],
	[
		'gzip, then base64',
		(secret, at) =>
			passage(
				`${at.log}gz=`,
				gzipSync(`{"host":"${at.host}","key":${JSON.stringify(secret)}}`).toString('base64'),
				' ok',
			),
	],
);

export const hexes = listedForms(
	['hex', logged((secret) => enc.hexOf(secret))],
	['hex, upper case', logged((secret) => enc.upper(enc.hexOf(secret)))],
	[
		'hex, mixed case',
		logged((secret, at) =>
			enc.hexOf(secret).replace(/./g, (digit) => (at.random() < 0.5 ? enc.upper(digit) : digit)),
		),
	],
	[
		'<Buffer> as Node prints it, cut at 50 bytes',
		(secret, at) => {
			const shown = inspect(Buffer.from(secret));
			const end = shown.includes(' ... ') ? shown.indexOf(' ... ') : shown.length - 1;
			return passage(`${at.log}{ body: <Buffer `, shown.slice(8, end), `${shown.slice(end)} }`);
		},
	],
	['hex with spaces', logged((secret) => enc.perByte(secret, enc.hex, ' '))],
	['hex with colons', logged((secret) => enc.perByte(secret, enc.hex, ':'))],
	['\\xNN', logged((secret) => enc.perByte(secret, enc.xByte))],
	[
		'Buffer as JSON',
		(secret, at) => {
			const bytes = Array.from(Buffer.from(secret)).join(',');
			return passage(`{"id":"${at.id}","body":{"type":"Buffer","data":[`, bytes, ']}}');
		},
	],
	[
		'Uint8Array as JSON',
		(secret, at) => {
			const indexed = JSON.stringify(new Uint8Array(Buffer.from(secret)));
			return passage(`{"${at.word}":{`, indexed.slice(1, -1), '}}');
		},
	],
	['decimal bytes', logged((secret) => enc.perByte(secret, String, ', '))],
	['upper case', logged(enc.upper)],
	['lower case', logged((secret) => secret.toLowerCase())],
	['Unicode NFD', logged((secret) => secret.normalize('NFD'))],
	['mojibake, Latin-1', logged((secret) => Buffer.from(secret).toString('latin1'))],
);
