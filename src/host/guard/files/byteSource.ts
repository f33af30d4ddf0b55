/** Bytes that come in chunks of any size, to be taken in pieces of a chosen one. */
export class ByteSource {
	readonly #chunks: AsyncIterator<unknown>;
	#held: Buffer[] = [];
	#bytes = 0;
	#isAtEnd = false;

	constructor(content: Buffer | AsyncIterable<unknown>) {
		const chunks = Buffer.isBuffer(content) ? once(content) : content;
		this.#chunks = chunks[Symbol.asyncIterator]();
	}

	/** Fewer bytes than asked for only when there are no more. */
	async take(bytes: number): Promise<Buffer> {
		while (this.#bytes < bytes && !this.#isAtEnd) await this.#fill();
		const taken: Buffer[] = [];
		let missing = Math.min(bytes, this.#bytes);
		this.#bytes -= missing;
		while (missing > 0) {
			const chunk = this.#held[0];
			taken.push(chunk.subarray(0, missing));
			if (chunk.length > missing) this.#held[0] = chunk.subarray(missing);
			else this.#held.shift();
			missing -= taken.at(-1)!.length;
		}
		return taken.length === 1 ? taken[0] : Buffer.concat(taken);
	}

	/** Nothing more is wanted: whoever gives the chunks may end. */
	async close(): Promise<void> {
		this.#isAtEnd = true;
		await this.#chunks.return?.();
	}

	async #fill(): Promise<void> {
		const { value, done } = await this.#chunks.next();
		if (done === true) this.#isAtEnd = true;
		else {
			const chunk = toBuffer(value);
			if (chunk.length > 0) this.#held.push(chunk);
			this.#bytes += chunk.length;
		}
	}
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
	yield content;
}

const toBuffer = (chunk: unknown): Buffer =>
	Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk as Uint8Array | string);

/** A piece of content, and whether it is the last one. Empty content is one empty piece. */
export interface Piece {
	readonly bytes: Buffer;
	readonly isLast: boolean;
}

/** Content in pieces of one size; only the last may be shorter. */
export async function* piecesOf(source: ByteSource, bytes: number): AsyncGenerator<Piece> {
	let piece = await source.take(bytes);
	for (;;) {
		const next = piece.length < bytes ? Buffer.alloc(0) : await source.take(bytes);
		yield { bytes: piece, isLast: next.length === 0 };
		if (next.length === 0) return;
		piece = next;
	}
}
