import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** A file as its only writer knows it. */
export interface Known {
	readonly isNew: boolean;
	readonly bytes: number;
}

const MODE = 0o600;
const { O_APPEND, O_CREAT, O_EXCL, O_WRONLY } = constants;

/** A new file must not be there, and one that should be there is not made again: its loss has to be noticed. */
const flagsFor = ({ isNew }: Known): number => O_APPEND | O_WRONLY | (isNew ? O_CREAT | O_EXCL : 0);

/**
 * Appends to a file.
 *
 * @param onWrite - called right before the bytes are given to the system
 * @returns false, without writing, when the file has another length than is known: someone else writes to it
 * @throws the system's error; some of the bytes may have been written
 */
export async function appendAt(
	path: string,
	known: Known,
	bytes: Buffer,
	onWrite: () => void,
): Promise<boolean> {
	const file = await open(path, flagsFor(known), MODE);
	try {
		if ((await file.stat()).size !== known.bytes) return false;
		onWrite();
		await file.appendFile(bytes);
		return true;
	} finally {
		await file.close();
	}
}

/** The same for a process that is about to end. */
export function appendAtSync(path: string, known: Known, bytes: Buffer): boolean {
	const file = openSync(path, flagsFor(known), MODE);
	try {
		if (fstatSync(file).size !== known.bytes) return false;
		for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
		return true;
	} finally {
		closeSync(file);
	}
}
