import { Buffer } from 'node:buffer';
import { isPlatformKey } from '../../../sealing/mask';
import { isSecretName } from './names';

/** A secret inside a value; `part` is what it is called there, empty for the value's own. */
export interface Inside {
	readonly part: string;
	readonly value: string;
}

/** Longer ones are keys, certificates and documents, not addresses or headers. */
const LONGEST_TAKEN_APART = 16_384;

const KNOWN_SCHEME =
	/^(?:basic|bearer|token|bot|key|api-?key|api-?token|oauth|jwt|ssws|geniekey|ghost|splunk)$/i;
const SCHEME = /^([a-z][\w-]{0,40})[ \t]+(\S+)$/i;
const PAIR = /^[\w-]+="?([^"=][^"]*)"?$/;
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;
const PUBLIC_PEM =
	/-----BEGIN ((?:[A-Z\d]+ )*(?:PUBLIC KEY|CERTIFICATE|CERTIFICATE REQUEST|CRL|PARAMETERS))-----[^-]*-----END \1-----/g;
const PRIVATE_PEM = /-----BEGIN [A-Z ]*PRIVATE KEY/;

/** Not yet a value: an expression that the host will resolve, or the stand-in of its editor. */
export const isPending = (value: string): boolean =>
	(value.startsWith('=') && value.includes('{{')) || /^=?__n8n_(?:BLANK|EMPTY)_VALUE_/.test(value);

/** Made by a machine, to all appearance: long, one piece, letters and digits. */
export const looksLikeKey = (value: string): boolean =>
	value.length >= 16 &&
	/^[\w.~+/=:$-]+$/.test(value) &&
	/\d/.test(value) &&
	/[a-z]/i.test(value) &&
	!/:\/\/|^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?::\d+)?$/i.test(value);

/** Certificates and public keys, whatever the field is marked as: every server shows its own to all. */
export const isPublicPem = (value: string): boolean =>
	value.includes('-----BEGIN ') && value.replace(PUBLIC_PEM, '').trim() === '';

/** Addresses that let in whoever knows them. */
const KEY_ADDRESS =
	/^https:\/\/(?:hooks\.slack\.com\/services|discord(?:app)?\.com\/api\/webhooks|[\w-]+\.webhook\.office\.com\/webhook\w*|api\.telegram\.org\/bot\d+:)/i;

/** A secret in whatever field it stands: a private key, a signed token, a platform's API key. */
export function isSecretByItself(value: string): boolean {
	if (value.startsWith('https:')) return KEY_ADDRESS.test(value);
	return PRIVATE_PEM.test(value) || JWT.test(value) || isPlatformKey(value);
}

/** What stands in a value of any field that is a secret of its own: passwords of addresses and the like. */
export function secretsInside(value: string): Inside[] {
	if (value.length > LONGEST_TAKEN_APART) return [];
	return [...afterScheme(value), ...inUserInfo(value), ...inPairs(value)];
}

/** `Bearer xyz` gives `xyz`, `Basic ...` also the login that it stands for. */
function afterScheme(value: string): Inside[] {
	const [, scheme = '', rest = ''] = SCHEME.exec(value.trim()) ?? [];
	const token = PAIR.exec(rest)?.[1] ?? rest;
	if (token === '' || !(KNOWN_SCHEME.test(scheme) || looksLikeKey(token))) return [];
	const tokens = [...new Set([rest, token])].map((each) => ({ part: '', value: each }));
	return /^basic$/i.test(scheme) ? [...tokens, ...inLogin(rest)] : tokens;
}

function inLogin(base64: string): Inside[] {
	const login = Buffer.from(base64, 'base64').toString('utf8');
	const colon = login.indexOf(':');
	// What is no base64 comes out as something that nobody has as a password.
	if (colon < 0 || /[\p{Cc}\ufffd]/u.test(login)) return [];
	const password = login.slice(colon + 1);
	return [
		{ part: '', value: login },
		{ part: '', value: password === '' ? login.slice(0, colon) : password },
	];
}

const USER_INFO = /([a-z][a-z\d+.-]*):\/\/([^\s/?#]*)@/gi;
/** Drivers take a password with `/`, `?` or `#` in it, where a browser would not. */
const LOOSE_USER_INFO = /^(?!https?:)[a-z][a-z\d+.-]*:\/\/([^\s/?#@]*?:\S*)@/i;

/** The password of `mongodb://user:password@host`, as written and decoded. */
function inUserInfo(value: string): Inside[] {
	if (!value.includes('://') || !value.includes('@')) return [];
	const strict = [...value.matchAll(USER_INFO)].map(([, , info = '']) => info);
	const infos = strict.length > 0 ? strict : [LOOSE_USER_INFO.exec(value)?.[1] ?? ''];
	return infos.flatMap((info) => {
		const colon = info.indexOf(':');
		const password = colon < 0 ? info : info.slice(colon + 1);
		// Without a password it is a key in place of the user, or a user that anybody may know.
		if (password === '' || (colon < 0 && !looksLikeKey(password))) return [];
		return [{ part: '', value: value.trim() }, ...spellings('password', password)];
	});
}

const PAIRS = /(?:^|[?&;,\s])([\w.-]+)\s*=\s*("[^"]*"|'[^']*'|[^&;,\s#]+)/g;

/** The secret ones of `?name=value&...` and of `Name=value;...`. */
function inPairs(value: string): Inside[] {
	if (!value.includes('=')) return [];
	return [...value.matchAll(PAIRS)].flatMap(([, name = '', quoted = '']) => {
		const text = quoted.replace(/^(["'])(.*)\1$/, '$2');
		if (text === '' || !(isSecretName(name) || /^(?:sig|auth)$/i.test(name))) return [];
		return spellings(name, text);
	});
}

const spellings = (part: string, raw: string): Inside[] =>
	[...new Set([raw, decoded(raw)])].map((value) => ({ part, value }));

function decoded(raw: string): string {
	try {
		return decodeURIComponent(raw);
	} catch {
		// A percent sign that stands for itself.
		return raw;
	}
}

const OPEN_VALUES =
	/^(?:true|false|null|none|undefined|yes|no|on|off|[a-z]+\/[\w.+*-]+(?:\s*;.*)?|\d{4}-\d\d-\d\d(?:[T ][\d:.]+Z?)?|v?\d+(?:\.\d+){0,2}|[a-z][a-z\d+.-]*:\/\/[^\s?#@]*|[^\s@]+@[^\s@]+\.[a-z]{2,})$/i;

/** A value that says of itself that anybody may know it: a content type, a date, an address. */
export const isPublicValue = (value: string): boolean =>
	OPEN_VALUES.test(value.trim()) && !/^\d{6,}$/.test(value.trim());
