import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { symlink, unlink } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

/*
 * One process at a time looks at a chain and appends to it: it has a link beside the chain, to its own name,
 * for the millisecond that this takes. Making a link is one step, name included, so that a process that
 * exits in the middle of its turn knows the link for its own. One that stays for a second is what a killed
 * process left.
 */
const PAUSE_MS = 20;
const MOST_PAUSES = 50;

/**
 * Waits until no other process has the link, and makes it.
 *
 * @param owner - a name that no other process has
 * @returns whether this process has its turn. Where it has not, the link is an old one and now gone, or the
 *   system has no links or refuses to make one: then appending goes on without.
 */
export async function takeTurn(path: string, owner: string): Promise<boolean> {
	for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
		const code = await symlink(owner, path).catch(codeOf);
		if (code !== 'EEXIST') return code === undefined;
		await pause(PAUSE_MS);
	}
	await endTurn(path);
	return false;
}

export async function endTurn(path: string): Promise<void> {
	await unlink(path).catch((error: NodeJS.ErrnoException) => {
		if (error.code !== 'ENOENT') throw error;
	});
}

/** The same for a process that is about to end, and may have its turn already. */
export function takeTurnSync(path: string, owner: string): void {
	for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
		const code = codeOrUndefined(() => symlinkSync(owner, path));
		if (code !== 'EEXIST' || isOwn(path, owner)) return;
		pauseSync(PAUSE_MS);
	}
	rmSync(path, { force: true });
}

/** Ends the turn of this process, if it has one. */
export function endTurnSync(path: string, owner: string): void {
	if (isOwn(path, owner)) rmSync(path, { force: true });
}

/** Waits without giving the event loop back. */
export const pauseSync = (ms: number): void =>
	void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

function isOwn(path: string, owner: string): boolean {
	try {
		return readlinkSync(path) === owner;
	} catch {
		// No link is nobody's.
		return false;
	}
}

const codeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.name;

function codeOrUndefined(work: () => void): string | undefined {
	try {
		work();
		return undefined;
	} catch (error) {
		return codeOf(error as NodeJS.ErrnoException);
	}
}
