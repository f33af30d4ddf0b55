/** Of one execution; more of them are counted as seen. */
const MOST_PER_EXECUTION = 10_000;
const MOST_EXECUTIONS = 5_000;
/** What uses a credential outside executions, such as a trigger that polls, does so all the time. */
const REPEAT_MS = 3_600_000;

interface Use {
	readonly execution?: string;
	readonly workflow?: string;
	readonly node?: string;
	readonly credential?: string;
}

/** Tells the first use of a credential by a node of an execution from the many that follow. */
export class Uses {
	readonly #seen = new Map<string, Set<string>>();
	#since = 0;

	constructor(private readonly clock: () => number) {}

	isNew({ execution = '', workflow, node, credential }: Use): boolean {
		this.#forgetOld();
		const uses = this.#usesOf(execution);
		const key = JSON.stringify([workflow, node, credential]);
		if (uses.has(key) || uses.size >= MOST_PER_EXECUTION) return false;
		uses.add(key);
		return true;
	}

	#usesOf(execution: string): Set<string> {
		let uses = this.#seen.get(execution);
		if (uses === undefined) {
			uses = new Set();
			this.#seen.set(execution, uses);
			if (this.#seen.size > MOST_EXECUTIONS) this.#seen.delete(this.#seen.keys().next().value!);
		}
		return uses;
	}

	#forgetOld(): void {
		if (this.clock() - this.#since < REPEAT_MS) return;
		this.#since = this.clock();
		this.#seen.delete('');
	}
}
