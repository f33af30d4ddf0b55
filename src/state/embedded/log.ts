import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The write-ahead log of a file of SQLite. What is committed is in it, and outlives a power cut once the log is
 * on the disk. SQLite itself would wait for the disk with the whole of n8n.
 */
export class Log {
	#file: number | undefined;

	/** @param path - of the database */
	constructor(private readonly path: string) {}

	/** Resolves when everything that is committed by now is on the disk. Rejects with the error of the system. */
	async sync(): Promise<void> {
		const file = (this.#file ??= this.#open());
		await new Promise<void>((resolve, reject) =>
			fdatasync(file, (error) => (error ? reject(error) : resolve())),
		);
	}

	close(): void {
		if (this.#file !== undefined) closeSync(this.#file);
		this.#file = undefined;
	}

	#open(): number {
		syncFolder(dirname(this.path));
		return openSync(`${this.path}-wal`, 'r+');
	}
}

/** The name of a new file is on the disk when its folder is. Windows has no such thing, and needs none. */
function syncFolder(path: string): void {
	if (process.platform === 'win32') return;
	const folder = openSync(path, 'r');
	try {
		fsyncSync(folder);
	} finally {
		closeSync(folder);
	}
}
