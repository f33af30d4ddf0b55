import type { ChainFile } from './files';
import {
	areMissing,
	followsAnother,
	isAltered,
	isNoEvent,
	isOfOtherChain,
	isOfOtherKey,
	isReordered,
	wasSeenLonger,
	type Finding,
} from './finding';
import { isConfirmed, keyIdOf, START, type Line } from './line';
import { readChains, readLines, type ReadLine } from './read';
import { Sightings } from './sightings';

/** What was found in one chain. */
export interface ChainReport {
	readonly process: string;
	/** Those before the finding, the removed ones included. */
	readonly events: number;
	/** Time of the last of them. */
	readonly until?: string;
	/** Whether the process said that it ended. If not it runs, it crashed, or the end was cut off. */
	readonly isClosed: boolean;
	/** What is no event, and was left by a crash. */
	readonly cuts: ReadonlyArray<{ readonly bytes: number; readonly healedAt?: string }>;
	/** How many of the first events the process removed on purpose, with a limit of files. */
	readonly pruned: number;
	readonly finding?: Finding;
}

/**
 * Checks every chain of a folder up to the first thing that is wrong with it.
 *
 * @param key - secret, 32 bytes. Without it only the order is checked: whoever alters an event and knows
 *   the format goes unnoticed.
 * @throws the system's error when the folder cannot be read
 * @see docs/audit.md, "What can be noticed"
 */
export async function verifyTrail(folder: string, key?: Uint8Array): Promise<ChainReport[]> {
	const sightings = new Sightings();
	const reports = new Map<string, ChainReport>();
	for (const [process, files] of await readChains(folder)) {
		reports.set(process, await new ChainCheck(process, key, sightings).run(files));
	}
	for (const process of sightings.processes) {
		const report = reports.get(process) ?? {
			process,
			events: 0,
			isClosed: false,
			cuts: [],
			pruned: 0,
		};
		const missing = report.finding
			? undefined
			: await sightings.firstMissing(folder, process, report.pruned);
		if (missing === undefined) continue;
		reports.set(process, { ...report, finding: wasSeenLonger(process, missing.seq, missing.by) });
	}
	return [...reports.values()];
}

/** Walks along one chain. */
class ChainCheck {
	#head = START;
	#last: Line | undefined;
	/** The lines since the last event that are none. */
	#cut: ReadLine[] = [];
	/** The first event that is there, when that is not the first of the chain. */
	#begin: { readonly at: ReadLine; readonly after: number } | undefined;
	#prunedThrough = 0;
	readonly #cuts: Array<{ bytes: number; healedAt?: string }> = [];

	constructor(
		private readonly process: string,
		private readonly key: Uint8Array | undefined,
		private readonly sightings: Sightings,
	) {}

	async run(files: readonly ChainFile[]): Promise<ChainReport> {
		const finding =
			(await this.#walk(readLines(files))) ?? this.#missingBegin() ?? this.#unfinished();
		return {
			process: this.process,
			events: this.#head.seq,
			...(this.#last && { until: this.#last.time }),
			isClosed: this.#last?.type === 'trail.closed',
			cuts: this.#cuts,
			pruned: this.#begin?.after ?? 0,
			...(finding && { finding }),
		};
	}

	async #walk(lines: AsyncGenerator<ReadLine>): Promise<Finding | undefined> {
		for await (const at of lines) {
			if (at.line === null) {
				this.#cut.push(at);
				continue;
			}
			const finding = this.#check(at, at.line) ?? (await this.#checkOrder(at, at.line, lines));
			if (finding) return finding;
			this.#accept(at.line);
		}
		return undefined;
	}

	#check(at: ReadLine, line: Line): Finding | undefined {
		if (this.key && !isConfirmed(this.key, at.bytes, line))
			return this.#unconfirmed(at, line, this.key);
		if (line.process !== this.process) return isOfOtherChain(at, line);
		return this.#checkCut(at, line);
	}

	/** The first event of a chain names its key. */
	#unconfirmed(at: ReadLine, line: Line, key: Uint8Array): Finding {
		const [theirs, ours] = [line.subject?.key, keyIdOf(key)];
		const isOther = line.seq === 1 && theirs !== undefined && theirs !== ours;
		return isOther ? isOfOtherKey(at, theirs, ours) : isAltered(at, line);
	}

	#checkCut(at: ReadLine, line: Line): Finding | undefined {
		const [first] = this.#cut;
		if (first === undefined) return undefined;
		const bytes = at.at - 1 - first.at;
		const isHealed = line.type === 'trail.healed' && line.count === bytes && first.file === at.file;
		if (!isHealed) return isNoEvent(first);
		this.#cut = [];
		this.#cuts.push({ bytes, healedAt: line.time });
		return undefined;
	}

	async #checkOrder(at: ReadLine, line: Line, rest: AsyncGenerator<ReadLine>) {
		const expected = this.#head.seq + 1;
		if (this.#head === START && line.seq > 1) {
			this.#begin = { at, after: line.seq - 1 };
			return undefined;
		}
		if (line.seq === expected) {
			return line.prev === this.#head.hash ? undefined : followsAnother(at, line);
		}
		const isLater = line.seq < expected || (await comes(rest, expected));
		return isLater ? isReordered(at, line, expected) : areMissing(at, expected, line.seq - 1);
	}

	#accept(line: Line): void {
		this.#head = { seq: line.seq, hash: line.hash };
		this.#last = line;
		if (line.type === 'trail.pruned') this.#prunedThrough = line.count ?? 0;
		this.sightings.add(line);
	}

	/** The first events may be gone only when a later one says that the process removed them. */
	#missingBegin(): Finding | undefined {
		if (this.#begin === undefined || this.#prunedThrough >= this.#begin.after) return undefined;
		return areMissing(this.#begin.at, 1, this.#begin.after);
	}

	/** The end of the last file may be half an event: a process is writing it, or was when it crashed. */
	#unfinished(): Finding | undefined {
		const [first, second] = this.#cut;
		if (first === undefined) return undefined;
		if (second !== undefined || first.isEnded) return isNoEvent(first);
		this.#cuts.push({ bytes: first.bytes.length });
		return undefined;
	}
}

async function comes(lines: AsyncGenerator<ReadLine>, seq: number): Promise<boolean> {
	for await (const { line } of lines) if (line?.seq === seq) return true;
	return false;
}
