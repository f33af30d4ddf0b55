import { Readable } from 'node:stream';
import {
	FILE_MAGIC,
	frameBytes,
	parseHeaderOrNull,
	PIECE_BYTES,
	type FileHeader,
} from '../../../sealing/sealedFile';
import { OpeningRefused } from '../refusal';
import { NOBODY } from '../tokens';
import { ByteSource, piecesOf } from './byteSource';
import type { FileSeal, FileSeals } from './seals';

/** What a sealed file says to those who can open it. */
export interface FileIndex {
	/** The secret behind each entry of the header; null when it is too long to be kept here too. */
	readonly values: ReadonlyArray<string | null>;
	/** Where secrets stand in the content: begin, end, and number of the secret, -1 for none. */
	readonly ranges: ReadonlyArray<readonly [start: number, end: number, secret: number]>;
	readonly names?: FileNames;
}

/** What stores of files keep beside a file. */
export interface FileNames {
	readonly fileName?: string;
	readonly mimeType?: string;
}

/** More than any header or index has. */
const MOST_HEAD_BYTES = 32 * 1024 * 1024;

/** A sealed file whose header is known to be genuine. */
export class SealedContent {
	private constructor(
		readonly header: FileHeader,
		readonly index: FileIndex,
		readonly seal: FileSeal,
		private readonly source: ByteSource,
	) {}

	/** @throws OpeningRefused when it is another instance's, or was altered */
	static async read(seals: FileSeals, source: ByteSource): Promise<SealedContent> {
		await source.take(FILE_MAGIC.length);
		const headerBytes = await takeCounted(source);
		const header = parseHeaderOrNull(headerBytes);
		const frame = await takeCounted(source);
		if (header === null) throw altered();
		const seal = seals.of(header);
		const index = seal.indexOrNull(header, headerBytes, frame);
		if (index === null) throw altered();
		return new SealedContent(header, JSON.parse(index) as FileIndex, seal, source);
	}

	/** @throws OpeningRefused when a piece is missing, moved or altered */
	async *plain(): AsyncGenerator<Buffer> {
		try {
			let number = 0;
			for await (const { bytes, isLast } of piecesOf(this.source, frameBytes(PIECE_BYTES))) {
				const piece = this.seal.openOrNull(number++, isLast, bytes);
				if (piece === null) throw altered();
				yield piece;
			}
		} finally {
			await this.source.close();
		}
	}

	/** The content with a placeholder in place of each secret. */
	async *shown(): AsyncGenerator<Buffer> {
		const ranges = [...this.index.ranges];
		let at = 0;
		for await (const piece of this.plain()) {
			let done = 0;
			while (ranges.length > 0 && ranges[0][0] < at + piece.length) {
				const [start, end, secret] = ranges[0];
				if (start >= at) yield piece.subarray(done, start - at);
				if (start >= at) yield this.#placeholder(secret);
				done = Math.min(piece.length, end - at);
				if (end > at + piece.length) break;
				ranges.shift();
			}
			yield piece.subarray(done);
			at += piece.length;
		}
	}

	/** How many bytes {@link shown} gives. */
	get shownBytes(): number {
		return this.index.ranges.reduce(
			(size, [start, end, secret]) => size - (end - start) + this.#placeholder(secret).length,
			this.header.size,
		);
	}

	async close(): Promise<void> {
		await this.source.close();
	}

	#placeholder(secret: number): Buffer {
		const field = this.header.secrets[secret]?.[1] ?? 'text';
		return Buffer.from(`[sealed: ${field}]`, 'utf8');
	}
}

/** Content as a stream, in chunks of a chosen size where the reader asks for one. */
export function streamOf(
	content: AsyncGenerator<Buffer>,
	source: Readable,
	chunkSize?: number,
): Readable {
	const chunks = chunkSize === undefined ? content : inChunks(content, chunkSize);
	const stream = Readable.from(chunks, { objectMode: false });
	return stream.once('close', () => source.destroy());
}

async function* inChunks(content: AsyncGenerator<Buffer>, bytes: number): AsyncGenerator<Buffer> {
	for await (const piece of piecesOf(new ByteSource(content), bytes)) yield piece.bytes;
}

async function takeCounted(source: ByteSource): Promise<Buffer> {
	const counted = await source.take(4);
	const bytes = counted.length === 4 ? counted.readUInt32BE() : 0;
	if (bytes > MOST_HEAD_BYTES) throw altered();
	return await source.take(bytes);
}

export const refusedFile = (
	reason: OpeningRefused['reason'],
	credential = NOBODY,
	field = 'text',
): OpeningRefused =>
	new OpeningRefused({ text: '', start: 0, frame: '', credential, field }, reason);

const altered = (): OpeningRefused => refusedFile('foreign');
