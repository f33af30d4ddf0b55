import { SealboxError } from './error';
import { assertText } from './fields';

/** Padded value: length(4, big-endian) | value | zeros. */
export const LENGTH_BYTES = 4;
const LEAST_STEP_BYTES = 256;

/** 16 MiB: what n8n carries in items is far below; files belong elsewhere. */
export const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/**
 * How many bytes a value of this length occupies, its 4-byte length aside.
 *
 * The length is rounded up to a step: 256 bytes, or from 8 KiB on a sixteenth of the power of two
 * at or below the length. Values within a step look alike, and padding adds 6.25 % at most to a
 * long value. An empty value occupies a step too.
 */
export function paddedBytes(length: number): number {
	const step = Math.max(LEAST_STEP_BYTES, 1 << Math.max(0, 27 - Math.clz32(length)));
	return Math.max(1, Math.ceil(length / step)) * step;
}

/** Whether sealing can have produced a padded value of this size, its 4-byte length aside. */
export const isPaddedSize = (bytes: number): boolean =>
	bytes >= LEAST_STEP_BYTES && bytes <= MAX_VALUE_BYTES && paddedBytes(bytes) === bytes;

/** Whether the value at `at` carries a length that belongs to this size, and zeros after it. */
export function isWellPadded(
	memory: Uint8Array,
	at: number,
	size: number,
	length: number,
): boolean {
	if (length > size || paddedBytes(length) !== size) return false;
	const end = at + LENGTH_BYTES + size;
	let bits = 0;
	for (let index = at + LENGTH_BYTES + length; index < end; index++) bits |= memory[index];
	return bits === 0;
}

/** The length of a value in bytes. @throws SealboxError `ERR_VALUE_INVALID` when it cannot be sealed */
export function valueBytes(value: unknown): number {
	const length = typeof value === 'string' ? textBytes(value) : bytesOf(value).length;
	if (length <= MAX_VALUE_BYTES) return length;
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		`The value has ${length} bytes; at most ${MAX_VALUE_BYTES} can be sealed.`,
	);
}

function textBytes(text: string): number {
	assertText(text, 'The value');
	return Buffer.byteLength(text);
}

function bytesOf(value: unknown): Uint8Array {
	if (value instanceof Uint8Array) return value;
	throw new TypeError(`plaintext: expected a string or Uint8Array, got ${typeof value}`);
}
