const SHOWN = '[secret]';

/**
 * A string that does not print.
 *
 * String conversion, JSON, `util.inspect`, spread and `Object.keys` show `[secret]` or nothing.
 */
export class Secret {
	readonly #value: string;

	constructor(value: string) {
		this.#value = value;
	}

	/** The only way out. Search for `.expose(` to review every use. */
	expose(): string {
		return this.#value;
	}

	toString(): string {
		return SHOWN;
	}

	toJSON(): string {
		return SHOWN;
	}

	[Symbol.toPrimitive](): string {
		return SHOWN;
	}

	[Symbol.for('nodejs.util.inspect.custom')](): string {
		return SHOWN;
	}
}
