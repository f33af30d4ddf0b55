import type { Writable } from 'node:stream';
import { HeldLines, type Piece } from './heldLines';
import type { LogScrubber } from './logScrubber';

type Callback = (error?: Error | null) => void;
type Write = (chunk: Piece, callback?: Callback) => boolean;

/** Marks a stream that is covered; another copy of this code knows it too. */
const COVERED = Symbol.for('n8n-nodes-sealbox.logs.covered.v1');

export interface CoveredStream {
	/** Writes what waits, and from now on everything at once: the process is about to end. */
	finish(): void;
	/** Makes the stream what it was. */
	uncover(): void;
}

/**
 * Makes everything that is written to the stream pass the scrubber, whoever holds the stream already.
 *
 * To a writer the stream behaves as before: bytes stay bytes, encodings and errors are the stream's,
 * the answer of `write` is its back-pressure, and a callback is called when all of its chunk has been
 * written. What waits (see {@link HeldLines}) counts as written after the wait, so nobody hangs.
 *
 * @returns null when the stream is covered already
 */
export function coverStream(stream: Writable, scrubber: LogScrubber): CoveredStream | null {
	if (COVERED in stream) return null;
	const cover = new Cover(stream, scrubber);
	Object.defineProperty(stream, COVERED, { value: true, configurable: true });
	return cover;
}

class Cover implements CoveredStream {
	readonly #stream: Writable;
	readonly #write: Write;
	readonly #lines: HeldLines;
	readonly #uncover: () => void;
	/** Of chunks whose end still waits. */
	#callbacks: Callback[] = [];
	#isEnding = false;

	constructor(stream: Writable, scrubber: LogScrubber) {
		const { write, end } = stream;
		const own = ['write', 'end'].filter((name) => Object.hasOwn(stream, name));
		this.#stream = stream;
		this.#write = write.bind(stream) as Write;
		this.#lines = new HeldLines(scrubber, (text) => this.#put(text));
		stream.write = (...args: unknown[]) =>
			this.#take(...args) ?? (write as (...all: unknown[]) => boolean).apply(stream, args);
		stream.end = ((...args: unknown[]) => this.#end(end, args)) as Writable['end'];
		this.#uncover = () => {
			Object.assign(stream, { write, end });
			for (const name of ['write', 'end'] as const) {
				if (!own.includes(name)) Reflect.deleteProperty(stream, name);
			}
		};
	}

	finish(): void {
		this.#isEnding = true;
		this.#flush();
	}

	uncover(): void {
		this.#flush();
		this.#uncover();
		Reflect.deleteProperty(this.#stream, COVERED);
	}

	/** Null when the chunk is nothing that a stream takes: the stream says what is wrong with it. */
	#take(...[chunk, second, third]: unknown[]): boolean | null {
		const [encoding, callback] =
			typeof second === 'function' ? [undefined, second] : [second, third];
		const piece = pieceOf(chunk, encoding);
		if (piece === null || !this.#stream.writable) return null;
		const out = this.#lines.write(piece);
		if (!this.#lines.isHolding) {
			if (typeof callback === 'function') this.#callbacks.push(callback as Callback);
			return this.#put(out);
		}
		const isOpen = out.length > 0 ? this.#put(out) : !this.#stream.writableNeedDrain;
		if (typeof callback === 'function') this.#callbacks.push(callback as Callback);
		if (this.#isEnding) this.#flush();
		return isOpen;
	}

	#end(end: Writable['end'], args: unknown[]): Writable {
		const callback = args.find((arg) => typeof arg === 'function') as Callback | undefined;
		const [chunk, encoding] = args.filter((arg) => typeof arg !== 'function');
		if (chunk !== undefined && chunk !== null) {
			this.#stream.write(chunk as string, encoding as BufferEncoding);
		}
		this.#flush();
		return (end as (done?: Callback) => Writable).call(this.#stream, callback);
	}

	#flush(): void {
		const rest = this.#lines.flush();
		if (rest.length > 0 || this.#callbacks.length > 0) this.#put(rest);
	}

	#put(out: Piece): boolean {
		const callbacks = this.#callbacks;
		this.#callbacks = [];
		if (callbacks.length === 0) return out.length === 0 || this.#write(out);
		return this.#write(out, (error) => {
			for (const callback of callbacks) callback(error);
		});
	}
}

/** What the stream would write, null when it would refuse. */
function pieceOf(chunk: unknown, encoding: unknown): Piece | null {
	if (typeof chunk === 'string') {
		if (encoding === undefined || encoding === null) return chunk;
		if (typeof encoding !== 'string' || !Buffer.isEncoding(encoding)) return null;
		return /^utf-?8$/i.test(encoding) ? chunk : Buffer.from(chunk, encoding);
	}
	if (!ArrayBuffer.isView(chunk)) return null;
	return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
