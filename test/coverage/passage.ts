/** How an encoded secret stands in a text. */
export interface Sample {
	/** The whole leaking text. */
	readonly text: string;
	/** The part of the text that carries the secret; contained in it. */
	readonly encoded: string;
	/** Where the secret is spread over lines or fields: its pieces, one list per copy. */
	readonly pieces?: readonly (readonly string[])[];
}

/** A text with one marked part. Encoders take a passage and give one, so they can be nested. */
export interface Passage {
	readonly before: string;
	readonly core: string;
	readonly after: string;
}

export const passage = (before: string, core: string, after = ''): Passage => ({
	before,
	core,
	after,
});

export const sampleOf = ({ before, core, after }: Passage): Sample => ({
	text: before + core + after,
	encoded: core,
});

/** Applies an encoder that works character by character, so that the marked part stays marked. */
export const mapped = (from: Passage, encode: (text: string) => string): Passage =>
	passage(encode(from.before), encode(from.core), encode(from.after));

export const surrounded = (before: string, inner: Passage, after = ''): Passage =>
	passage(before + inner.before, inner.core, inner.after + after);

/** The same marks on the bytes of a text. */
export interface BytePassage {
	readonly bytes: Buffer;
	readonly from: number;
	readonly to: number;
}

export function bytesOf(from: Passage, encoding: 'utf8' | 'utf16le' = 'utf8'): BytePassage {
	const [before, core, after] = [from.before, from.core, from.after].map((part) =>
		Buffer.from(part, encoding),
	);
	return {
		bytes: Buffer.concat([before, core, after]),
		from: before.length,
		to: before.length + core.length,
	};
}

/** Marks the characters that carry at least one bit of the marked bytes. */
export function cut(text: string, { from, to }: BytePassage, charsPerByte: number): Passage {
	const start = Math.floor(from * charsPerByte);
	const end = Math.ceil(to * charsPerByte);
	return passage(text.slice(0, start), text.slice(start, end), text.slice(end));
}

export const base64Bytes = (
	bytes: BytePassage,
	alphabet: 'base64' | 'base64url' = 'base64',
): Passage => cut(bytes.bytes.toString(alphabet), bytes, 8 / 6);

export const base64 = (from: Passage, alphabet: 'base64' | 'base64url' = 'base64'): Passage =>
	base64Bytes(bytesOf(from), alphabet);

/** Indivisible units of an encoded text, such as `=C3` in quoted-printable. */
export interface Units {
	readonly before: readonly string[];
	readonly core: readonly string[];
	readonly after: readonly string[];
}

export const units = (from: Passage, split: (text: string) => string[] = Array.from): Units => ({
	before: split(from.before),
	core: split(from.core),
	after: split(from.after),
});

export type Joint = string | ((line: number) => string);

/** The column at which a joint leaves the text that follows it. */
export const columnAfter = (joint: string): number => joint.length - 1 - joint.lastIndexOf('\n');

/**
 * Breaks a text into lines of at most `width` characters, with `joint` (which holds the line break
 * and what starts the next line) between them. A unit that ends in a newline starts a new line too.
 */
export function folded(from: Units, width: number, joint: Joint, startColumn = 0): Sample {
	const jointAt = typeof joint === 'string' ? () => joint : joint;
	let [text, column, line, start, end] = ['', startColumn, 0, -1, 0];
	const pieces: string[] = [];
	const all = [...from.before, ...from.core, ...from.after];
	const coreEnd = from.before.length + from.core.length;
	let piece = '';
	for (const [index, unit] of all.entries()) {
		if (column + unit.length > width) {
			const seam = jointAt(++line);
			text += seam;
			column = columnAfter(seam);
			pieces.push(piece);
			piece = '';
		}
		if (index === from.before.length) start = text.length;
		text += unit;
		column = unit.endsWith('\n') ? 0 : column + unit.length;
		if (index >= from.before.length && index < coreEnd) {
			piece += unit;
			end = text.length;
		}
	}
	pieces.push(piece);
	return {
		text,
		encoded: text.slice(start, end),
		pieces: [pieces.filter((part) => part !== '')],
	};
}

/** Puts a sample into a larger text. */
export const placed = (before: string, inner: Sample, after = ''): Sample => ({
	...inner,
	text: before + inner.text + after,
});

/** A secret cut into pieces, with what stands between two of them. */
export function pieced(
	before: string,
	pieces: readonly string[],
	joint: Joint,
	after = '',
): Sample {
	const jointAt = typeof joint === 'string' ? () => joint : joint;
	const encoded = pieces.reduce((text, piece, index) => text + jointAt(index - 1) + piece);
	return { text: before + encoded + after, encoded, pieces: [pieces] };
}
