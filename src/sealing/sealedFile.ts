import { createHash } from 'node:crypto';
import { KEY_BYTES, frameKey, openFrame, sealFrame, type FrameKey, type Purpose } from './frame';
import { LENGTH_BYTES, paddedBytes } from './padding';
import { freshNonce } from './random';

/*
 * A sealed file stands in a store of files where one with a secret in it stood (docs/format.md,
 * "Sealed file"):
 *
 *   magic(16) | length(4) | header | length(4) | index frame | piece frames
 *
 * Header and index are JSON. Each piece holds 192 KiB, the last one the rest. Nothing here may change
 * without another version in the magic.
 */
export const FILE_MAGIC = Buffer.from('sealbox.file.v1\n', 'latin1');
export const PIECE_BYTES = 192 * 1024;
const FRAME_HEADER = Uint8Array.of(1, 1);
const PURPOSE: Purpose = { name: 'sealbox/file/v1', kdfContext: 'sbx-file' };
/** header(2) | commitment(32) | nonce(24) | tag(16), around what is padded */
const AROUND_BYTES = 2 + 32 + 24 + LENGTH_BYTES + 16;
/** Sealed files have a multiple of this many bytes, so that most others are known by their size. */
export const STEP_BYTES = 256;

/** What a sealed file says openly. */
export interface FileHeader {
	/** 32 hexadecimal digits, random. */
	readonly file: string;
	readonly workflow: string;
	/** Of the content, in bytes. */
	readonly size: number;
	/** The index holds names that may not stand in the store. */
	readonly isNamed: boolean;
	/** Id of a credential, one of its fields, and the workflow that references it. */
	readonly secrets: ReadonlyArray<readonly [credential: string, field: string, via: string]>;
}

/** What a piece is bound to, besides its number. */
export interface FilePlace {
	readonly instance: string;
	readonly workflow: string;
	readonly file: string;
}

/** @param key - 32 secret bytes */
export const fileKey = (key: Uint8Array): FrameKey =>
	frameKey(PURPOSE, FRAME_HEADER, key.subarray(0, KEY_BYTES));

export const isSealedFile = (begin: Uint8Array): boolean =>
	FILE_MAGIC.equals(begin.subarray(0, FILE_MAGIC.length));

/** How many bytes the frame of a piece or an index of this length has. */
export const frameBytes = (length: number): number => AROUND_BYTES + paddedBytes(length);

export const sealPiece = (
	key: FrameKey,
	place: FilePlace,
	number: number,
	isLast: boolean,
	piece: Uint8Array,
): Buffer => seal(key, pieceContext(place, number, isLast), piece);

/** `null` when it is another piece, of another file, or was altered. */
export const openPieceOrNull = (
	key: FrameKey,
	place: FilePlace,
	number: number,
	isLast: boolean,
	frame: Buffer,
): Buffer | null => openOrNull(key, pieceContext(place, number, isLast), frame);

/**
 * The bytes of a sealed file that stand before its pieces.
 *
 * @param index - JSON; secret
 */
export function sealHead(
	key: FrameKey,
	instance: string,
	header: FileHeader,
	index: string,
): Buffer {
	const text = Buffer.from(JSON.stringify(header), 'utf8');
	const indexBytes = frameBytes(Buffer.byteLength(index));
	const fixed = FILE_MAGIC.length + 8 + text.length + indexBytes + piecesBytes(header.size);
	const filled = Buffer.concat([text, Buffer.alloc(-fixed & (STEP_BYTES - 1), ' ')]);
	const frame = seal(key, indexContext(instance, header, filled), Buffer.from(index, 'utf8'));
	return Buffer.concat([FILE_MAGIC, length(filled), filled, length(frame), frame]);
}

/** `null` when the header was altered, or belongs to another place. */
export const openIndexOrNull = (
	key: FrameKey,
	instance: string,
	header: FileHeader,
	headerBytes: Buffer,
	frame: Buffer,
): string | null =>
	openOrNull(key, indexContext(instance, header, headerBytes), frame)?.toString('utf8') ?? null;

/** `null` for bytes that are no header; a header that is one is not yet known to be genuine. */
export function parseHeaderOrNull(bytes: Buffer): FileHeader | null {
	try {
		const header = JSON.parse(bytes.toString('utf8')) as Partial<FileHeader>;
		const { file, workflow, size, secrets } = header;
		const isHeader =
			/^[0-9a-f]{32}$/.test(String(file)) &&
			typeof workflow === 'string' &&
			Number.isSafeInteger(size) &&
			Array.isArray(secrets) &&
			(secrets as unknown[][]).every(
				(each) => each.length === 3 && each.every((part) => typeof part === 'string'),
			);
		return isHeader ? (header as FileHeader) : null;
	} catch {
		// Not JSON, or of another shape: no header of ours.
		return null;
	}
}

/** An empty content has one empty piece. */
function piecesBytes(size: number): number {
	const full = Math.max(0, Math.ceil(size / PIECE_BYTES) - 1);
	return full * frameBytes(PIECE_BYTES) + frameBytes(size - full * PIECE_BYTES);
}

function length(bytes: Uint8Array): Buffer {
	const written = Buffer.alloc(4);
	written.writeUInt32BE(bytes.length);
	return written;
}

const pieceContext = (place: FilePlace, number: number, isLast: boolean): string[] => [
	...[place.instance, place.workflow, place.file],
	...['piece', String(number), isLast ? 'last' : 'more'],
];

const indexContext = (instance: string, header: FileHeader, bytes: Uint8Array): string[] => [
	...[instance, header.workflow, header.file],
	...['index', createHash('sha256').update(bytes).digest('hex')],
];

const seal = (key: FrameKey, context: readonly string[], value: Uint8Array): Buffer =>
	Buffer.from(sealFrame(key, context, value, freshNonce()), 'base64url');

function openOrNull(key: FrameKey, context: readonly string[], frame: Buffer): Buffer | null {
	if (!FRAME_HEADER.every((byte, i) => frame[i] === byte)) return null;
	try {
		const text = frame.toString('base64url');
		const bytes = openFrame(text, FRAME_HEADER.length, context, () => key);
		return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
	} catch {
		// Bytes of a length that no frame has are as little ours as altered ones.
		return null;
	}
}
