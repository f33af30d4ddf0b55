import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appendAt, appendAtSync } from './appendFile';
import { batchAt, leftOfOrNull, type Batch } from './batch';
import type { Entry, SeenHead } from './event';
import { anotherNameOf, fileNameOf } from './files';
import {
	headsBeside,
	ownPositions,
	positionOrNull,
	startOf,
	surplusOrNull,
	type Position,
} from './position';
import { endTurn, endTurnSync, pauseSync, takeTurn, takeTurnSync } from './turn';

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

/** Enough for some chains that are taken and a new one; more would be a fight with another program. */
const MOST_TRIES = 8;

/** The chain of one process: one writer at a time, and one call at a time. */
export class Chain {
	#position: Position;
	/** The write that is under way. */
	#current: Batch | undefined;
	/** Whether the system has the bytes of that write. */
	#isWriting = false;
	/** Chains that others write to. */
	readonly #taken = new Set<string>();
	/** The name under which this process takes its turn. */
	readonly #owner = randomUUID();

	/** @throws the system's error when the folder cannot be read */
	constructor(private readonly settings: ChainSettings) {
		const { folder, name, key } = settings;
		this.#position = ownPositions(folder, name, key)[0] ?? startOf(anotherNameOf(name));
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
			const done = await this.#append(batch).catch(codeOf);
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
			const done = attempt(() => this.#appendSync(batch));
			left = this.#settle(batch, done);
			if (isFailure(done)) return { left, failure: done };
		}
		return { left };
	}

	/**
	 * Takes over a write that was under way when the process ends: waits, without giving the event loop
	 * back, where the system has the bytes.
	 *
	 * @returns the entries that are not on record
	 */
	takeOver(): readonly Entry[] {
		const batch = this.#current;
		if (batch === undefined) return [];
		for (let waits = 0; this.#isWriting && waits < 200 && !this.#hasLanded(batch); waits++) {
			pauseSync(5);
		}
		endTurnSync(this.#turnPath(batch), this.#owner);
		// Looks into the file: another process may have written to it too.
		return this.#settle(batch, false);
	}

	async #append(batch: Batch): Promise<boolean> {
		const hasTurn = await takeTurn(this.#turnPath(batch), this.#owner);
		try {
			const onWrite = () => void (this.#isWriting = true);
			return await appendAt(this.#path(batch), batch.before, batch.bytes, onWrite);
		} finally {
			this.#isWriting = false;
			if (hasTurn) await endTurn(this.#turnPath(batch));
		}
	}

	#appendSync(batch: Batch): boolean {
		takeTurnSync(this.#turnPath(batch), this.#owner);
		try {
			return appendAtSync(this.#path(batch), batch.before, batch.bytes);
		} finally {
			endTurnSync(this.#turnPath(batch), this.#owner);
		}
	}

	/** A chain of an earlier process of this name that has ended, or a new one. */
	#another(): Position {
		const { folder, name, key } = this.settings;
		const own = orUndefined(() => ownPositions(folder, name, key)) ?? [];
		const free = own.find(({ chain, isClosed }) => isClosed && !this.#taken.has(chain));
		return free ?? startOf(anotherNameOf(name));
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

	#turnPath({ before }: Batch): string {
		return join(this.settings.folder, `${before.chain}.turn`);
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
		this.#taken.add(chain);
		this.#position = this.#another();
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
