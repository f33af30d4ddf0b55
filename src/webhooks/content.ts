import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { formText } from './form';
import { demand } from './refusal';
import type { Incoming } from './request';
import { snsText } from './sns';

/**
 * What was signed: a text with names in braces, such as `v0:{timestamp}:{body}`.
 *
 * `{body}` is the raw bytes; `{form}` the parameters of a form, sorted; `{body.a.b}` a field of a JSON
 * body; `{item.a}` one of the entry that the scheme names; `{setting.x}` a value of the receiver's own;
 * `{crc32}` a checksum of the body; `{sns}` the text of Amazon SNS. A star, as in `{item.a*}`, says that
 * the value may hold what separates the others.
 */
const KINDS = [
	'text',
	'body',
	'timestamp',
	'id',
	'url',
	'method',
	'form',
	'secret',
	'crc32',
	'sns',
	'field',
	'item',
	'setting',
] as const;
type Kind = (typeof KINDS)[number];

export interface Part {
	readonly kind: Kind;
	/** The text itself, the path of a field, or the name of a setting. */
	readonly text: string;
	readonly isFree: boolean;
}

const PLAIN: readonly string[] = KINDS.filter(
	(kind) => !['text', 'field', 'item', 'setting'].includes(kind),
);
const PREFIXES = { 'body.': 'field', 'item.': 'item', 'setting.': 'setting' } as const;

/** `null` when a name is not known or a brace is left over. */
export function parseTemplateOrNull(template: string): readonly Part[] | null {
	const parts: Part[] = [];
	for (const [piece] of template.matchAll(/\{[^{}]*\}|[^{}]+|[{}]/g)) {
		const part = piece.startsWith('{') ? partOf(piece.slice(1, -1)) : { kind: 'text' as const };
		if (part === null || piece === '{' || piece === '}') return null;
		parts.push({ text: piece, isFree: false, ...part });
	}
	return parts.filter(({ kind }) => kind === 'body').length <= 1 && parts.length > 0 ? parts : null;
}

function partOf(token: string): Part | null {
	const isFree = token.endsWith('*');
	const text = isFree ? token.slice(0, -1) : token;
	if (PLAIN.includes(text)) return { kind: text as Kind, text, isFree };
	for (const [prefix, kind] of Object.entries(PREFIXES)) {
		if (text.startsWith(prefix) && text.length > prefix.length) {
			return { kind, text: text.slice(prefix.length), isFree };
		}
	}
	return null;
}

/** What the parts of a content stand for in one request. */
export interface ContentSources {
	readonly incoming: Incoming;
	readonly timestamp: string | undefined;
	readonly id: string | undefined;
	readonly url: string;
	readonly secret: Uint8Array | undefined;
	readonly item: unknown;
	readonly settings: Readonly<Record<string, string>>;
}

const EXEMPT: readonly Kind[] = ['body', 'form', 'sns', 'secret'];

/**
 * The bytes that were signed.
 *
 * A value that holds what separates it from its neighbour is refused: the same bytes would then stand
 * for another request as well.
 */
export function contentOf(parts: readonly Part[], sources: ContentSources): Buffer {
	const separators = parts.slice(1, -1).filter(({ kind }) => kind === 'text');
	return Buffer.concat(
		parts.map((part) => {
			if (part.kind === 'text') return Buffer.from(part.text);
			const value = valueOf(part, sources);
			if (typeof value !== 'string') return value;
			const isClear = part.isFree || EXEMPT.includes(part.kind);
			demand(isClear || !separators.some(({ text }) => value.includes(text)), 'ambiguous_content');
			return Buffer.from(value);
		}),
	);
}

function valueOf({ kind, text }: Part, sources: ContentSources): string | Uint8Array {
	const { incoming } = sources;
	const needed = (value: string | undefined) => {
		demand(value !== undefined, 'missing_field');
		return value;
	};
	switch (kind) {
		case 'body':
			return incoming.rawBody;
		case 'timestamp':
			demand(sources.timestamp !== undefined, 'missing_timestamp');
			return sources.timestamp;
		case 'id':
			demand(sources.id !== undefined, 'missing_header');
			return sources.id;
		case 'url':
			return sources.url;
		case 'method':
			return incoming.method;
		case 'form':
			return formText(incoming);
		case 'secret':
			demand(sources.secret !== undefined, 'no_secret');
			return sources.secret;
		case 'crc32':
			return String(crc32(Buffer.from(incoming.rawBody)));
		case 'sns':
			return snsText(incoming);
		case 'field':
			return needed(incoming.field(text));
		case 'item':
			return needed(incoming.field(text, sources.item) ?? '');
		case 'setting':
			demand(Object.hasOwn(sources.settings, text), 'bad_options');
			return needed(sources.settings[text]);
		case 'text':
			return text;
	}
}
