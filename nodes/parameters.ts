import type { IExecuteFunctions, INodeParameters } from 'n8n-workflow';

/**
 * The parameters of a node, read item by item.
 *
 * A parameter without an expression is the same for every item, so that it is read once; a thousand
 * items would otherwise cost a thousand evaluations of each.
 */
export class Parameters {
	readonly #raw: INodeParameters;
	readonly #constants = new Map<string, unknown>();
	readonly #isConstant = new Map<string, boolean>();

	constructor(readonly context: IExecuteFunctions) {
		this.#raw = context.getNode().parameters;
	}

	/** The value for an item; the fallback when the form does not show the parameter. */
	get<T>(name: string, itemIndex: number, fallback: T): T {
		if (!this.#holdsNoExpression(name)) return this.#read(name, itemIndex, fallback);
		if (!this.#constants.has(name)) {
			this.#constants.set(name, this.#read(name, itemIndex, fallback));
		}
		return this.#constants.get(name) as T;
	}

	/** The value of a list of choices. */
	choice(name: string, itemIndex: number, fallback: string): string {
		return this.get<string>(name, itemIndex, fallback);
	}

	/** As stored, expressions not evaluated. */
	raw(path: string): unknown {
		return path
			.split('.')
			.reduce<unknown>((value, key) => (value as INodeParameters | undefined)?.[key], this.#raw);
	}

	#read<T>(name: string, itemIndex: number, fallback: T): T {
		return this.context.getNodeParameter(name, itemIndex, fallback) as T;
	}

	#holdsNoExpression(name: string): boolean {
		const known = this.#isConstant.get(name);
		if (known !== undefined) return known;
		const isConstant = !holdsExpression(this.raw(name));
		this.#isConstant.set(name, isConstant);
		return isConstant;
	}
}

/** n8n marks an expression by a leading equals sign. */
function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	return typeof value === 'object' && value !== null && Object.values(value).some(holdsExpression);
}
