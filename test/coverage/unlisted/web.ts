import * as enc from '../encodings';
import { base64, mapped, passage, surrounded, type Passage } from '../passage';
import { noise, type Scene } from '../scene';
import { unlistedForms, type Build, type Transform } from '../transform';

/** Browsers, HTTP libraries, template engines and serializers. */

const json = (secret: string, at: Scene): Passage =>
	passage(`{"account":"${at.user}","secret":"`, enc.jsonEscaped(secret), `","n":${at.port}}`);

const quotedValue = (inner: Passage, key: string): Passage =>
	surrounded(`{"${key}":"`, mapped(inner, enc.jsonEscaped), '"}');

const markup =
	(encode: (secret: string) => string): Build =>
	(secret, at) =>
		passage(`<li id="${at.id}"><b>${at.user}</b> <code>`, encode(secret), `</code></li>`);

/** The `serialize an identifier` algorithm of CSSOM. */
const cssIdentifier = (text: string): string =>
	enc.perPoint(text, (point, char) => {
		if (point < 0x20 || point === 0x7f) return `\\${enc.hex(point, 1)} `;
		return point >= 0x80 || /[\w-]/.test(char) ? char : `\\${char}`;
	});

const NAMED: Record<string, string> = {
	'!': 'excl',
	'"': 'quot',
	'#': 'num',
	$: 'dollar',
	'%': 'percnt',
	'&': 'amp',
	"'": 'apos',
	'(': 'lpar',
	')': 'rpar',
	'*': 'ast',
	'+': 'plus',
	',': 'comma',
	'.': 'period',
	'/': 'sol',
	':': 'colon',
	';': 'semi',
	'<': 'lt',
	'=': 'equals',
	'>': 'gt',
	'?': 'quest',
	'@': 'commat',
	'[': 'lsqb',
	'\\': 'bsol',
	']': 'rsqb',
	'^': 'Hat',
	_: 'lowbar',
	'`': 'grave',
	'{': 'lcub',
	'|': 'verbar',
	'}': 'rcub',
	ä: 'auml',
	ö: 'ouml',
	ü: 'uuml',
	'\n': 'NewLine',
};

/** Every named reference of HTML that fits, numeric ones for the rest beyond ASCII. */
const htmlExtensive = (text: string): string =>
	enc.perPoint(text, (point, char) => {
		if (Object.hasOwn(NAMED, char)) return `&${NAMED[char]};`;
		return point < 0x80 ? char : `&#x${enc.upper(enc.hex(point))};`;
	});

/** OWASP's rule for attributes: everything but letters and digits as &#xHH; */
const htmlAttribute = (text: string): string =>
	enc.perPoint(text, (point, char) =>
		/[A-Za-z0-9]/.test(char) ? char : `&#x${enc.upper(enc.hex(point))};`,
	);

