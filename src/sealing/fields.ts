/// <reference lib="es2024.string" />
import { SealboxError } from './error';

/** Each field is preceded by its length in bytes, as a 4-byte big-endian number. */
const PREFIX_BYTES = 4;
const MAX_FIELDS = 64;
const MAX_CHARACTERS = 16_384;

/**
 * Unambiguous bytes for a list of fields, so that `['ab', 'c']` and `['a', 'bc']` differ.
 * @see docs/format.md, "Associated data"
 */
export function encodeFields(fields: ReadonlyArray<string | Uint8Array>): Uint8Array {
	const parts = fields.flatMap((field) => {
		const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
		const length = Buffer.alloc(PREFIX_BYTES);
		length.writeUInt32BE(bytes.length);
		return [length, bytes];
	});
	return Uint8Array.from(Buffer.concat(parts));
}

/** How many bytes {@link writeFields} needs at most: a UTF-16 unit becomes three bytes at most. */
export function fieldsBytes(fields: readonly string[]): number {
	let bytes = 0;
	for (const field of fields) bytes += PREFIX_BYTES + 3 * field.length;
	return bytes;
}

/** The same bytes as {@link encodeFields}, written into memory; returns the address after the last. */
export function writeFields(fields: readonly string[], memory: Buffer, at: number): number {
	let end = at;
	for (const field of fields) {
		const length = memory.write(field, end + PREFIX_BYTES, 'utf8');
		memory.writeUInt32BE(length, end);
		end += PREFIX_BYTES + length;
	}
	return end;
}

/** @throws TypeError unless it is a list of strings; SealboxError `ERR_VALUE_INVALID` for bad text */
export function assertContext(context: unknown): asserts context is readonly string[] {
	if (!Array.isArray(context)) throw new TypeError('context: expected a list of strings');
	let characters = 0;
	for (const field of context as unknown[]) {
		if (typeof field !== 'string') throw new TypeError('context: expected a list of strings');
		assertText(field, 'The context');
		characters += field.length;
	}
	if (context.length <= MAX_FIELDS && characters <= MAX_CHARACTERS) return;
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		`The context is too long: at most ${MAX_FIELDS} fields and ${MAX_CHARACTERS} characters in all.`,
	);
}

/** Half a surrogate pair has no UTF-8 form: it would silently come back as another character. */
export function assertText(text: string, name: string): void {
	if (text.isWellFormed()) return;
	throw new SealboxError(
		'ERR_VALUE_INVALID',
		`${name} is not valid Unicode text (half of a surrogate pair). Remove the broken character.`,
	);
}
