import { closeSync, fstatSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import type { Head, SeenHead } from './event';
import { groupByChain, isBranchOf, type ChainFile } from './files';
import { isConfirmed, parseLineOrNull, START } from './line';
import { splitLines } from './splitLines';

/** Where a chain goes on. */
export interface Position {
	readonly chain: string;
	/** Number of the file. */
	readonly file: number;
	/** Length of the file. */
	readonly bytes: number;
	/** Whether the file does not exist yet. */
	readonly isNew: boolean;
	readonly head: Head;
	/** Bytes after the last event that are none: a crash cut them off. */
	readonly cutBytes: number;
	/** Whether the process that wrote it said that it ended. */
	readonly isClosed: boolean;
	/** Whether the last event lacks its line end. */
	readonly isUnended: boolean;
}

/** More than two of the longest lines. */
const WINDOW_BYTES = 131_072;
const MOST_HEADS = 32;

export const startOf = (chain: string): Position => ({
	...{ chain, file: 1, bytes: 0, isNew: true, head: START },
	...{ cutBytes: 0, isUnended: false, isClosed: false },
});

/**
 * Where the chain goes on; its start when there is none yet. `null` when its end is nothing that a
 * process with this key wrote or a crash left: then it must not go on.
 */
export function positionOrNull(folder: string, chain: string, key: Uint8Array): Position | null {
	const files = groupByChain(folder, readdirSync(folder)).get(chain) ?? [];
	const last = files.at(-1);
	if (last === undefined) return startOf(chain);
	const end = endOrNull(last, key);
	if (end === null || end.head !== START) return end;
	// Nothing whole in this file yet, so the one before has the last event.
	const before = files.at(-2);
	if (before === undefined) return last.number === 1 ? end : null;
	const earlier = endOrNull(before, key);
	return earlier === null || earlier.head === START ? null : { ...end, head: earlier.head };
}

/** Where the chains that a process of this name may write go on: the one of that name, and its branches. */
export function ownPositions(folder: string, name: string, key: Uint8Array): Position[] {
	const chains = [...groupByChain(folder, readdirSync(folder)).keys()];
	const own = [name, ...chains.filter((chain) => isBranchOf(name, chain))];
	return own.flatMap((chain) => positionOrNull(folder, chain, key) ?? []);
}

/** Files of a chain, and the sequence number of the last event in them. */
export interface Surplus {
	readonly paths: readonly string[];
	readonly through: number;
}

/** The oldest files of a chain beyond the `keep` newest; `null` when there are none. */
export function surplusOrNull(
	folder: string,
	chain: string,
	key: Uint8Array,
	keep: number,
): Surplus | null {
	const files = groupByChain(folder, readdirSync(folder)).get(chain) ?? [];
	const surplus = files.slice(0, Math.max(0, files.length - keep));
	const last = surplus.at(-1);
	const head = last === undefined ? START : (endOrNull(last, key)?.head ?? START);
	return head === START ? null : { paths: surplus.map(({ path }) => path), through: head.seq };
}

/** The latest events of the other chains in the folder, the most recently written first; 32 at most. */
export function headsBeside(folder: string, chain: string, key: Uint8Array): SeenHead[] {
	const others = [...groupByChain(folder, readdirSync(folder)).values()]
		.map((files) => files[files.length - 1])
		.filter((file) => file.chain !== chain)
		.map((file) => ({ file, written: statSync(file.path).mtimeMs }))
		.sort((a, b) => b.written - a.written);
	return others.slice(0, MOST_HEADS).flatMap(({ file }) => {
		const head = endOrNull(file, key)?.head ?? START;
		return head === START ? [] : [{ process: file.chain, ...head }];
	});
}

function endOrNull({ chain, number, path }: ChainFile, key: Uint8Array): Position | null {
	const { bytes, size } = readEnd(path);
	const isWhole = bytes.length === size;
	const position = { chain, file: number, bytes: size, isNew: false };
	const lines = splitLines(bytes);
	// A window that begins inside the file begins inside a line.
	for (const { bytes: text, end, isEnded } of lines.slice(isWhole ? 0 : 1).reverse()) {
		const line = parseLineOrNull(text);
		if (line === null) continue;
		if (line.process !== chain || !isConfirmed(key, text, line)) return null;
		const head = { seq: line.seq, hash: line.hash };
		const isClosed = line.type === 'trail.closed';
		return { ...position, head, cutBytes: bytes.length - end, isUnended: !isEnded, isClosed };
	}
	return isWhole
		? { ...position, head: START, cutBytes: size, isUnended: false, isClosed: false }
		: null;
}

function readEnd(path: string): { bytes: Buffer; size: number } {
	const file = openSync(path, 'r');
	try {
		const { size } = fstatSync(file);
		const bytes = Buffer.alloc(Math.min(size, WINDOW_BYTES));
		const read = readSync(file, bytes, 0, bytes.length, size - bytes.length);
		return { bytes: bytes.subarray(0, read), size };
	} finally {
		closeSync(file);
	}
}
