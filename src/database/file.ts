import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createScrubber } from '../sealing/scrub';
import { StatementError } from './error';
import type { Loan } from './lend';
import type { LargeNumbers, Row, Statement } from './link';

export type FileFormat = 'jsonl' | 'csv';

/** Where the rows of one statement go instead of into items. */
export interface FileSink {
	readonly format: FileFormat;
	/** Reads the stream to its end. */
	save(stream: Readable): Promise<void>;
}

/**
 * Runs a statement whose rows go into a file as they arrive. However many there are, only a few are in
 * memory: while the file is slower than the database, the database waits.
 *
 * @returns how many rows there were
 */
export async function rowsToFile(
	loan: Loan,
	statement: Statement,
	largeNumbers: LargeNumbers,
	sink: FileSink,
): Promise<number> {
	const stream = new PassThrough();
	const saved = sink.save(stream).catch((error: unknown) => {
		throw error instanceof StatementError ? error : unsaved();
	});
	// Whoever saves may fail first; then the rows that still come are of no use.
	saved.catch((error: Error) => stream.destroy(error));
	stream.on('error', () => loan.resume());
	const lineOf = LINES[sink.format]();
	const scrubber = createScrubber(loan.needles);
	let rows = 0;
	const take = (row: Row) => {
		rows += 1;
		if (stream.destroyed || stream.write(lineOf(scrubber.value(row)))) return;
		loan.pause();
		stream.once('drain', () => loan.resume());
	};
	try {
		await loan.run(statement, { largeNumbers, each: take });
		stream.end();
		await Promise.all([saved, finished(stream)]);
		return rows;
	} catch (error) {
		stream.destroy();
		await saved.catch(() => undefined);
		throw error;
	}
}

const unsaved = (): StatementError =>
	new StatementError(
		'The file could not be stored by n8n. Check the space and the settings for binary data.',
		'statement',
		'ERR_STATEMENT_INVALID',
	);

const LINES: Record<FileFormat, () => (row: Row) => string> = {
	jsonl: () => (row) => `${JSON.stringify(row)}\n`,
	csv: () => {
		let hasHead = false;
		return (row) => {
			const head = hasHead ? '' : csvLine(Object.keys(row));
			hasHead = true;
			return head + csvLine(Object.values(row));
		};
	},
};

/** One line of RFC 4180. */
const csvLine = (values: readonly unknown[]): string => `${values.map(csvCell).join(',')}\r\n`;

function csvCell(value: unknown): string {
	if (value === null || value === undefined) return '';
	const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
	return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
