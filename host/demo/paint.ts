const COLOURS = process.stdout.isTTY ? { bold: 1, red: 31, green: 32, grey: 90 } : {};

/** Colours for people; a file or pipe gets the text alone. */
export function paint(colour: 'bold' | 'red' | 'green' | 'grey', text: string): string {
	const code = (COLOURS as Record<string, number>)[colour];
	return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
}

/** Green when it is none. */
export const count = (number: number, width: number): string =>
	paint(number === 0 ? 'green' : 'red', String(number).padStart(width));
