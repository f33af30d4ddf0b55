import { exactForms } from '../../../sealing/scrub/exactForms';
import { partsOf } from '../../../sealing/scrub/secretText';

/** Texts are found by their first characters, so none may be shorter. */
const KEY = 8;
/** Longer texts are searched for in pieces, so that no comparison is long. */
const PIECE = 256;
/** Of values beyond this size all together only the plain spelling is kept. */
const MOST_WITH_FORMS = 1 << 17;

/**
 * Searches for values in their exact spellings, without an index that takes time to build.
 *
 * For values that the thorough scrubber does not know yet, and those it will never hold because they
 * are too long or too many.
 */
export class PlainSearch {
	/** Every text, with how many values have it. */
	readonly #counts = new Map<string, number>();
	/** First characters -> how long texts with them are, each length with the number of its texts. */
	readonly #lengths = new Map<string, Map<number, number>>();
	/** Which pairs of characters texts begin with; some are out of date, which costs time alone. */
	readonly #begins = new Uint8Array(1 << 16);
	/** The texts of each value, so that removal undoes exactly what adding did. */
	readonly #texts = new Map<string, string[]>();
	#size = 0;

	add(value: string): void {
		if (this.#texts.has(value)) return;
		this.#size += value.length;
		const spellings = this.#size > MOST_WITH_FORMS ? [value] : spellingsOf(value);
		const texts = [...new Set(spellings.flatMap(piecesOf))];
		this.#texts.set(value, texts);
		for (const text of texts) this.#put(text);
	}

	remove(value: string): void {
		const texts = this.#texts.get(value);
		if (texts === undefined) return;
		this.#size -= value.length;
		this.#texts.delete(value);
		for (const text of texts) this.#take(text);
		if (this.#texts.size === 0) this.#begins.fill(0);
	}

	/** The text with every stretch that spells a value replaced; the same string without any. */
	scrub(text: string, placeholder: string): string {
		if (this.#texts.size === 0) return text;
		let out = '';
		let done = 0;
		let [from, to] = [0, -1];
		const replace = (): void => {
			if (to < 0) return;
			out += text.slice(done, from) + placeholder;
			done = to;
		};
		for (let at = 0; at + KEY <= text.length; at++) {
			const end = this.#endAt(text, at);
			if (end < 0) continue;
			// Secrets that overlap or touch are one stretch: nothing of the second may stay behind.
			if (at > to) {
				replace();
				from = at;
			}
			to = Math.max(to, end);
		}
		replace();
		return done === 0 ? text : out + text.slice(done);
	}

	/** Where the longest text that begins at `at` ends, -1 when none does. */
	#endAt(text: string, at: number): number {
		if (this.#begins[pairAt(text, at)] === 0) return -1;
		const lengths = this.#lengths.get(text.slice(at, at + KEY));
		let longest = -1;
		for (const length of lengths?.keys() ?? []) {
			if (length > longest && this.#counts.has(text.slice(at, at + length))) longest = length;
		}
		return longest < 0 ? -1 : at + longest;
	}

	#put(text: string): void {
		const count = this.#counts.get(text) ?? 0;
		this.#counts.set(text, count + 1);
		if (count > 0) return;
		this.#begins[pairAt(text, 0)] = 1;
		const key = text.slice(0, KEY);
		const lengths = this.#lengths.get(key) ?? new Map<number, number>();
		lengths.set(text.length, (lengths.get(text.length) ?? 0) + 1);
		this.#lengths.set(key, lengths);
	}

	#take(text: string): void {
		const count = this.#counts.get(text)!;
		if (count > 1) {
			this.#counts.set(text, count - 1);
			return;
		}
		this.#counts.delete(text);
		const key = text.slice(0, KEY);
		const lengths = this.#lengths.get(key)!;
		const left = lengths.get(text.length)! - 1;
		if (left > 0) lengths.set(text.length, left);
		else lengths.delete(text.length);
		if (lengths.size === 0) this.#lengths.delete(key);
	}
}

const pairAt = (text: string, at: number): number =>
	((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & 0xffff;

/** How often logs put JSON into JSON: a service's answer in an error, in a list of messages, in a line. */
const DEEPEST_JSON = 4;

function spellingsOf(value: string): string[] {
	const nested: string[] = [value];
	while (nested.length <= DEEPEST_JSON) nested.push(JSON.stringify(nested.at(-1)).slice(1, -1));
	const forms = partsOf(value).flatMap((part) => exactForms(part).map((form) => form.text));
	return [...nested, ...forms];
}

/** The text itself, or pieces that cover all of it; nothing for texts too short to search for. */
function piecesOf(text: string): string[] {
	if (text.length <= PIECE) return text.length < KEY ? [] : [text];
	const pieces: string[] = [];
	for (let at = 0; at < text.length; at += PIECE) {
		const from = Math.min(at, text.length - PIECE);
		pieces.push(text.slice(from, from + PIECE));
	}
	return pieces;
}
