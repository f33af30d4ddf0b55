import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { Readable } from 'node:stream';
import { FILE_MAGIC, isSealedFile, STEP_BYTES } from '../../../sealing/sealedFile';
import { ByteSource } from './byteSource';
import { assertMayOpen } from './conditions';
import type { FileParts } from './fileParts';
import type { FileManager, FileMetadata } from './manager';
import { peek, type Peeked } from './peek';
import type { FileLocation } from './places';
import { SealedContent, streamOf, type FileNames } from './sealedContent';
import { isViewing } from './viewing';
import { FileWriter } from './writer';

/**
 * The face of a store of files: what is put in holds no secret in the store, and what is read is what
 * was put in, for those who run or answer. Those who look get placeholders.
 */
export class GuardedManager {
	readonly #writer: FileWriter;

	constructor(
		private readonly parts: FileParts,
		private readonly real: FileManager,
	) {
		this.#writer = new FileWriter(parts);
	}

	async store(location: FileLocation, content: Buffer | Readable, names: FileNames) {
		return await this.#writer.store(this.real, location, content, names);
	}

	async copyByFilePath(location: FileLocation, path: string, names: FileNames) {
		return await this.#writer.store(this.real, location, createReadStream(path), names);
	}

	async copyByFileId(location: FileLocation, fileId: string): Promise<string> {
		const stored = await this.real.getMetadata(fileId);
		const file = await this.#sealedOrNull(fileId, stored);
		if (file === null) return await this.real.copyByFileId(location, fileId);
		return (await this.#writer.storeCopy(this.real, location, file, stored)).fileId;
	}

	async getAsBuffer(fileId: string): Promise<Buffer> {
		const bytes = await this.real.getAsBuffer(fileId);
		if (!isSealedFile(bytes)) return bytes;
		const file = await this.#read(bytes);
		const chunks: Buffer[] = [];
		for await (const chunk of await this.#contentFor(fileId, file)) chunks.push(chunk);
		return Buffer.concat(chunks);
	}

	async getAsStream(fileId: string, chunkSize?: number): Promise<Readable> {
		const { stream, begin } = await this.#begun(fileId, chunkSize);
		if (!isSealedFile(begin)) return stream;
		let opened: Readable | undefined;
		try {
			const file = await this.#read(stream);
			opened = streamOf(await this.#contentFor(fileId, file), stream, chunkSize);
			return opened;
		} finally {
			if (opened === undefined) stream.destroy();
		}
	}

	/** @throws Error when the file is sealed: whoever opens its path would read what it does not hold */
	getPath(fileId: string): string {
		const path = this.real.getPath(fileId);
		if (isAbsolute(path) && isSealedFile(beginOfFile(path))) throw new Error(NO_PATH);
		return path;
	}

	async getMetadata(fileId: string): Promise<FileMetadata> {
		const stored = await this.real.getMetadata(fileId);
		const file = await this.#sealedOrNull(fileId, stored);
		if (file === null) return stored;
		await file.close();
		return isViewing()
			? { ...stored, fileSize: file.shownBytes }
			: { ...stored, ...file.index.names, fileSize: file.header.size };
	}

	/** What a reader of a sealed file gets. @throws OpeningRefused when that may not be opened */
	async #contentFor(fileId: string, file: SealedContent): Promise<AsyncGenerator<Buffer>> {
		if (isViewing()) return file.shown();
		const { guard, places } = this.parts;
		await assertMayOpen(guard, await places.of(fileId, file.header), file);
		return file.plain();
	}

	/** Most files are known by their size not to be sealed. */
	async #sealedOrNull(fileId: string, { fileSize }: FileMetadata): Promise<SealedContent | null> {
		if (fileSize % STEP_BYTES !== 0) return null;
		const { stream, begin } = await this.#begun(fileId);
		if (isSealedFile(begin)) return await this.#read(stream);
		stream.destroy();
		return null;
	}

	/** A file of its own is looked at apart: what is put back into a stream changes its chunks. */
	async #begun(fileId: string, chunkSize?: number): Promise<Peeked> {
		const stream = await this.real.getAsStream(fileId, chunkSize);
		const path = this.real.getPath(fileId);
		if (isAbsolute(path)) return { stream, begin: beginOfFile(path) };
		return await peek(stream, FILE_MAGIC.length);
	}

	async #read(content: Buffer | Readable): Promise<SealedContent> {
		return await SealedContent.read(await this.parts.seals, new ByteSource(content));
	}
}

const NO_PATH =
	'This file holds a secret of a credential and is stored sealed, so it has no path that a node could read. ' +
	'Use a node that reads the file itself, such as Extract from File.';

function beginOfFile(path: string): Buffer {
	const begin = Buffer.alloc(FILE_MAGIC.length);
	let file: number;
	try {
		file = openSync(path, 'r');
	} catch {
		// There is no such file; whoever asked for the path will say so.
		return begin;
	}
	try {
		readSync(file, begin);
		return begin;
	} finally {
		closeSync(file);
	}
}
