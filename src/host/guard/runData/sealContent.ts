import type { Hit } from '../../../sealing/scrub/types';
import { TOKEN_PREFIX, tokensIn } from '../../../sealing/sealedToken';
import { fillPlaceholders, placeholdersIn, type Needle, type NeedleSet } from '../needles';

/** What goes into a token: text, or a piece of flattened data with its number and the number of pieces. */
export type Content = readonly ['s', string] | readonly ['j', string, number, number];

/** Makes a token; without a needle it stands for text that belongs to nobody. */
export type MakeToken = (needle: Needle | undefined, content: Content) => string;

/** The text that the host stores of an object, which may have cycles, and back. */
export interface StoredForm {
	stringify(value: unknown): string;
	parse(text: string): unknown;
}

/** Longer values become several tokens, each of a length that regular expressions can take. */
const LONGEST_PIECE = 64 * 1024;

type Rec = Record<string, unknown>;

/**
 * Seals every secret in content (what items, parameters, errors and messages hold) and answers with a
 * copy that shares what is clean with the original; the same reference when all of it is.
 *
 * 1. One search over the whole value leaves placeholders where something was found.
 * 2. Where copy and original differ, placeholders become tokens.
 * 3. Putting the hits back has to give the original text; where it does not, and where something
 *    else than text was changed, the original becomes one token.
 */
export class ContentSealer {
	#hits: readonly Hit[] = [];
	/** What became of the objects that were merged so far: the same object may come again, or hold itself. */
	#copies = new Map<object, unknown>();

	constructor(
		private readonly needles: NeedleSet,
		private readonly makeToken: MakeToken,
		private readonly form: StoredForm,
		/** Told when something could not be searched and was sealed whole. */
		private readonly note?: () => void,
	) {}

	seal<T>(content: T): T {
		return this.#attempt(content, () => {
			const { value, hits } = this.needles.search(content);
			this.#hits = hits;
			this.#copies = new Map();
			return this.#merge(content, value) as T;
		});
	}

	/** Seals it whole, as one value. */
	whole(content: unknown, needle?: Needle): string {
		const isText = typeof content === 'string';
		const text = isText ? content : this.form.stringify(content ?? null);
		const pieces: string[] = [];
		for (let at = 0; at < Math.max(1, text.length); at += LONGEST_PIECE) {
			pieces.push(text.slice(at, at + LONGEST_PIECE));
		}
		return pieces
			.map((piece, part): Content => (isText ? ['s', piece] : ['j', piece, part, pieces.length]))
			.map((part) => this.makeToken(needle, part))
			.join('');
	}

	/** What cannot be searched is sealed whole: nothing leaks, and nothing is lost. */
	#attempt<T>(content: T, seal: () => T): T {
		try {
			return seal();
		} catch {
			this.note?.();
			return this.whole(content) as T;
		}
	}

	#merge(original: unknown, scrubbed: unknown): unknown {
		if (scrubbed === original || Object.is(scrubbed, original)) return original;
		if (typeof original === 'string') return this.#text(original, scrubbed);
		if (this.#copies.has(original as object)) return this.#copies.get(original as object);
		if (Array.isArray(original)) return this.#array(original, scrubbed);
		if (isPlain(original)) return this.#record(original, scrubbed);
		if (typeof original !== 'object' || original === null) return this.#whole(original, scrubbed);
		return this.#exotic(original);
	}

	#text(original: string, scrubbed: unknown): string {
		if (typeof scrubbed !== 'string') return this.whole(original);
		if (this.#restored(scrubbed) !== original) return this.#whole(original, scrubbed);
		const tokens: string[] = [];
		const sealed = fillPlaceholders(scrubbed, (number) => {
			const hit = this.#hits[number];
			const token = this.whole(this.#restored(hit.text), this.needles.needleOf(hit));
			tokens.push(...tokensIn(token).map(({ text }) => text));
			return token;
		});
		// Text around the tokens must not make another one out of them.
		const found = tokensIn(sealed).map(({ text }) => text);
		const isExact = found.length === tokens.length && found.every((text, i) => text === tokens[i]);
		const isWhole = sealed.split(TOKEN_PREFIX).length - 1 === tokens.length;
		return isExact && isWhole ? sealed : this.#whole(original, scrubbed);
	}

	/** A hit of a later look may lie over placeholders of an earlier one. */
	#restored(text: string): string {
		return fillPlaceholders(text, (number) => {
			const hit = this.#hits[number];
			return hit === undefined || number >= this.#hits.length ? '' : this.#restored(hit.text);
		});
	}

	/** One token for a value, with the name of the first needle that was found in it. */
	#whole(original: unknown, scrubbed: unknown): string {
		const [first] = placeholdersIn(typeof scrubbed === 'string' ? scrubbed : '');
		const hit = this.#hits[first ?? 0] ?? this.#hits.at(-1);
		return this.whole(original, this.needles.needleOf(hit));
	}

	#array(original: unknown[], scrubbed: unknown): unknown {
		const isSame = Array.isArray(scrubbed) && scrubbed.length === original.length;
		// Numbers that spell a secret have no place for a token among them.
		const isNumbers = original.some((item, i) => isNumber(item) && isSame && item !== scrubbed[i]);
		if (!isSame || isNumbers) return this.#whole(original, undefined);
		const copy: unknown[] = [];
		this.#copies.set(original, copy);
		original.forEach((item, i) => (copy[i] = this.#merge(item, scrubbed[i])));
		return copy;
	}

	#record(original: Rec, scrubbed: unknown): unknown {
		const keys = Object.keys(original);
		const after = isPlain(scrubbed) ? Object.keys(scrubbed) : [];
		if (!isPlain(scrubbed) || keys.length !== after.length || keys.includes('__proto__')) {
			return this.#whole(original, undefined);
		}
		if (/^\d+$/.test(keys[0] ?? '') && keys.some((key, i) => key !== after[i])) {
			return this.#whole(original, undefined);
		}
		const copy: Rec = {};
		this.#copies.set(original, copy);
		keys.forEach((key, i) => {
			const name = key === after[i] ? key : this.#text(key, after[i]);
			copy[name] = this.#merge(original[key], scrubbed[after[i]]);
		});
		return copy;
	}

	/** Class instances, errors, maps: what is stored of them is JSON, so that is what is sealed. */
	#exotic(original: object): unknown {
		const stored = asStored(this.form, original);
		const { value, hits } = this.needles.search(stored);
		const outer = this.#hits;
		this.#hits = hits;
		const merged = this.#merge(stored, value);
		this.#hits = outer;
		this.#copies.set(original, merged);
		return merged;
	}
}

/** The plain form of an object that is more than JSON, as the host would store it. */
export const asStored = (form: StoredForm, value: unknown): unknown =>
	value === undefined ? undefined : form.parse(form.stringify(value));

const isNumber = (value: unknown): value is number => typeof value === 'number';

function isPlain(value: unknown): value is Rec {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype = Object.getPrototypeOf(value) as object | null;
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
