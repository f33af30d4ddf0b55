import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Doors, Run } from './doors.ts';

/** One of the adversarial cases that were collected, and what it has to come to. */
export interface Case {
	readonly number: number;
	/** Sends its requests. */
	readonly run: () => Promise<void>;
	/** Looks at what was stored of those that were let in, by door. */
	readonly after?: (runs: ReadonlyMap<string, readonly Run[]>) => void;
}

/** Adds the doors that its cases need, and gives the cases. */
export type Cases = (doors: Doors) => readonly Case[];

interface Fact {
	number: number;
	case: string;
	expect: string;
	/** The test file in which it is shown. */
	file: string;
}

const facts = JSON.parse(
	readFileSync(join(__dirname, '../../webhooks/vectors/webhook-cases.json'), 'utf8'),
) as Fact[];

export function titleOf(number: number): string {
	const fact = facts.find((one) => one.number === number);
	if (fact === undefined) throw new Error(`there is no case ${number}`);
	return `${number}: ${fact.case}: ${fact.expect}`;
}

/** The numbers that a test file has to show, in their order. */
export const numbersOf = (file: string): number[] =>
	facts.filter((fact) => file.endsWith(fact.file)).map(({ number }) => number);
