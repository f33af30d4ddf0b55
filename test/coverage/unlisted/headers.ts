import { domainToASCII } from 'node:url';
import * as enc from '../encodings';
import { passage } from '../passage';
import { unlistedForms, type Build, type Transform } from '../transform';

/** URLs, host names and header fields. */

/** What a WHATWG URL makes of a value that someone assigns or types. */
const through =
	(part: 'search' | 'hash' | 'pathname' | 'password'): Build =>
	(secret, at) => {
		const url = new URL(`https://${at.user}@${at.host}:${at.port}/`);
		url[part] = secret;
		const encoded = url[part].replace(/^[?#/]/, '');
		const [head, tail] = url.href.split(encoded);
		return passage(`${at.log}GET ${head}`, encoded, `${tail} 401`);
	};

/** IDNA: what a resolver is asked when someone types the secret where a host name belongs. */
const hostName = (text: string): string =>
	/^[\p{L}\p{N}\p{Emoji}_.-]+$/u.test(text) ? domainToASCII(text) || text : text;

/** http.cookies of Python: a quoted string with octal escapes, once one character needs it. */
const pythonCookie = (text: string): string => {
	if (/^[\w!#$%&'*+\-.^`|~:]*$/.test(text)) return text;
	return enc.perPoint(text, (point, char) => {
		if (/["\\]/.test(char)) return `\\${char}`;
		const plain = point > 255 || /[\w!#$%&'*+\-.^`|~: ()/<=>?@[\]{}]/.test(char);
		return plain ? char : enc.octalByte(point);
	});
};

export const headers: readonly Transform[] = unlistedForms(
	['encodeURI', (secret, at) => passage(`GET https://${at.host}/?k=`, encodeURI(secret), ' 400')],
	['URL query set by assignment', through('search')],
	['URL fragment set by assignment', through('hash')],
	['URL path segment', through('pathname')],
	[
		'host name of a DNS query',
		(secret, at) => passage(`${at.log}query[A] `, hostName(secret), ` from ${at.host}`),
	],
	['URL password of an https URL', through('password')],
	[
		'RFC 8187 parameter',
		(secret) =>
			passage(
				"Content-Disposition: attachment; filename*=UTF-8''",
				enc.percentExcept(secret, /^[A-Za-z0-9!#$&+\-.^_`|~]$/),
				'\r\n',
			),
	],
	[
		'Python cookie',
		(secret, at) => passage(`Set-Cookie: sid="`, pythonCookie(secret), `"; Domain=${at.host}`),
	],
	[
		'gRPC status message',
		(secret, at) =>
			passage(`grpc-message: ${at.word}: `, enc.percentExcept(secret, /^[ -$&-~]$/), '\n'),
	],
);
