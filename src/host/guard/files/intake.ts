import { setImmediate } from 'node:timers/promises';
import { isSealedFile, PIECE_BYTES } from '../../../sealing/sealedFile';
import { ByteSource, piecesOf, type Piece } from './byteSource';
import type { FileSearch } from './fileSearch';
import { Held } from './held';
import type { FileSeal } from './seals';

/** Content that was searched and has not been stored yet. */
export interface Intake {
	readonly held: Held;
	readonly search: FileSearch;
	readonly size: number;
	/** It looks like a sealed file and is none of the guard's. */
	readonly isLookalike: boolean;
	/** What follows in content that is too large to be searched. */
	readonly rest?: AsyncGenerator<Piece>;
}

/** In bytes. */
export interface IntakeLimits {
	/** Content in which nothing was found up to here is not searched any further. */
	readonly mostBytes: number;
	/** Of what comes as a stream. */
	readonly mostInMemory: number;
}

/**
 * Takes content in, searching it piece by piece; nothing of it is written before all is known.
 */
export async function takeIn(
	content: Buffer | AsyncIterable<unknown>,
	seal: FileSeal,
	search: FileSearch,
	{ mostBytes, mostInMemory }: IntakeLimits,
): Promise<Intake> {
	const pieces = piecesOf(new ByteSource(content), PIECE_BYTES);
	// What is in memory already takes no more room there.
	const held = new Held(seal, Buffer.isBuffer(content) ? Infinity : mostInMemory);
	let size = 0;
	let isLookalike = false;
	const intake = () => ({ held, search, size, isLookalike });
	let isTaken = false;
	try {
		for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
			const piece = next.value;
			if (size === 0) isLookalike = isSealedFile(piece.bytes);
			search.look(piece.bytes);
			await held.add(piece);
			size += piece.bytes.length;
			const isTooLarge = size > mostBytes && search.isClean && !isLookalike;
			if (isTooLarge && !piece.isLast) {
				isTaken = true;
				return { ...intake(), rest: pieces };
			}
			await setImmediate();
		}
		isTaken = true;
		return intake();
	} finally {
		if (!isTaken) await held.close();
	}
}
