import { randomBytes } from 'node:crypto';
import type { FrameKey } from '../../../sealing/frame';
import {
	openIndexOrNull,
	openPieceOrNull,
	sealHead,
	sealPiece,
	type FileHeader,
} from '../../../sealing/sealedFile';

/** Seals and opens the files of one instance of the host. */
export class FileSeals {
	constructor(
		private readonly key: FrameKey,
		private readonly instance: string,
	) {}

	/** The seals of a new file of a workflow. */
	begin(workflow: string): FileSeal {
		return new FileSeal(this.key, this.instance, workflow, randomBytes(16).toString('hex'));
	}

	/** The seals of a file that was read, as far as its header tells the truth. */
	of({ workflow, file }: Pick<FileHeader, 'workflow' | 'file'>): FileSeal {
		return new FileSeal(this.key, this.instance, workflow, file);
	}
}

/** Seals and opens one file. */
export class FileSeal {
	constructor(
		private readonly key: FrameKey,
		readonly instance: string,
		readonly workflow: string,
		readonly file: string,
	) {}

	head(header: Omit<FileHeader, 'file' | 'workflow'>, index: string): Buffer {
		const { instance, workflow, file } = this;
		return sealHead(this.key, instance, { file, workflow, ...header }, index);
	}

	/** `null` when the header was altered or the file is another instance's. */
	indexOrNull(header: FileHeader, headerBytes: Buffer, frame: Buffer): string | null {
		return openIndexOrNull(this.key, this.instance, header, headerBytes, frame);
	}

	seal(number: number, isLast: boolean, piece: Buffer): Buffer {
		return sealPiece(this.key, this, number, isLast, piece);
	}

	openOrNull(number: number, isLast: boolean, frame: Buffer): Buffer | null {
		return openPieceOrNull(this.key, this, number, isLast, frame);
	}
}
