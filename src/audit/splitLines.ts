/** A line without its end. */
export interface RawLine {
	readonly bytes: Buffer;
	/** Where it begins, and where the next one does. */
	readonly at: number;
	readonly end: number;
	/** Whether a line end follows. */
	readonly isEnded: boolean;
}

const LINE_END = 0x0a;

/** The lines of a file; nothing after the last line end is no line. */
export function splitLines(file: Buffer): RawLine[] {
	const lines: RawLine[] = [];
	for (let at = 0; at < file.length; ) {
		const found = file.indexOf(LINE_END, at);
		const isEnded = found >= 0;
		const stop = isEnded ? found : file.length;
		const end = isEnded ? stop + 1 : stop;
		lines.push({ bytes: file.subarray(at, stop), at, end, isEnded });
		at = end;
	}
	return lines;
}
