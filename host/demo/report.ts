import type { Sighting } from '../canary.ts';
import type { ExampleRun } from './runs.ts';

const COLOURS = process.stdout.isTTY ? { bold: 1, red: 31, green: 32, grey: 90 } : {};

function paint(colour: 'bold' | 'red' | 'green' | 'grey', text: string): string {
	const code = (COLOURS as Record<string, number>)[colour];
	return code === undefined ? text : `\x1b[${code}m${text}\x1b[0m`;
}

/** Prints what was found, and says whether everything held. */
export function reportOn(runs: readonly ExampleRun[], left: readonly Sighting[]): boolean {
	const width = Math.max(...runs.map(({ name }) => name.length));
	console.log(`\n${paint('bold', 'Secrets in clear in what n8n stored of each run')}\n`);
	console.log(`  ${' '.repeat(width)}    stock n8n    Sealbox`);
	for (const run of runs) console.log(lineFor(run, width));
	console.log(`
  stock n8n: the same workflow with HTTP Request and Header Auth, which n8n brings along.
  All services echo what they are sent, as many do in errors and debugging endpoints.
`);
	sayWhatIsLeft(left);
	const held = left.length === 0 && runs.every(isHeld);
	console.log(held ? paint('green', 'Everything held.') : paint('red', 'Something did not hold.'));
	return held;
}

const isHeld = ({ failure, withSealbox, withStock }: ExampleRun): boolean =>
	failure === '' && withSealbox === 0 && withStock !== 0;

function lineFor(
	{ name, file, failure, result, withSealbox, withStock }: ExampleRun,
	width: number,
) {
	const stock = String(withStock ?? '-').padStart(9);
	const sealbox = paint(withSealbox === 0 ? 'green' : 'red', String(withSealbox).padStart(7));
	const outcome = failure === '' ? result : paint('red', failure);
	return `  ${name.padEnd(width)}    ${stock}    ${sealbox}\n  ${paint('grey', `${file}: ${outcome}`)}`;
}

function sayWhatIsLeft(left: readonly Sighting[]): void {
	console.log(
		`Secrets of Sealbox credentials in all files of n8n (database, logs, temporary files) and in all answers of its API: ${left.length}`,
	);
	for (const { canary, form, where, offset } of left) {
		console.log(`  ${canary}, as ${form}, in ${where} at ${offset}`);
	}
}
