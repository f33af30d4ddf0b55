import { setTimeout as pause } from 'node:timers/promises';
import { SealboxError, isSealboxError } from '../../sealing/error';

const MOST_MS = 5_000;
const LONGEST_PAUSE_MS = 40;
/** SQLite's primary result codes for a file that another process is writing to. */
const BUSY = new Set([5, 6]);

/**
 * Runs `work` until the file is not locked, for 5 seconds at most, and gives the event loop back in
 * between.
 *
 * @throws SealboxError `ERR_STATE_UNAVAILABLE` with SQLite's code for everything that goes wrong
 */
export async function insist<T>(path: string, work: () => T | Promise<T>): Promise<T> {
	const endMs = performance.now() + MOST_MS;
	for (let tries = 1; ; tries += 1) {
		const outcome = await outcomeOf(work);
		if ('result' in outcome) return outcome.result;
		const { error } = outcome;
		const code = codeOf(error);
		const isLocked = typeof code === 'number' && BUSY.has(code & 0xff);
		if (isLocked && performance.now() < endMs) {
			await pause(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** tries));
			continue;
		}
		throw isSealboxError(error) ? error : unavailable(path, code);
	}
}

async function outcomeOf<T>(
	work: () => T | Promise<T>,
): Promise<{ result: T } | { error: unknown }> {
	try {
		return { result: await work() };
	} catch (error) {
		return { error };
	}
}

const codeOf = (error: unknown): number | string => {
	const { errcode, code } = error as { errcode?: number; code?: string };
	return errcode ?? code ?? 'unknown';
};

const unavailable = (path: string, code: number | string): SealboxError =>
	new SealboxError(
		'ERR_STATE_UNAVAILABLE',
		`The shared store ${path} cannot be used (SQLite ${code}). Check that the disk has room and that the user who runs n8n owns the file.`,
	);
