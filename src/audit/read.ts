import { readdir, readFile } from 'node:fs/promises';
import { groupByChain, type ChainFile } from './files';
import { parseLineOrNull, type Line } from './line';
import { splitLines, type RawLine } from './splitLines';

/** A line of a chain, with the event that it is, if it is one. */
export interface ReadLine extends RawLine {
	readonly file: ChainFile;
	/** From 1 on, in its file. */
	readonly number: number;
	readonly line: Line | null;
}

export interface Filter {
	/** Milliseconds since 1970. */
	readonly since?: number;
	/** A type, or the part of it before a dot. */
	readonly type?: string;
	readonly credential?: string;
	readonly workflow?: string;
	/** How many of the newest. */
	readonly limit?: number;
}

/** The chains of a folder, in the order of their names. @throws the system's error */
export const readChains = async (folder: string): Promise<ReadonlyMap<string, ChainFile[]>> =>
	groupByChain(folder, await readdir(folder));

export async function* readLines(files: readonly ChainFile[]): AsyncGenerator<ReadLine> {
	for (const file of files) {
		const lines = splitLines(await readFile(file.path));
		for (const [index, raw] of lines.entries()) {
			yield { ...raw, file, number: index + 1, line: parseLineOrNull(raw.bytes) };
		}
	}
}

/**
 * The events of all chains that the filter lets through, the newest last. What is no event is left out:
 * whether the record is sound is for `verifyTrail` to say.
 *
 * @throws the system's error when the folder cannot be read
 */
export async function readTrail(folder: string, filter: Filter = {}): Promise<Line[]> {
	const { limit = Infinity } = filter;
	const found: Line[] = [];
	for (const files of (await readChains(folder)).values()) {
		for await (const { line } of readLines(files)) {
			if (line !== null && isWanted(line, filter)) found.push(line);
		}
	}
	found.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
	return found.slice(Math.max(0, found.length - limit));
}

function isWanted(line: Line, { since, type, credential, workflow }: Filter): boolean {
	const { subject = {} } = line;
	return (
		(since === undefined || Date.parse(line.time) >= since) &&
		(type === undefined || line.type === type || line.type.startsWith(`${type}.`)) &&
		(credential === undefined || subject.credential === credential) &&
		(workflow === undefined || subject.workflow === workflow)
	);
}
