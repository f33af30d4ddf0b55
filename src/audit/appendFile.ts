import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

const MODE = 0o600;
const { O_APPEND, O_CREAT, O_WRONLY } = constants;

/** A file that is expected to be there is not made again: its loss has to be noticed. */
const flagsFor = (expectedBytes: number): number =>
	O_APPEND | O_WRONLY | (expectedBytes === 0 ? O_CREAT : 0);

/**
 * Appends to a file of the expected length.
 *
 * @returns false, without writing, when the file has another length: someone else writes to it
 * @throws the system's error; some of the bytes may have been written
 */
export async function appendAt(path: string, expectedBytes: number, bytes: Buffer) {
	const file = await open(path, flagsFor(expectedBytes), MODE);
	try {
		if ((await file.stat()).size !== expectedBytes) return false;
		await file.appendFile(bytes);
		return true;
	} finally {
		await file.close();
	}
}

/** The same for a process that is about to end. */
export function appendAtSync(path: string, expectedBytes: number, bytes: Buffer): boolean {
	const file = openSync(path, flagsFor(expectedBytes), MODE);
	try {
		if (fstatSync(file).size !== expectedBytes) return false;
		for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
		return true;
	} finally {
		closeSync(file);
	}
}
