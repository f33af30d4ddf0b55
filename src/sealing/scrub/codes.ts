/**
 * Secrets as lists of character codes: Buffers, typed arrays, and plain arrays of numbers such as
 * the JSON of a Buffer.
 */
import { mergeOverlapping, type Stretch } from './intervals';
import type { TextScrubber } from './text';

const STAR = 0x2a;

type Codes = ArrayLike<number>;

/** The list with each stretch that spells a needle replaced by the codes of a placeholder. */
export function scrubCodes(scrubber: TextScrubber, codes: readonly unknown[]): readonly unknown[] {
	const stretches = stretchesIn(scrubber, codes as readonly number[]);
	if (stretches.length === 0) return codes;
	const out: unknown[] = [];
	let done = 0;
	for (const stretch of stretches) {
		for (let i = done; i < stretch.start; i++) out.push(codes[i]);
		out.push(...Buffer.from(placeholderFor(scrubber, codes as readonly number[], stretch)));
		done = stretch.end;
	}
	for (let i = done; i < codes.length; i++) out.push(codes[i]);
	return out;
}

/** `{"0": 115, "1": 107, ...}`, what is left of a Uint8Array in JSON: the codes become stars. */
export function scrubNumericObject(
	scrubber: TextScrubber,
	record: Record<string, unknown>,
): Record<string, unknown> {
	const keys = Object.keys(record);
	const codes = keys.map((key) => record[key]);
	const stretches = stretchesIn(scrubber, codes as number[]);
	if (stretches.length === 0) return record;
	for (const { start, end } of stretches) codes.fill(STAR, start, end);
	return Object.fromEntries(keys.map((key, i) => [key, codes[i]]));
}

/** The bytes with placeholders in place of needles; the same object when there are none. */
export function scrubBytes(scrubber: TextScrubber, bytes: Uint8Array): Uint8Array {
	const stretches = stretchesIn(scrubber, bytes);
	if (stretches.length === 0) return bytes;
	const pieces: Uint8Array[] = [];
	let done = 0;
	for (const stretch of stretches) {
		pieces.push(bytes.subarray(done, stretch.start));
		pieces.push(Buffer.from(placeholderFor(scrubber, bytes, stretch)));
		done = stretch.end;
	}
	pieces.push(bytes.subarray(done));
	return Buffer.concat(pieces);
}

export function stretchesIn(scrubber: TextScrubber, codes: Codes): Stretch[] {
	const found = scrubber.search.inUnits(codes);
	return found === null ? [] : mergeOverlapping(found.slice());
}

function placeholderFor(scrubber: TextScrubber, codes: Codes, stretch: Stretch): string {
	let text = '';
	for (let i = stretch.start; i < stretch.end; i++) text += String.fromCharCode(codes[i] & 0xff);
	return scrubber.replaceAll(text, [{ ...stretch, start: 0, end: text.length }]);
}
