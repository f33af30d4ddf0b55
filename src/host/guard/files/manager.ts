import type { Readable } from 'node:stream';
import type { FileLocation } from './places';
import type { FileNames } from './sealedContent';

/** A store of files, as n8n has one for each mode (BinaryData.Manager). */
export interface FileManager {
	store(location: FileLocation, content: Buffer | Readable, names: FileNames): Promise<StoredFile>;
	copyByFilePath(location: FileLocation, path: string, names: FileNames): Promise<StoredFile>;
	copyByFileId(location: FileLocation, fileId: string): Promise<string>;
	getAsBuffer(fileId: string): Promise<Buffer>;
	getAsStream(fileId: string, chunkSize?: number): Promise<Readable>;
	getPath(fileId: string): string;
	getMetadata(fileId: string): Promise<FileMetadata>;
}

export interface StoredFile {
	readonly fileId: string;
	/** In bytes. */
	readonly fileSize: number;
}

export interface FileMetadata extends FileNames {
	readonly fileSize: number;
}
