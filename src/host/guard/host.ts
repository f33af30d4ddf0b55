import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
// The host's classes are known by name alone.
export type Class = { readonly name: string; readonly prototype: Record<string, unknown> } & (new (
	...args: never[]
) => object);

/** The n8n that has loaded the hook file: its modules and its services. */
export class Host {
	readonly #require: NodeJS.Require;
	readonly #dist: string;

	/** @param program - n8n's start script, `n8n/bin/n8n` */
	constructor(program: string) {
		this.#require = createRequire(program);
		this.#dist = join(dirname(program), '..', 'dist');
	}

	/** A file of n8n's own code, such as `executions/execution-persistence`. @throws when there is none */
	own<T = Record<string, unknown>>(file: string): T {
		return this.#require(join(this.#dist, file)) as T;
	}

	/** A package that n8n depends on. @throws when there is none */
	package<T = Record<string, unknown>>(name: string): T {
		return this.#require(name) as T;
	}

	/** A class of n8n's. @throws Error naming it when it is missing */
	classOf(module: Record<string, unknown>, name: string): Class {
		const found = module[name];
		if (typeof found !== 'function') throw new Error(`there is no class ${name}`);
		return found as unknown as Class;
	}

	/** The one instance of a class. */
	service<T>(type: Class): T {
		const { Container } = this.package<{ Container: { get(type: unknown): unknown } }>('@n8n/di');
		return Container.get(type) as T;
	}

	get version(): string {
		return this.#require(join(this.#dist, '..', 'package.json')).version as string;
	}
}

/**
 * Puts a function around a method of a prototype, or of a module.
 * @throws Error naming the method when it is missing
 */
export function wrapMethod(
	holder: Record<string, unknown>,
	name: string,
	wrap: (original: AnyFunction) => AnyFunction,
): void {
	const original = holder[name];
	if (typeof original !== 'function') throw new Error(`there is no method ${name}`);
	const wrapped = wrap(original as AnyFunction);
	Object.defineProperty(holder, name, { value: wrapped, writable: true, configurable: true });
}
