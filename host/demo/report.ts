import type { Sighting } from '../canary.ts';
import { count, paint } from './paint.ts';
import type { ExampleRun, OwnNodes } from './runs.ts';
import type { Place } from './stored.ts';

/** What was found after all runs. */
export interface Findings {
	runs: readonly ExampleRun[];
	/** Places in all that the guarded n8n wrote and answered where a secret shows. */
	left: readonly Sighting[];
	/** The same in stock n8n, for its one credential. */
	inStock: readonly Sighting[];
	/** Requests with the credential's real value, and how many there should be. */
	accepted: number;
	expected: number;
}

/** Prints what was found, and says whether everything held. */
export function reportOn(findings: Findings): boolean {
	const { runs, left, inStock, accepted, expected } = findings;
	sayRuns(runs);
	saySideBySide(runs);
	console.log(
		`Secrets in everything n8n wrote (database and its log, files, logs) and answered:
  stock n8n, for one credential                ${count(inStock.length, 5)}
  n8n with the guard, for all credentials      ${count(left.length, 5)}`,
	);
	for (const { canary, form, where, offset } of left) {
		console.log(`    ${canary}, as ${form}, in ${where} at ${offset}`);
	}
	console.log(
		`Requests that reached the service with the real secret: ${accepted} of ${expected}\n`,
	);
	const held = isAllHeld(findings);
	console.log(held ? paint('green', 'Everything held.') : paint('red', 'Something did not hold.'));
	return held;
}

function isAllHeld({ runs, left, inStock, accepted, expected }: Findings): boolean {
	const isSeen = inStock.length > 0 && runs.some(({ ownNodes }) => ownNodes?.places.length);
	return runs.every(isHeld) && left.length === 0 && isSeen === true && accepted === expected;
}

const isHeld = ({ failure, withSealbox, ownNodes }: ExampleRun): boolean =>
	failure === '' && withSealbox === 0 && (ownNodes === undefined || isGuarded(ownNodes));

const isGuarded = ({ stock, guarded, isSame, places }: OwnNodes): boolean =>
	stock > 0 && guarded === 0 && isSame && places.every(({ guarded }) => isSealed(guarded));

const isSealed = (text: string): boolean => text.includes('sealed.v1.');

function sayRuns(runs: readonly ExampleRun[]): void {
	const width = Math.max(...runs.map(({ name }) => name.length));
	console.log(`
${paint('bold', 'Secrets in clear in what n8n stored of each run')}

  ${' '.repeat(width)}    n8n's own nodes             Sealbox nodes
  ${' '.repeat(width)}    stock n8n    with guard     with guard`);
	for (const run of runs) console.log(lineFor(run, width));
	console.log(`
  n8n's own nodes: the same workflow with HTTP Request and Header Auth, which n8n brings along.
  All services echo what they are sent, as many do in errors and debugging endpoints.
`);
}

function lineFor(
	{ name, file, failure, result, withSealbox, ownNodes }: ExampleRun,
	width: number,
): string {
	const own = ownNodes
		? `${count(ownNodes.stock, 9)}    ${count(ownNodes.guarded, 10)}`
		: `${'-'.padStart(9)}    ${'-'.padStart(10)}`;
	const outcome = failure === '' ? result : paint('red', failure);
	return `  ${name.padEnd(width)}    ${own}     ${count(withSealbox, 10)}\n  ${paint('grey', `${file}: ${outcome}`)}`;
}

/** The first example that calls a service: every place of the two databases where its secret stood. */
function saySideBySide(runs: readonly ExampleRun[]): void {
	const shown = runs.find(({ ownNodes }) => ownNodes?.places.length);
	if (shown?.ownNodes === undefined) return;
	console.log(paint('bold', `The two databases, side by side: "${shown.name}", n8n's own nodes\n`));
	for (const place of shown.ownNodes.places) console.log(linesOf(place));
	console.log('');
}

const LONGEST = 90;
const shortened = (text: string): string =>
	text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;

const linesOf = ({ where, stock, guarded }: Place): string =>
	`  ${where}
    stock n8n stored    ${paint('red', shortened(stock))}
    with the guard      ${paint(isSealed(guarded) ? 'green' : 'red', shortened(guarded))}`;
