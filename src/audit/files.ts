import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

/*
 * A chain is a row of files, `<process>.<number>.jsonl`, from number 1 on; seq and hash go on from file to
 * file. A process that finds its chain taken or spoilt begins another, `<process>~<six hex digits>`.
 */
const FILE = /^(.+)\.(\d{6,12})\.jsonl$/;
const MOST_NAME_CHARACTERS = 96;

/** The name of a chain as a file name can have it. */
export const chainNameOf = (process: string): string =>
	process
		.replace(/[^A-Za-z0-9_-]+/g, '-')
		.slice(0, MOST_NAME_CHARACTERS)
		.replace(/^-+$|^$/, 'process');

export const anotherNameOf = (chain: string): string =>
	`${chain.replace(/~.*$/, '')}~${randomBytes(3).toString('hex')}`;

/** Whether a process of the name `chain` may go on with `other`. */
export const isBranchOf = (chain: string, other: string): boolean => other.startsWith(`${chain}~`);

export const fileNameOf = (chain: string, number: number): string =>
	`${chain}.${String(number).padStart(6, '0')}.jsonl`;

export interface ChainFile {
	readonly chain: string;
	readonly number: number;
	readonly path: string;
}

/** The files of a folder by chain, each chain from its first file to its last; others are left out. */
export function groupByChain(
	folder: string,
	names: readonly string[],
): ReadonlyMap<string, ChainFile[]> {
	const chains = new Map<string, ChainFile[]>();
	for (const name of [...names].sort()) {
		const [, chain, number] = FILE.exec(name) ?? [];
		if (chain === undefined) continue;
		const file = { chain, number: Number(number), path: join(folder, name) };
		chains.set(chain, [...(chains.get(chain) ?? []), file]);
	}
	for (const files of chains.values()) files.sort((a, b) => a.number - b.number);
	return chains;
}
