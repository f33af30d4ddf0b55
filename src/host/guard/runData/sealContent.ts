import type { Hit } from '../../../sealing/scrub/types';
import { TOKEN_PREFIX, tokensIn, type FoundToken } from '../../../sealing/sealedToken';
import { fillPlaceholders, placeholdersIn, type Needle, type NeedleSet } from '../needles';

/**
 * What goes into a token: text; or a piece of a value as the host would store it, with the number of
 * the piece and how many there are: `j` for the value itself, `w` for the record around the token.
 */
export type Content = readonly ['s', string] | readonly ['j' | 'w', string, number, number];

/** Makes a token; without a needle it stands for text that belongs to nobody. */
export type MakeToken = (needle: Needle | undefined, content: Content) => string;

/** How the host writes data down, and back: what is shared or holds itself stays so. */
export interface StoredForm {
	stringify(value: unknown): string;
	parse(text: string): unknown;
}

/** What is left of a value once the host has stored it. */
export const asStored = (form: StoredForm, value: unknown): unknown =>
	value === undefined ? undefined : form.parse(form.stringify(value));

/** Longer values become several tokens, each of a length that regular expressions can take. */
const LONGEST_PIECE = 64 * 1024;

/** Shorter than any frame: what only looks like a token is text. */
const SHORTEST_FRAME = 100;
const hasFrame = ({ frame }: FoundToken): boolean => frame.length >= SHORTEST_FRAME;

/** Text whose tokens stay as they are, each part between them sealed by itself. */
export function aroundTokens(text: string, seal: (part: string) => string): string {
	let out = '';
	let done = 0;
	for (const { start, text: token } of tokensIn(text).filter(hasFrame)) {
		out += seal(text.slice(done, start)) + token;
		done = start + token.length;
	}
	return out + seal(text.slice(done));
}

/** The one field of a record that was sealed whole. */
export const WHOLE = 'sealed';

type Rec = Record<string, unknown>;

/**
 * Seals every secret in content (what items, parameters, errors and messages hold) and answers with a
 * copy that shares what is clean with the original; the same reference when all of it is.
 *
 * 1. One search over the whole value leaves placeholders where something was found.
 * 2. Where copy and original differ, placeholders become tokens.
 * 3. Putting the hits back has to give the original text; where it does not, and where something
 *    else than text was changed, the original becomes one token. A record stays a record then.
 */
export class ContentSealer {
	#hits: readonly Hit[] = [];
	/** Objects that were dealt with, for what is shared and for cycles. */
	#done = new Map<object, unknown>();
	#keepsTokens = false;

	constructor(
		private readonly needles: NeedleSet,
		private readonly makeToken: MakeToken,
		private readonly form: StoredForm,
		/** Told when something could not be searched and was sealed whole. */
		private readonly note?: () => void,
	) {}

	/** From now on, text that has the form of a token stays: for what people put together themselves. */
	keepingTokens(): this {
		this.#keepsTokens = true;
		return this;
	}

	/** What cannot be searched is sealed whole: nothing leaks, and nothing is lost. */
	seal<T>(content: T): T {
		try {
			return this.#searched(content) as T;
		} catch {
			this.note?.();
			return this.whole(content) as T;
		}
	}

	/** Seals it whole, as one value; a record becomes a record with one field. */
	whole(original: unknown, needle?: Needle): unknown {
		if (typeof original === 'string') return this.#tokens(original, 's', needle);
		const text = this.form.stringify(original ?? null);
		const stored = this.form.parse(text);
		return isPlain(stored)
			? { [WHOLE]: this.#tokens(text, 'w', needle) }
			: this.#tokens(text, 'j', needle);
	}

	#tokens(text: string, kind: Content[0], needle?: Needle): string {
		const pieces: string[] = [];
		for (let at = 0; at < Math.max(1, text.length); at += LONGEST_PIECE) {
			pieces.push(text.slice(at, at + LONGEST_PIECE));
		}
		return pieces
			.map((piece, i): Content => (kind === 's' ? [kind, piece] : [kind, piece, i, pieces.length]))
			.map((content) => this.makeToken(needle, content))
			.join('');
	}

	#searched(content: unknown): unknown {
		const outer = { hits: this.#hits, done: this.#done };
		try {
			const { value, hits } = this.needles.search(content);
			this.#hits = hits;
			this.#done = new Map();
			return this.#merge(content, value);
		} finally {
			this.#hits = outer.hits;
			this.#done = outer.done;
		}
	}

