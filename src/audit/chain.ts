import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appendAt, appendAtSync } from './appendFile';
import { batchAt, leftOfOrNull, type Batch } from './batch';
import type { Entry, SeenHead } from './event';
import { anotherNameOf, fileNameOf, groupByChain, isBranchOf } from './files';
import { headsBeside, positionOrNull, startOf, surplusOrNull, type Position } from './position';

export interface ChainSettings {
	readonly folder: string;
	/** The name that the chain should have. */
	readonly name: string;
	/** Secret, 32 bytes. */
	readonly key: Uint8Array;
	/** A file of this length is followed by another. */
	readonly fileBytes: number;
	/** The event with which another chain begins when this one cannot go on. */
	readonly moved: (from: string) => Entry;
}

/** What became of the entries. */
export interface Outcome {
	/** Those that are not on record. */
	readonly left: readonly Entry[];
	/** The system's code of the failure, for example `ENOSPC`. */
	readonly failure?: string;
}

/** Enough for a chain that is taken and a new one; more would be a fight with another program. */
const MOST_TRIES = 4;

/** The chain of one process: one writer at a time, and one call at a time. */
export class Chain {
	#position: Position;
	/** The write that is under way. */
	#current: Batch | undefined;

	/** @throws the system's error when the folder cannot be read */
	constructor(private readonly settings: ChainSettings) {
		const { folder, name, key } = settings;
		const names = [...groupByChain(folder, readdirSync(folder)).keys()];
		const own = [name, ...names.filter((other) => isBranchOf(name, other))];
		const positions = own.map((chain) => positionOrNull(folder, chain, key));
		this.#position = positions.find((found) => found !== null) ?? startOf(anotherNameOf(name));
	}

	/** The name that the chain has. */
	get name(): string {
		return this.#position.chain;
	}

	/** The number of the file that is written to. */
	get file(): number {
		return this.#position.file;
	}

	/** What the other chains in the folder end with; nothing when the system refuses to tell. */
	heads(): SeenHead[] {
		const { folder, key } = this.settings;
		return orUndefined(() => headsBeside(folder, this.name, key)) ?? [];
	}

	/**
	 * Removes the oldest files beyond the `keep` newest, once an event on record says so.
	 *
	 * @param pruned - makes the event, from the sequence number of the last event that goes
	 */
	async prune(keep: number, pruned: (through: number) => Entry): Promise<void> {
		const { folder, key } = this.settings;
		const surplus = orUndefined(() => surplusOrNull(folder, this.name, key, keep));
		if (!surplus) return;
		const { left } = await this.write([pruned(surplus.through)]);
		if (left.length > 0) return;
		for (const path of surplus.paths) orUndefined(() => rmSync(path, { force: true }));
	}

	async write(entries: readonly Entry[]): Promise<Outcome> {
		let left = entries;
		for (let tries = 0; tries < MOST_TRIES && left.length > 0; tries++) {
			const batch = (this.#current = this.#next(left));
			const done = await appendAt(this.#path(batch), batch.before, batch.bytes).catch(codeOf);
			// The process ends, and writeSync has taken over.
			if (this.#current !== batch) return { left: [] };
			left = this.#settle(batch, done);
			if (isFailure(done)) return { left, failure: done };
		}
		return { left };
	}

	/** For a process that is about to end: nothing else runs from now on. */
	writeSync(entries: readonly Entry[]): Outcome {
		let left = entries;
		for (let tries = 0; tries < MOST_TRIES && left.length > 0; tries++) {
			const batch = this.#next(left);
			const done = attempt(() => appendAtSync(this.#path(batch), batch.before, batch.bytes));
			left = this.#settle(batch, done);
			if (isFailure(done)) return { left, failure: done };
		}
		return { left };
	}

	/** Waits, without giving the event loop back, for a write that was under way when the process ends. */
	awaitSync(): Outcome {
		const batch = this.#current;
		if (batch === undefined) return { left: [] };
		for (let waits = 0; waits < 50 && !this.#hasLanded(batch); waits++) sleep(5);
		return { left: this.#settle(batch, this.#hasLanded(batch)) };
	}

	#next(entries: readonly Entry[]): Batch {
		const { bytes, file, cutBytes, isUnended } = this.#position;
		const isFull = bytes >= this.settings.fileBytes && cutBytes === 0 && !isUnended;
		const position = isFull
			? { ...this.#position, file: file + 1, bytes: 0, isNew: true }
			: this.#position;
		return batchAt(position, this.settings.key, entries);
	}

	#path({ before }: Batch): string {
		return join(this.settings.folder, fileNameOf(before.chain, before.file));
	}

	#hasLanded(batch: Batch): boolean {
		return attempt(() => statSync(this.#path(batch)).size >= batch.after.bytes) === true;
	}

	/**
	 * After a write: which entries are not on record, and where the chain goes on. A chain that someone
	 * else has written to, cut or removed is left as it is, and another one begun.
	 */
	#settle(batch: Batch, done: boolean | string): readonly Entry[] {
		this.#current = undefined;
		if (done === true) {
			this.#position = batch.after;
			return [];
		}
		const { folder, key, moved } = this.settings;
		if (done === 'ENOENT') orUndefined(() => mkdirSync(folder, { recursive: true, mode: 0o700 }));
		const { chain } = batch.before;
		const found = orUndefined(() => positionOrNull(folder, chain, key));
		if (found === undefined) return batch.entries;
		const left = found && leftOfOrNull(batch, found.head);
		if (found && left) {
			this.#position = found;
			return left;
		}
		this.#position = startOf(anotherNameOf(chain));
		return [moved(chain), ...batch.entries];
	}
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.name;

/** A file or folder that was removed, or a file that someone else made, is no failure: there is a way on. */
const isFailure = (done: boolean | string): done is string =>
	typeof done === 'string' && done !== 'ENOENT' && done !== 'EEXIST';

function attempt(work: () => boolean): boolean | string {
	try {
		return work();
	} catch (error) {
		return codeOf(error as NodeJS.ErrnoException);
	}
}

/** `undefined` when the system refuses: nothing is known then, and the next try may tell. */
function orUndefined<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}

const sleep = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
