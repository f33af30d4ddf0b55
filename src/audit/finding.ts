import { basename } from 'node:path';
import type { Line } from './line';
import type { ReadLine } from './read';

/** What is wrong with a chain. */
export type FindingKind = 'altered' | 'cut' | 'moved' | 'otherKey' | 'removed' | 'reordered';

/** The first thing that is wrong with a chain. */
export interface Finding {
	readonly kind: FindingKind;
	/** Name of the file; absent when what is missing was in none. */
	readonly file?: string;
	/** From 1 on. */
	readonly line?: number;
	readonly sentence: string;
}

const findingAt = (kind: FindingKind, { file, number }: ReadLine, sentence: string): Finding => ({
	kind,
	file: basename(file.path),
	line: number,
	sentence,
});

export const isNoEvent = (at: ReadLine): Finding =>
	findingAt('altered', at, 'This line is no event, and no later event says that a crash left it.');

export const isAltered = (at: ReadLine, { seq }: Line): Finding =>
	findingAt('altered', at, `Event ${seq} was altered: its hash does not fit.`);

export const isOfOtherKey = (at: ReadLine, theirs: string, ours: string): Finding =>
	findingAt(
		'otherKey',
		at,
		`The chain was written with another encryption key (${theirs}) than the one given (${ours}).`,
	);

export const isOfOtherChain = (at: ReadLine, { seq, process }: Line): Finding =>
	findingAt('moved', at, `Event ${seq} belongs to the chain of ${process}.`);

export const areMissing = (at: ReadLine, from: number, to: number): Finding =>
	findingAt(
		'removed',
		at,
		from === to ? `Event ${from} is missing.` : `Events ${from} to ${to} are missing.`,
	);

export const isReordered = (at: ReadLine, { seq }: Line, expected: number): Finding =>
	findingAt('reordered', at, `Event ${seq} stands where event ${expected} should.`);

export const followsAnother = (at: ReadLine, { seq }: Line): Finding =>
	findingAt(
		'altered',
		at,
		`Event ${seq} does not follow the event before it: that one was replaced, or two processes wrote to this chain at once.`,
	);

export const wasSeenLonger = (process: string, seq: number, by: Line): Finding => ({
	kind: 'cut',
	sentence: `The chain of ${process} was cut off or replaced: ${by.process} saw its event ${seq} at ${by.time}, and it is not here.`,
});
