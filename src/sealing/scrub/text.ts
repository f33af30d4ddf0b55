import { mergeOverlapping, type Found, type Stretch } from './intervals';
import { defaultPlaceholder, NEUTRAL } from './placeholder';
import { Search } from './search';
import type { Hit } from './types';
import { whyWeak, type WhyWeak } from './weak';

/** A replacement can complete another secret with its neighbours; so often we look again. */
const MOST_ROUNDS = 4;
const WHOLE = 'whole value';

export interface Weakness {
	readonly name: string;
	readonly why: WhyWeak;
}

/** The registered needles, and what they do to a text. */
export class TextScrubber {
	/** value -> names, in order of registration */
	readonly #names = new Map<string, Set<string>>();
	readonly #weak = new Map<string, WhyWeak>();
	readonly #numeric = new Set<string>();
	#longestWeak = 0;
	/** Built when first needed, so that many needles can be added one by one. */
	#search: Search | null = null;
	#values: string[] = [];
	/** Placeholders of ours by the names in them, known to hold no needle. */
	readonly #safe = new Map<string, string>();

	constructor(private readonly replace: ((hit: Hit) => string) | undefined) {}

	add(name: string, value: string): void {
		if (value === '') return;
		this.#safe.clear();
		const names = this.#names.get(value);
		if (names !== undefined) {
			names.add(name);
			return;
		}
		this.#names.set(value, new Set([name]));
		const why = whyWeak(value);
		if (why === null) this.#search = null;
		else this.#weak.set(value, why);
		if (/^[-+.\deE]+$/.test(value)) this.#numeric.add(value);
		if (why !== null) this.#longestWeak = Math.max(this.#longestWeak, value.length);
	}

	remove(name: string): void {
		this.#safe.clear();
		for (const [value, names] of this.#names) {
			if (!names.delete(name) || names.size > 0) continue;
			this.#names.delete(value);
			this.#numeric.delete(value);
			if (!this.#weak.delete(value)) this.#search = null;
		}
	}

	get weak(): Weakness[] {
		return [...this.#weak].flatMap(([value, why]) =>
			[...this.#names.get(value)!].map((name) => ({ name, why })),
		);
	}

	get longestWeak(): number {
		return this.#longestWeak;
	}

	get hasNumbers(): boolean {
		return this.#numeric.size > 0;
	}

	get search(): Search {
		return this.#search ?? this.#build();
	}

	#build(): Search {
		this.#values = [...this.#names.keys()].filter((value) => !this.#weak.has(value));
		this.#search = new Search(this.#values);
		return this.#search;
	}

	/** The text without needles; the same string when there are none. */
	scrub(text: string): string {
		if (this.isWeakWhole(text)) return this.placeholder([text], text, WHOLE);
		return this.search.inText(text) === null ? text : this.scrubParts(text);
	}

	/** The same for text that is part of something larger, where weak needles do not count. */
	scrubParts(text: string): string {
		let scrubbed = text;
		for (let round = 0; round < MOST_ROUNDS; round++) {
			const found = this.search.inText(scrubbed);
			if (found === null) return scrubbed;
			scrubbed = this.replaceAll(scrubbed, mergeOverlapping(found.slice()));
		}
		return this.search.inText(scrubbed) === null ? scrubbed : NEUTRAL;
	}

	/** What a number turns into, null when it is no needle. A needle may be a number written out. */
	scrubNumber(written: string): string | null {
		return this.#numeric.has(written) ? this.placeholder([written], written, WHOLE) : null;
	}

	isWeakWhole(text: string): boolean {
		return text.length <= this.#longestWeak && this.#weak.has(text);
	}

	replaceAll(text: string, stretches: readonly Stretch[]): string {
		let out = '';
		let done = 0;
		for (const { start, end, needles, form } of stretches) {
			const values = [...needles].map((needle) => this.#values[needle]);
			const placeholder = this.placeholder(values, text.slice(start, end), form);
			out += text.slice(done, start) + quotedIfBare(text, start, end, placeholder);
			done = end;
		}
		return out + text.slice(done);
	}

	placeholder(values: readonly string[], text: string, form: string): string {
		const names = new Set(values.flatMap((value) => [...(this.#names.get(value) ?? [])]));
		return this.safePlaceholder({ names: [...names].sort(), text, form }, values);
	}

	/** Never the text of a caller's function that fails or that returns a needle. */
	private safePlaceholder(hit: Hit, values: readonly string[]): string {
		if (this.replace === undefined) return this.ownPlaceholder(hit.names);
		let placeholder: unknown;
		try {
			placeholder = this.replace(hit);
		} catch {
			// The function sees what nobody else may see, so nothing of its error is passed on.
			return this.neutral();
		}
		if (typeof placeholder !== 'string') return this.neutral();
		const tells = values.some((value) => placeholder.includes(value));
		return !tells && this.isClean(placeholder) ? placeholder : this.neutral();
	}

	private ownPlaceholder(names: readonly string[]): string {
		const key = names.join('\0');
		let placeholder = this.#safe.get(key);
		if (placeholder === undefined) {
			placeholder = defaultPlaceholder(names);
			if (!this.isClean(placeholder)) placeholder = this.neutral();
			this.#safe.set(key, placeholder);
		}
		return placeholder;
	}

	private neutral(): string {
		return this.isClean(NEUTRAL) ? NEUTRAL : '';
	}

	private isClean(placeholder: string): boolean {
		return !this.isWeakWhole(placeholder) && this.search.inText(placeholder) === null;
	}
}

/**
 * Keeps JSON what it is: numbers that are replaced become a string, and where half a quoted key
 * went with them (`{"0": 115, ...}`), the placeholder becomes a key with an empty value.
 */
function quotedIfBare(text: string, start: number, end: number, placeholder: string): string {
	if (!isDigit(text.charCodeAt(start)) || !isDigit(text.charCodeAt(end - 1))) return placeholder;
	if (!/^\s*[\],}]/.test(text.slice(end, end + 12))) return placeholder;
	const before = text.slice(Math.max(0, start - 12), start);
	const isHalfKey = before.endsWith('"') && /^\d+"\s*:/.test(text.slice(start, start + 24));
	if (isHalfKey) return `${placeholder}":""`;
	return /[[:,]\s*-?$/.test(before) ? JSON.stringify(placeholder) : placeholder;
}

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39;

export type { Found };
