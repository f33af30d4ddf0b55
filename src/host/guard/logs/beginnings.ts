/** So many characters of a secret tell nothing worth having. */
export const HARMLESS = 3;
/** Of a longer value only so many first characters are compared. */
const LONGEST = 256;
/** From so many values that begin alike on, their common beginning is answer enough. */
const MANY = 256;

/** Tells whether a text stops in the middle of a secret. */
export class Beginnings {
	readonly #byStart = new Map<string, Set<string>>();

	constructor(values: Iterable<string>) {
		for (const value of values) {
			const start = value.slice(0, HARMLESS + 1);
			const heads = this.#byStart.get(start) ?? new Set<string>();
			heads.add(value.slice(0, LONGEST));
			this.#byStart.set(start, heads);
		}
	}

	/** From where on the text may be the beginning of a value; its length when nowhere. */
	unfinishedFrom(text: string): number {
		const first = Math.max(0, text.length - LONGEST + 1);
		for (let at = first; at < text.length - HARMLESS; at++) {
			const heads = this.#byStart.get(text.slice(at, at + HARMLESS + 1));
			if (heads !== undefined && isBeginning(text.slice(at), heads)) return at;
		}
		return text.length;
	}
}

function isBeginning(tail: string, heads: ReadonlySet<string>): boolean {
	if (heads.size > MANY) return true;
	for (const head of heads) if (head.length > tail.length && head.startsWith(tail)) return true;
	return false;
}
