/**
 * The mistakes people make when they paste a secret, and what to say about each.
 *
 * `refused` is certain to fail or to be unsafe; `suspicious` is allowed with a warning, because
 * services change the look of their keys and a rule that was right last year blocks a good key today.
 */
export interface PasteMistake {
	readonly weight: 'refused' | 'suspicious';
	/** Continues "<Field> ...": what is wrong, then what to do. */
	readonly says: string;
}

/** How much a field tells about the shape of its value. */
export type PasteStyle =
	/** Machine-made: no spaces at all, outer ones are cut off before use. */
	| 'token'
	/** Chosen by a person: anything that can be typed on one line. */
	| 'password'
	/** Text of several lines, for instance a PEM key; it is checked where it is parsed. */
	| 'document';

interface Check extends PasteMistake {
	readonly matches: RegExp;
	readonly styles: readonly PasteStyle[];
}

const EVERY = ['token', 'password', 'document'] as const;
const LINE = ['token', 'password'] as const;

// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f]/;
const INVISIBLE = /[\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\ufeff]/;

/** The first match counts, so what is certain stands before what is likely. */
const CHECKS: readonly Check[] = [
	{
		matches: /^=?__n8n_(?:BLANK|EMPTY)_VALUE_/,
		styles: EVERY,
		weight: 'refused',
		says: 'holds the stand-in that n8n shows for a hidden value. Paste the value itself.',
	},
	{
		matches: /[*•●·]{3,}|…|\.{3}$/u,
		styles: ['token'],
		weight: 'refused',
		says: 'is masked: the service shows only a part of it. Copy the whole value, or create a new one.',
	},
	{
		matches: /^[*•●·]{3,}$/u,
		styles: ['password', 'document'],
		weight: 'refused',
		says: 'is masked: the service shows only stars. Copy the value itself, or create a new one.',
	},
	{
		matches: CONTROL,
		styles: LINE,
		weight: 'refused',
		says: 'contains a line break, a tab or another control character. Paste it again as one line.',
	},
	{
		matches: INVISIBLE,
		styles: ['token'],
		weight: 'refused',
		says: 'contains a character that cannot be seen, such as a zero-width space. Type it, or copy it from another place.',
	},
	{
		matches: INVISIBLE,
		styles: ['password'],
		weight: 'suspicious',
		says: 'contains a character that cannot be seen, such as a zero-width space. Check that it belongs there.',
	},
	{
		matches: /^(?:Bearer|Basic|Token|Bot|api-key:|x-api-key:|Authorization:)\s/i,
		styles: ['token'],
		weight: 'refused',
		says: 'starts with the name of a scheme or header. Paste only what follows it.',
	},
	{
		matches: /^(?:export\s+)?[A-Z][A-Z0-9]*_[A-Z0-9_]*=[^=]|^export\s+\w+=/,
		styles: LINE,
		weight: 'suspicious',
		says: 'looks like a line NAME=value of a settings file. If it is one, paste only what follows the equals sign.',
	},
	{
		matches: /\S\s+\S/,
		styles: ['token'],
		weight: 'refused',
		says: 'contains a space. Paste the value alone; a word before it, such as Token, belongs into a prefix field.',
	},
	{
		matches: /^(["'`]).*\1$/s,
		styles: LINE,
		weight: 'suspicious',
		says: 'is enclosed in quotation marks. If they are not part of it, remove them.',
	},
	{
		matches:
			/^<.*>$|^\{\{.*\}\}$|\byour[-_ ]|\bchange[-_ ]?me\b|\b(?:example|placeholder|insert)[-_ ]|example(?:key)?$|x{4,}|^(.)\1*$/is,
		styles: LINE,
		weight: 'suspicious',
		says: 'looks like a placeholder. If it is one, replace it with the real value.',
	},
	{
		matches: /^\s|\s$/,
		styles: ['password'],
		weight: 'suspicious',
		says: 'starts or ends with a space. If it does not belong there, remove it.',
	},
	{
		matches: /^\s|\s$/,
		styles: ['token'],
		weight: 'suspicious',
		says: 'starts or ends with a space. It is sent without that space.',
	},
];

/** What is wrong with a pasted value, or `null`. Values that are expressions are not looked at. */
export function findPasteMistake(value: string, style: PasteStyle): PasteMistake | null {
	if (isExpression(value)) return null;
	const looked = style === 'token' ? withoutOuterLineEnds(value) : value;
	return CHECKS.find((c) => c.styles.includes(style) && c.matches.test(looked)) ?? null;
}

/** A copied line often brings its end along; for a token that is a space like any other. */
const withoutOuterLineEnds = (value: string): string =>
	value.replace(/^[\r\n]+/, ' ').replace(/[\r\n]+$/, ' ');

/** n8n fills these in when a workflow runs, so nothing can be said about them before. */
export const isExpression = (value: unknown): boolean =>
	typeof value === 'string' && value.startsWith('=') && value.includes('{{');
