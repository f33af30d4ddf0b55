import type { INodeProperties } from 'n8n-workflow';
import { loginNeedles } from '../../kinds/basic';
import type { Needle } from '../../kinds/kind';

type Fields = Readonly<Record<string, unknown>>;

/** Parts of an OAuth token that are as good as a password. */
const TOKEN_FIELDS =
	/^(access_?token|refresh_?token|id_?token|oauth_token|oauth_token_secret|client_secret)$/i;

/** Header names whose values describe a format; a JSON of headers may hold them beside secrets. */
const FORMAT_FIELDS = /^(accept(-.*)?|content-type|user-agent|cache-control)$/i;

/**
 * The secret values of a credential that Sealbox did not define, found by its form: password
 * fields, session tokens, JSON fields that the host blanks leaf by leaf, and OAuth tokens.
 *
 * Names are field names, values are never shown.
 */
export function secretsOf(form: readonly INodeProperties[], data: Fields): Needle[] {
	return [
		...form.flatMap((property) => inField(property, data[property.name])),
		...inToken(data.oauthTokenData),
	];
}

function inField(property: INodeProperties, value: unknown): Needle[] {
	const { name, typeOptions, options = [] } = property;
	if (typeOptions?.redactJsonLeaves) return leavesOf(name, parsedOrValue(value));
	if (typeOptions?.password || typeOptions?.expirable) return needle(name, value);
	if (typeof value !== 'object' || value === null) return [];
	return options.flatMap((option) => {
		if ('values' in option) return inGroup(option.values, (value as Fields)[option.name]);
		return 'type' in option ? inField(option, (value as Fields)[option.name]) : [];
	});
}

function inGroup(form: readonly INodeProperties[], rows: unknown): Needle[] {
	return [rows]
		.flat()
		.filter((row): row is Fields => typeof row === 'object' && row !== null)
		.flatMap((row) => form.flatMap((property) => inField(property, row[property.name])));
}

function inToken(token: unknown): Needle[] {
	const fields = parsedOrValue(token);
	if (typeof fields !== 'object' || fields === null) return [];
	return Object.entries(fields).flatMap(([name, value]) => {
		if (typeof value === 'object') return inToken(value);
		return TOKEN_FIELDS.test(name) ? needle(name, value) : [];
	});
}

function leavesOf(name: string, value: unknown): Needle[] {
	if (typeof value !== 'object' || value === null) return needle(name, value);
	return Object.entries(value).flatMap(([key, leaf]) =>
		FORMAT_FIELDS.test(key) ? [] : leavesOf(key, leaf),
	);
}

/** A JSON field holds text or an object; text that is no JSON is taken as one secret. */
function parsedOrValue(value: unknown): unknown {
	if (typeof value !== 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}

const needle = (name: string, value: unknown): Needle[] =>
	(typeof value === 'string' && value !== '') || typeof value === 'number'
		? [{ name, value: String(value) }]
		: [];

/** What a header's value may begin with; RFC 9110 section 11.1 and the schemes that services made up. */
const SCHEME = /^(basic|bearer|token|bot|key|api-?key|apitoken|geniekey|ghost)\s+(\S+)$/i;

/**
 * The needles, and what is inside those that are a whole header: a service may show the token without
 * its scheme, or the password that a Basic login stands for.
 */
export const spelledOut = (needles: readonly Needle[]): Needle[] =>
	needles.flatMap((each) => [each, ...insideOf(each)]);

function insideOf({ name, value }: Needle): Needle[] {
	const [, scheme = '', rest = ''] = SCHEME.exec(value.trim()) ?? [];
	if (rest === '') return [];
	const login = /^basic$/i.test(scheme) ? Buffer.from(rest, 'base64').toString('utf8') : '';
	const [user = '', ...others] = login.split(':');
	const isLogin = others.length > 0 && isText(login);
	return [{ name, value: rest }, ...(isLogin ? loginNeedles(user, others.join(':')) : [])];
}

/** What is no base64 comes out as something that nobody has as a password. */
const isText = (text: string): boolean => !/[\p{Cc}\ufffd]/u.test(text);
