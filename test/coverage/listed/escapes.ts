import * as enc from '../encodings';
import { mapped, passage, surrounded } from '../passage';
import { listedForms } from '../transform';
import { document, logged } from './log';

/** Escapes of text and of URLs. */

export const texts = listedForms(
	['plain', logged((secret) => secret)],
	['JSON string, Go and Ruby quotes', (secret, at) => document(at, secret)],
	[
		'JSON string in a JSON string',
		(secret, at) =>
			surrounded('{"body":"', mapped(document(at, secret), enc.jsonEscaped), `","id":"${at.id}"}`),
	],
	[
		'JSON with escaped slashes',
		(secret, at) => mapped(document(at, secret), (text) => enc.slashed(text, /\//g)),
	],
	['ASCII JSON, lower-case digits', logged((secret) => enc.asciiJson(secret))],
	['ASCII JSON, upper-case digits', logged((secret) => enc.asciiJson(secret, enc.upper))],
	[
		'JSON with every character as \\uXXXX',
		logged((secret) => enc.perUnit(secret, (unit) => `\\u${enc.hex(unit, 4)}`)),
	],
	['HTML with named entities', logged(enc.htmlNamed)],
	[
		'HTML with &#39; and &#34;',
		logged((secret) =>
			enc.tabled(secret, { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' }),
		),
	],
	['HTML with &#x27;', logged((secret) => enc.htmlNamed(secret).replaceAll("'", '&#x27;'))],
	['HTML with every character numeric', logged(enc.entityEach)],
	[
		'HTML with every character numeric, hexadecimal',
		logged((secret) => enc.perPoint(secret, (point) => `&#x${enc.hex(point)};`)),
	],
	['XML with &apos;', logged(enc.xmlEscaped)],
	[
		'CSV cell, ADO.NET string',
		(secret, at) => passage(`${at.id},"`, secret.replaceAll('"', '""'), `",${at.port}`),
	],
	[
		'SQL literal',
		(secret, at) =>
			passage(`INSERT INTO ${at.word} VALUES (${at.port}, '`, enc.doubledQuote(secret), "');"),
	],
	[
		'shell, single quotes',
		(secret, at) => passage(`+ curl -u ${at.user}:'`, enc.shellSingle(secret), `' ${at.host}`),
	],
	[
		'shell and .env, double quotes',
		(secret, at) => passage(`export ${at.word}="`, enc.slashed(secret, /[\\"$`]/g), '"\n'),
	],
	['regular expression', logged((secret) => enc.slashed(secret, /[.*+?^${}()|[\]\\/]/g))],
);

export const urls = listedForms(
	[
		'encodeURIComponent',
		(secret, at) => passage(`GET /${at.word}?key=`, encodeURIComponent(secret), '&page=2 HTTP/1.1'),
	],
	['percent, lower-case digits', logged((secret) => enc.lowerHex(encodeURIComponent(secret)))],
	[
		'percent, mixed-case digits',
		logged((secret, at) =>
			encodeURIComponent(secret).replace(/%../g, (code) =>
				at.random() < 0.5 ? code.toLowerCase() : code,
			),
		),
	],
	['percent as in RFC 3986', logged(enc.strictPercent)],
	[
		'form encoded',
		(secret, at) => passage(`grant_type=x&user=${at.user}&key=`, enc.formEncoded(secret), '&v=1'),
	],
	[
		'form encoded under a nested key',
		(secret, at) =>
			passage(`${at.word}%5B${at.user}%5D%5Btoken%5D=`, enc.lowerHex(enc.formEncoded(secret))),
	],
	['percent twice', logged((secret) => encodeURIComponent(encodeURIComponent(secret)))],
	['percent, every byte', logged((secret) => enc.perByte(secret, enc.percentByte))],
);
