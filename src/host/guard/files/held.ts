import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameBytes, PIECE_BYTES } from '../../../sealing/sealedFile';
import { ByteSource, piecesOf, type Piece } from './byteSource';
import type { FileSeal } from './seals';

/**
 * Content that waits for the end of its search. What is too large for memory waits in a temporary
 * file, sealed, which has no name and goes with the process.
 */
export class Held {
	readonly #pieces: Piece[] = [];
	#spool: FileHandle | undefined;
	#spooled = 0;

	constructor(
		private readonly seal: FileSeal,
		private readonly mostInMemory: number,
	) {}

	async add(piece: Piece): Promise<void> {
		this.#pieces.push(piece);
		const waiting = this.#pieces.length * PIECE_BYTES;
		if (this.#spool === undefined && waiting <= this.mostInMemory) return;
		this.#spool ??= await openSpool();
		for (const { bytes, isLast } of this.#pieces.splice(0)) {
			await this.#spool.write(this.seal.seal(this.#spooled++, isLast, bytes));
		}
	}

	/** All of it, as it came. */
	async *plain(): AsyncGenerator<Buffer> {
		let number = 0;
		for await (const { bytes, isLast } of this.#frames()) {
			const piece = this.seal.openOrNull(number++, isLast, bytes);
			if (piece === null) throw new Error('A temporary file of the Sealbox guard was altered.');
			yield piece;
		}
		for (const { bytes } of this.#pieces) yield bytes;
	}

	/** All of it, sealed. */
	async *sealed(): AsyncGenerator<Buffer> {
		for await (const { bytes } of this.#frames()) yield bytes;
		for (const [i, { bytes, isLast }] of this.#pieces.entries()) {
			yield this.seal.seal(this.#spooled + i, isLast, bytes);
		}
	}

	async close(): Promise<void> {
		this.#pieces.length = 0;
		await this.#spool?.close();
		this.#spool = undefined;
	}

	async *#frames(): AsyncGenerator<Piece> {
		if (this.#spool === undefined) return;
		const content = this.#spool.createReadStream({ start: 0, autoClose: false });
		yield* piecesOf(new ByteSource(content), frameBytes(PIECE_BYTES));
	}
}

async function openSpool(): Promise<FileHandle> {
	const path = join(tmpdir(), `sealbox-${randomUUID()}`);
	const handle = await open(path, 'wx+', 0o600);
	// Where a file that is open cannot be removed, it holds sealed pieces and nothing else.
	await rm(path).catch(() => undefined);
	return handle;
}
