import { isUtf8 } from 'node:buffer';
import { LineScrubber } from './lineScrubber';
import type { LogScrubber } from './logScrubber';

/** How long the beginning of a line waits for its rest. */
export const WAIT_MS = 50;

/** A piece of output as it was written. */
export type Piece = string | Uint8Array;

const NOTHING = Buffer.alloc(0);

/**
 * The line scrubber with a clock, for output that comes as text or as bytes.
 *
 * Bytes may end in the middle of a character, whose rest is waited for. Bytes that are no text are
 * searched piece by piece: what is split over two pieces of binary output is not found.
 */
export class HeldLines {
	readonly #scrubber: LogScrubber;
	readonly #lines: LineScrubber;
	readonly #released: (text: string) => void;
	/** The first bytes of a character. */
	#partial: Buffer = NOTHING;
	#timer: NodeJS.Timeout | null = null;

	/** @param released - called after the wait, with what may be given out then; may be empty */
	constructor(scrubber: LogScrubber, released: (text: string) => void) {
		this.#scrubber = scrubber;
		this.#lines = new LineScrubber(scrubber);
		this.#released = released;
	}

	get isHolding(): boolean {
		return this.#lines.isHolding || this.#partial.length > 0;
	}

	/** What can be given out now that `piece` has come. */
	write(piece: Piece): Piece {
		const isText = typeof piece === 'string' && this.#partial.length === 0;
		const out = isText ? this.#lines.write(piece) : this.#writeBytes(bytesOf(piece));
		if (this.isHolding) this.#wait();
		return out;
	}

	/** What is left when nothing more will come. */
	flush(): Piece {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		const partial = this.#partial;
		this.#partial = NOTHING;
		const text = this.#lines.flush();
		return partial.length === 0 ? text : Buffer.concat([Buffer.from(text), partial]);
	}

	#writeBytes(piece: Buffer): Piece {
		const bytes = Buffer.concat([this.#partial, piece]);
		const end = bytes.length - unfinishedBytes(bytes);
		const whole = bytes.subarray(0, end);
		this.#partial = NOTHING;
		if (!isUtf8(whole)) return Buffer.concat([bytesOf(this.flush()), this.#binary(bytes)]);
		this.#partial = bytes.subarray(end);
		return this.#lines.write(whole.toString('utf8'));
	}

	#binary(bytes: Buffer): Buffer {
		const text = bytes.toString('latin1');
		const scrubbed = this.#scrubber.text(text);
		return scrubbed === text ? bytes : Buffer.from(scrubbed, 'latin1');
	}

	#wait(): void {
		this.#timer ??= setTimeout(() => {
			this.#timer = null;
			this.#released(this.#lines.release());
		}, WAIT_MS).unref();
	}
}

export const bytesOf = (piece: Piece): Buffer =>
	typeof piece === 'string'
		? Buffer.from(piece, 'utf8')
		: Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);

/** How many bytes at the end are the beginning of a UTF-8 character whose rest is missing. */
function unfinishedBytes(bytes: Buffer): number {
	for (let count = 1; count <= Math.min(3, bytes.length); count++) {
		const byte = bytes[bytes.length - count];
		if (byte < 0x80) return 0;
		if (byte >= 0xc0) return count < lengthOf(byte) ? count : 0;
	}
	return 0;
}

const lengthOf = (firstByte: number): number => (firstByte >= 0xf0 ? 4 : firstByte >= 0xe0 ? 3 : 2);
