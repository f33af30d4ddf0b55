import type { Learned, LearnedSecret } from './shapes';
import { isPending, isPublicPem, secretsInside } from './values';

/** No honest credential has more; to search for more would slow down everybody's runs. */
export const MOST_SECRETS = 500;
/** UTF-16 units of all values together: a dozen private keys. */
export const MOST_UNITS = 50_000;
const LONGEST_KEY = 40;
const LONGEST_FIELD = 120;

/** The name of what lies under `key`, in characters that a sealed token may hold. */
export function fieldAt(parent: string, key: string): string {
	const own = key.slice(0, LONGEST_KEY).replace(/[^\w-]/g, '_');
	const field = parent === '' ? own : `${parent}.${own}`;
	return field.length > LONGEST_FIELD ? parent : field;
}

/** The secrets found so far in one credential: each value once, within the limits. */
export class Finds {
	readonly #byValue = new Map<string, LearnedSecret>();
	#unitsLeft = MOST_UNITS;
	#cut = false;

	/** A secret, and what in it is one of its own. */
	secret(field: string, text: string): void {
		const value = literalOf(text);
		if (value === null || isPublicPem(value)) return;
		this.#put(field, value);
		this.inside(field, value);
	}

	/** What is secret in a value that is not secret as a whole. */
	inside(field: string, text: string): void {
		const value = literalOf(text);
		if (value === null) return;
		for (const inside of secretsInside(value)) {
			this.#put(inside.part === '' ? field : fieldAt(field, inside.part), inside.value);
		}
	}

	/** A secret made of others: as it is. */
	derived(field: string, value: string): void {
		this.#put(field, value);
	}

	/** Something was left out. */
	cut(): void {
		this.#cut = true;
	}

	/** Whatever comes now is left out. */
	get isFull(): boolean {
		return this.#cut && this.#byValue.size >= MOST_SECRETS;
	}

	get count(): number {
		return this.#byValue.size;
	}

	get learned(): Learned {
		return { secrets: [...this.#byValue.values()], cut: this.#cut };
	}

	#put(field: string, value: string): void {
		if (value.trim() === '' || this.#byValue.has(value)) return;
		if (this.#byValue.size >= MOST_SECRETS || value.length > this.#unitsLeft) {
			this.#cut = true;
			return;
		}
		this.#unitsLeft -= value.length;
		this.#byValue.set(value, { field, value });
	}
}

/** An expression without anything to resolve stands for its text. */
function literalOf(text: string): string | null {
	if (isPending(text)) return null;
	return text.startsWith('=') ? text.slice(1) : text;
}
