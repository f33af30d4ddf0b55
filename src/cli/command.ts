import type { ParseArgsConfig } from 'node:util';
import type { Environment } from '../host/installation';

/** Where a command reads from and writes to. */
export interface Terminal {
	readonly env: Environment;
	/** Where the package is installed. */
	readonly packageFolder: string;
	/** Writes a line for whoever, or whatever, asked. */
	out(line: string): void;
	/** Writes a sentence about the work itself. */
	err(line: string): void;
	/** Milliseconds since 1970. */
	now(): number;
}

/** What stands after the name of a command. */
export interface Call {
	readonly positionals: readonly string[];
	readonly values: Readonly<Record<string, unknown>>;
}

/** One of the things that `sealbox` can do. */
export interface Command {
	/** One or several words, for example `audit verify`. */
	readonly name: string;
	/** What may follow the name, for example `[FOLDER] [--json]`. */
	readonly usage: string;
	/** One sentence for the list of commands. */
	readonly summary: string;
	/** More lines for the help of this command. */
	readonly details?: readonly string[];
	readonly options?: ParseArgsConfig['options'];
	/** How many positionals it takes at least and at most. */
	readonly positionals: readonly [number, number];
	run(call: Call, terminal: Terminal): Promise<ExitCode>;
}

export const EXIT = { ok: 0, failure: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A reason why a command cannot do what was asked, told as it is: no value, no stack. */
export class Refusal extends Error {
	/** @param exitCode - `usage` when the command line is at fault */
	constructor(
		sentence: string,
		readonly exitCode: ExitCode = EXIT.failure,
	) {
		super(sentence);
		this.name = 'Refusal';
	}
}