/** Gson writes JSON that is safe in HTML by default, `=` and `'` included. */
const gson = (text: string): string =>
	enc
		.jsonEscaped(text)
		.replace(/[<>&='\u2028\u2029]/g, (char) => `\\u${enc.hex(char.charCodeAt(0), 4)}`);

const handlebars = (text: string): string =>
	enc.tabled(text, {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
		"'": '&#x27;',
		'`': '&#x60;',
		'=': '&#x3D;',
	});

const xmlAttribute = (text: string): string =>
	enc.tabled(enc.htmlNamed(text), { '\n': '&#10;', '\t': '&#9;', '\r': '&#13;' });

const nested: readonly Transform[] = unlistedForms(
	[
		'JSON in JSON in JSON',
		(secret, at) => quotedValue(quotedValue(json(secret, at), 'body'), 'event'),
	],
	[
		'JSON in JSON in JSON in JSON',
		(secret, at) => quotedValue(quotedValue(quotedValue(json(secret, at), 'a'), 'b'), at.word),
	],
	[
		'ASCII JSON in JSON',
		(secret, at) =>
			quotedValue(passage(`{"u":"${at.user}","p":"`, enc.asciiJson(secret), '"}'), 'payload'),
	],
	[
		'JSON in a URL query',
		(secret, at) =>
			surrounded(`GET /hook?data=`, mapped(json(secret, at), encodeURIComponent), ' 200'),
	],
	[
		'JSON in a form body',
		(secret, at) => surrounded('payload=', mapped(json(secret, at), enc.formEncoded), '&v=2'),
	],
	[
		'JSON in a CSV cell',
		(secret, at) =>
			surrounded(
				`${at.id},"`,
				mapped(json(secret, at), (text) => text.replaceAll('"', '""')),
				`",${at.port}`,
			),
	],
	[
		'JSON in a SQL literal',
		(secret, at) =>
			surrounded(`VALUES (${at.port}, '`, mapped(json(secret, at), enc.doubledQuote), "');"),
	],
	[
		'JSON in a MySQL dump',
		(secret, at) =>
			surrounded(
				`(${at.port},'`,
				mapped(json(secret, at), (text) => enc.cQuoted(text, /['"\\]/g)),
				"'),",
			),
	],
	[
		'JSON in shell single quotes',
		(secret, at) => surrounded(`curl -d '`, mapped(json(secret, at), enc.shellSingle), "'"),
	],
	[
		'hex of JSON',
		(secret, at) => surrounded(`${at.log} 0x`, mapped(json(secret, at), enc.hexOf), ''),
	],
	['Go JSON', (secret, at) => passage(`{"id":"${at.id}","pw":"`, enc.goJson(secret), '"}')],
	['Gson JSON', (secret, at) => passage(`{"id":"${at.id}","pw":"`, gson(secret), '"}')],
	[
		'HTML in Go JSON',
		(secret, at) =>
			passage(`{"html":"\\u003cb\\u003e`, enc.goJson(enc.htmlNamed(secret)), `${at.id}"}`),
	],
	[
		'JSON in an HTML attribute',
		(secret, at) =>
			surrounded(`<div data-props="`, mapped(json(secret, at), enc.htmlNamed), '"></div>'),
	],
	[
		'percent in an HTML attribute',
		(secret, at) =>
			passage(
				`<a href="https://${at.host}/?v=1&amp;k=`,
				encodeURIComponent(secret).replaceAll("'", '&#39;'),
				'">link</a>',
			),
	],
	[
		'percent three times',
		(secret, at) =>
			passage(
				`${at.log}next=`,
				encodeURIComponent(encodeURIComponent(encodeURIComponent(secret))),
				'&x=1',
			),
	],
	[
		'base64 in a URL query',
		(secret, at) =>
			surrounded(
				`GET /cb?state=`,
				mapped(base64(passage(`${at.user}|`, secret, '|1')), encodeURIComponent),
				' 302',
			),
	],
	[
		'base64 in hex',
		(secret, at) =>
			surrounded(at.log, mapped(base64(passage(`${at.user}:`, secret)), enc.hexOf), ' end'),
	],
	[
		'percent of a form value in base64',
		(secret, at) =>
			surrounded(`body=`, base64(passage(`user=${at.user}&p=`, enc.formEncoded(secret), '&a=1'))),
	],
	[
		'JWT payload',
		(secret, at) =>
			surrounded(
				`Bearer eyJhbGciOiJIUzI1NiJ9.`,
				base64(json(secret, at), 'base64url'),
				`.${noise(at, 43, 43)}`,
			),
	],
	[
		'Docker registry login in a Kubernetes Secret',
		(secret, at) => {
			const auth = base64(passage(`${at.user}:`, secret));
			const config = surrounded(`{"auths":{"${at.host}":{"auth":"`, auth, '"}}}');
			return surrounded('  .dockerconfigjson: ', base64(config), '\ntype: kubernetes.io/x\n');
		},
	],
	[
		'SOAP document inside an XML string',
		(secret, at) =>
			surrounded(
				`<msg id="${at.id}">`,
				mapped(passage('<pw>', enc.xmlEscaped(secret), '</pw>'), enc.xmlEscaped),
				'</msg>',
			),
	],
);

const pages: readonly Transform[] = unlistedForms(
	['HTML escaped twice', markup((secret) => enc.htmlNamed(enc.htmlNamed(secret)))],
	[
		'numeric HTML with leading zeros',
		markup((secret) => enc.perPoint(secret, (point) => `&#${String(point).padStart(7, '0')};`)),
	],
	[
		'numeric HTML without semicolons',
		markup((secret) => enc.perPoint(secret, (point) => `&#${point}`)),
	],
	['HTML with every named reference', markup(htmlExtensive)],
	['HTML attribute, OWASP', markup(htmlAttribute)],
	['Handlebars', markup(handlebars)],
	[
		'XML attribute',
		(secret, at) => passage(`<add key="${at.word}" value="`, xmlAttribute(secret), '"/>'),
	],
	['CSS identifier', (secret) => passage('#', cssIdentifier(secret), ' { color: red }')],
	[
		'CSS string',
		(secret) =>
			passage(
				'content: "',
				enc.perPoint(secret, (point, char) =>
					/[A-Za-z0-9]/.test(char) ? char : `\\${enc.hex(point, 6)}`,
				),
				'";',
			),
	],
);

export const web: readonly Transform[] = [...nested, ...pages];
