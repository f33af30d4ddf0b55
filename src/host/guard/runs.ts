import { MOST_UNITS_SEARCHED } from './learn/known';
import type { LearnedSecret } from './learn/shapes';
import type { Needle, NeedleSet } from './needles';
import type { NodeView } from './workflows';

/**
 * Runs that data may pass between: a run, its parents and its children. Each may carry the secrets
 * of all.
 */
export class Family {
	/** Id of a credential -> id of the workflow that references it. */
	readonly credentials = new Map<string, string>();
	/** Values that were opened in this family and that no stored credential holds any more. */
	readonly extras: Needle[] = [];
	/** Values that nodes of this family got, by themselves: the latest ones of a credential may be others. */
	readonly held = new Map<string, Needle>();
	/** A credential of which nodes of this family got more values than can be searched for. */
	tooMuch?: string;
	#unitsHeld = 0;
	/** Filled by the guard; valid as long as the two numbers are what they were. */
	prepared?: { needles: NeedleSet; generation: number; size: number };

	add(credentials: Iterable<string>, workflowId: string): void {
		for (const id of credentials)
			if (!this.credentials.has(id)) this.credentials.set(id, workflowId);
	}

	/** @param isStored - values that the stored credential has take no room of their own */
	hold(
		credential: string,
		secrets: readonly LearnedSecret[],
		isStored: (value: string) => boolean = () => false,
	): void {
		for (const { field, value } of secrets) {
			if (this.held.has(value) || this.tooMuch !== undefined) continue;
			if (!isStored(value)) this.#unitsHeld += value.length;
			if (this.#unitsHeld > MOST_UNITS_SEARCHED) this.tooMuch = credential;
			else this.held.set(value, { credential, field, value });
		}
	}

	/** What another family may carry, this one may carry too. */
	adopt(other: Family): void {
		for (const [id, via] of other.credentials) this.add([id], via);
		for (const [value, needle] of other.held) this.held.set(value, needle);
		this.extras.push(...other.extras);
		this.#unitsHeld += other.#unitsHeld;
		this.tooMuch ??= other.tooMuch;
	}

	get size(): number {
		return this.credentials.size + this.held.size + this.extras.length;
	}
}

/** A run of a workflow, or something done for a workflow outside a run. */
export interface Run {
	readonly executionId: string | undefined;
	readonly workflowId: string;
	readonly family: Family;
	/** The nodes that it runs, as far as they are known here. */
	nodes?: readonly NodeView[];
	/** Tokens that were made in this run, by what they stand for. */
	readonly tokens: Map<string, string>;
}

/** A run that has ended may still be written for a while, and may start an error workflow. */
const KEEP_MS = 60_000;
const MOST_RUNS = 20_000;

/** The runs of this process. */
export class Runs {
	readonly #runs = new Map<string, Run>();
	readonly #active = new Set<string>();

	get(executionId: string | undefined): Run | undefined {
		return executionId === undefined ? undefined : this.#runs.get(executionId);
	}

	/** @param parent - id of the execution whose family this run joins, when it is known here */
	begin(executionId: string, workflowId: string, parent?: string): Run {
		const family = this.get(parent)?.family ?? new Family();
		return this.get(executionId) ?? this.#keep(newRun(workflowId, family, executionId));
	}

	/** A run that was known before its execution had an id. */
	adopt(executionId: string, run: Run): void {
		if (!this.#runs.has(executionId)) this.#keep({ ...run, executionId, tokens: new Map() });
	}

	/** What is written of a run next can carry what this family carries. */
	join(executionId: string, workflowId: string, family: Family): void {
		this.begin(executionId, workflowId).family.adopt(family);
	}

	/** Whether nodes of it are running at this moment, or may run next. */
	isActive(executionId: string | undefined): boolean {
		return executionId !== undefined && this.#active.has(executionId);
	}

	/** The runs that go on at this moment. */
	*active(): IterableIterator<Run> {
		for (const id of this.#active) {
			const run = this.#runs.get(id);
			if (run !== undefined) yield run;
		}
	}

	activate(executionId: string): void {
		this.#active.add(executionId);
	}

	/** Forgets a run, and with it its needles, a little later. */
	end(executionId: string): void {
		this.#active.delete(executionId);
		const forget = () => this.#active.has(executionId) || this.#runs.delete(executionId);
		setTimeout(forget, KEEP_MS).unref();
	}

	#keep(run: Run): Run {
		this.#runs.set(run.executionId!, run);
		if (this.#runs.size > MOST_RUNS) this.#forgetOldest();
		return run;
	}

	/** Never one that goes on: what it writes would not be searched. */
	#forgetOldest(): void {
		for (const id of this.#runs.keys()) {
			if (!this.#active.has(id)) return void this.#runs.delete(id);
		}
	}
}

export const newRun = (workflowId: string, family: Family, executionId?: string): Run => ({
	executionId,
	workflowId,
	family,
	tokens: new Map(),
});