	#merge(original: unknown, scrubbed: unknown): unknown {
		if (Object.is(scrubbed, original)) return original;
		if (typeof original === 'string') return this.#text(original, scrubbed);
		if (typeof original !== 'object' || original === null) return this.#whole(original, scrubbed);
		if (this.#done.has(original)) return this.#done.get(original);
		const merged = Array.isArray(original)
			? this.#array(original, scrubbed)
			: isPlain(original)
				? this.#record(original, scrubbed)
				: this.#exotic(original);
		this.#done.set(original, merged);
		return merged;
	}

	#text(original: string, scrubbed: unknown): string {
		const holdsTokens = this.#keepsTokens && tokensIn(original).some(hasFrame);
		if (!holdsTokens) return this.#sealedText(original, scrubbed);
		return aroundTokens(original, (part) => String(this.#searched(part)));
	}

	#sealedText(original: string, scrubbed: unknown): string {
		if (typeof scrubbed !== 'string' || this.#restored(scrubbed) !== original) {
			return this.#wholeText(original, scrubbed);
		}
		const tokens: string[] = [];
		const sealed = fillPlaceholders(scrubbed, (number) => {
			const hit = this.#hits[number];
			const token = this.#tokens(this.#restored(hit.text), 's', this.needles.needleOf(hit));
			tokens.push(...tokensIn(token).map(({ text }) => text));
			return token;
		});
		// Text around the tokens must not make another one out of them.
		const found = tokensIn(sealed).map(({ text }) => text);
		const isExact = found.length === tokens.length && found.every((text, i) => text === tokens[i]);
		const isAll = sealed.split(TOKEN_PREFIX).length - 1 === tokens.length;
		return isExact && isAll ? sealed : this.#wholeText(original, scrubbed);
	}

	/** A hit of a later look may lie over placeholders of an earlier one. */
	#restored(text: string): string {
		return fillPlaceholders(text, (number) => {
			const hit = this.#hits[number];
			return hit === undefined ? '' : this.#restored(hit.text);
		});
	}

	/** With the name of the first needle that was found in it. */
	#whole(original: unknown, scrubbed: unknown): unknown {
		return this.whole(original, this.#needleIn(scrubbed));
	}

	#wholeText(original: string, scrubbed: unknown): string {
		return this.#tokens(original, 's', this.#needleIn(scrubbed));
	}

	#needleIn(scrubbed: unknown): Needle | undefined {
		const [first] = placeholdersIn(typeof scrubbed === 'string' ? scrubbed : '');
		const hit = this.#hits[first ?? 0] ?? this.#hits.at(-1);
		return this.needles.needleOf(hit);
	}

	#array(original: unknown[], scrubbed: unknown): unknown {
		const isSame = Array.isArray(scrubbed) && scrubbed.length === original.length;
		// Numbers that spell a secret have no place for a token among them.
		const isNumbers = original.some((item, i) => isNumber(item) && isSame && item !== scrubbed[i]);
		if (!isSame || isNumbers) return this.#whole(original, undefined);
		const copy: unknown[] = new Array(original.length);
		this.#done.set(original, copy);
		original.forEach((item, i) => (copy[i] = this.#merge(item, scrubbed[i])));
		return copy;
	}

	#record(original: Rec, scrubbed: unknown): unknown {
		const keys = Object.keys(original);
		const after = isPlain(scrubbed) ? Object.keys(scrubbed) : [];
		// Keys that are numbers are in the order of the numbers, wherever one of them was found.
		const isMoved = /^\d+$/.test(keys[0] ?? '') && keys.some((key, i) => key !== after[i]);
		const isOdd = isMoved || keys.length !== after.length || keys.includes('__proto__');
		if (isOdd || !isPlain(scrubbed)) return this.#whole(original, undefined);
		const copy: Rec = {};
		this.#done.set(original, copy);
		keys.forEach((key, i) => {
			const name = key === after[i] ? key : this.#text(key, after[i]);
			copy[name] = this.#merge(original[key], scrubbed[after[i]]);
		});
		return copy;
	}

	/** Class instances, errors, maps: what is stored of them is JSON, so that is what is sealed. */
	#exotic(original: object): unknown {
		const stored = asStored(this.form, original);
		const sealed = this.#searched(stored);
		// Bytes in which something was found are not clean because their list of numbers looks so.
		return sealed === stored && ArrayBuffer.isView(original) ? this.whole(stored) : sealed;
	}
}

const isNumber = (value: unknown): value is number => typeof value === 'number';

export function isPlain(value: unknown): value is Rec {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype = Object.getPrototypeOf(value) as object | null;
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
