/**
 * The scrubber against the ways to search that people reach for first, in one run.
 * `node bench/scrub.ts` prints it. Build first: the shipped code is measured.
 */
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
	hostileTexts,
	randomNeedles,
	recordItems,
	textItems,
	type Needle,
} from './scrub/samples.ts';

type Sealbox = typeof import('../src/index.ts');
type Search = typeof import('../src/sealing/scrub/search.ts').Search;
type ExactForms = typeof import('../src/sealing/scrub/exactForms.ts').exactForms;
type PartsOf = typeof import('../src/sealing/scrub/secretText.ts').partsOf;

const load = createRequire(resolve('bench/scrub.ts'));
const { createScrubber } = load('../index.js') as Sealbox;
const { Search } = load('../dist/sealing/scrub/search.js') as { Search: Search };
const { exactForms } = load('../dist/sealing/scrub/exactForms.js') as { exactForms: ExactForms };
const { partsOf } = load('../dist/sealing/scrub/secretText.js') as { partsOf: PartsOf };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const BYTES = 10_000_000;
const COUNTS = [10, 100, 1000];
const ROUNDS = 5;
const WARM_UP = 4;
const ROUNDS_IN_TURN = 21;
/** One pass per needle over 10 MB takes minutes; a tenth of the text says as much. */
const SLOW_SHARE = 10;

/** A Markdown section: engines on text, all layers on items, hostile text, memory. */
export async function benchScrub(): Promise<string> {
	const rows = COUNTS.map(engineRow);
	return [
		'## Scrub',
		'',
		'Random secrets of 20 to 60 characters, 10 MB of items, one secret about every 20 KB. ' +
			'The items hold sentences, but for the columns that say otherwise. ' +
			'Each engine looks for every encoded form of the secrets. The ratio in brackets is the time ' +
			'against `JSON.stringify` of the same items, measured in turn with it.',
		'',
		'| Secrets | Forms | `split`/`join` | `replaceAll` | One RegExp | Exact layer | Exact layer, items of short fields | Exact layer against RegExp |',
		'|---|---|---|---|---|---|---|---|',
		...rows.map(({ engines }) => engines),
		'',
		'Budget at 1,000 secrets: at least 20 × the RegExp, below 20 % of `JSON.stringify`. ' +
			'The latter is missed: Node 24 writes such items at 400 to 600 MB/s.',
		'',
		'All layers (exact, escapes and encodings undone, loose):',
		'',
		'| Secrets | `value`, items of short fields | `value`, items of sentences | `text`, the latter as JSON | Build | Memory |',
		'|---|---|---|---|---|---|',
		...rows.map(({ layers }) => layers),
		'',
		'Budget of `value`: 1 × `JSON.stringify` at 10 secrets, 3 × at 1,000. On sentences it is missed: ' +
			'Node 24 copies plain text at about 500 MB/s, and the loose layer has to look at every letter ' +
			'to see through wrapping, case and truncation.',
		'',
		...hostileTable(),
	].join('\n');
}

function engineRow(count: number): { engines: string; layers: string } {
	const needles = randomNeedles(count);
	const items = textItems(BYTES, needles);
	const json = JSON.stringify(items);
	const stringify = () => JSON.stringify(items);
	const forms = formsOf(needles);
	const search = new Search(needles.map(({ value }) => value));
	const [stringifyMs, exact] = inTurn([stringify, () => search.countExact(json)]);
	const regExp = bestMs(() => json.replace(alternation(forms), ''), 3);
	const part = json.slice(0, json.length / SLOW_SHARE);
	const each = (one: (text: string, form: string) => string): number =>
		bestMs(() => forms.reduce(one, part), 1) * SLOW_SHARE;
	const splitJoin = each((text, form) => text.split(form).join(''));
	const replaceAll = each((text, form) => text.replaceAll(form, ''));
	const engines = [splitJoin, replaceAll, regExp, exact].map((ms) => shown(ms, stringifyMs));

	const { scrubber, buildMs, megabytes } = built(needles);
	const records = recordItems(BYTES, needles);
	const recordsJson = JSON.stringify(records);
	const [recordsMs, recordsValue, recordsExact] = inTurn([
		() => JSON.stringify(records),
		() => scrubber.value(records),
		() => search.countExact(recordsJson),
	]);
	const [itemsMs, value, text] = inTurn([
		stringify,
		() => scrubber.value(items),
		() => scrubber.text(json),
	]);
	const layers = [shown(recordsValue, recordsMs), shown(value, itemsMs), shown(text, itemsMs)];
	return {
		engines: `| ${count} | ${forms.length} | ${engines.join(' | ')} | ${shown(recordsExact, recordsMs)} | ${(regExp / exact).toFixed(0)} × |`,
		layers: `| ${count} | ${layers.join(' | ')} | ${buildMs.toFixed(0)} ms | ${megabytes.toFixed(1)} MB |`,
	};
}

const shown = (ms: number, against: number): string =>
	`${ms.toFixed(0)} ms (${(ms / against).toFixed(2)})`;

const formsOf = (needles: readonly Needle[]): string[] => [
	...new Set(
		needles.flatMap(({ value }) =>
			partsOf(value).flatMap((part) => exactForms(part).map((form) => form.text)),
		),
	),
];

/** Longest first, so that a secret which begins like another one is not cut short. */
const alternation = (forms: readonly string[]): RegExp =>
	new RegExp(
		[...forms]
			.sort((a, b) => b.length - a.length)
			.map((form) => form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
			.join('|'),
		'g',
	);

function built(needles: readonly Needle[]) {
	collectGarbage();
	const before = memoryBytes();
	const started = performance.now();
	const scrubber = createScrubber(needles);
	scrubber.text('The first text builds the index, so that needles can be added one by one before.');
	const buildMs = performance.now() - started;
	collectGarbage();
	return { scrubber, buildMs, megabytes: (memoryBytes() - before) / 1e6 };
}

const memoryBytes = (): number => {
	const { heapUsed, arrayBuffers } = process.memoryUsage();
	return heapUsed + arrayBuffers;
};

function hostileTable(): string[] {
	const needles = randomNeedles(1000);
	const scrubber = createScrubber(needles);
	const times = Object.entries(hostileTexts(needles)).map(
		([name, text]) => [name, bestMs(() => scrubber.text(text), 3)] as const,
	);
	const sorted = times.map(([, ms]) => ms).sort((a, b) => a - b);
	const median = sorted[Math.floor(sorted.length / 2)];
	return [
		'A megabyte of text made to be slow, 1,000 secrets, all layers. Budget: 5 × the median.',
		'',
		'| Text | ms | Against the median |',
		'|---|---|---|',
		...times.map(([name, ms]) => `| ${name} | ${ms.toFixed(1)} | ${(ms / median).toFixed(1)} × |`),
	];
}

/** Medians of several rounds, each work once in every round: what slows one slows all. */
function inTurn(works: readonly (() => unknown)[]): number[] {
	collectGarbage();
	const times = works.map((): number[] => []);
	for (let round = 0; round < WARM_UP + ROUNDS_IN_TURN; round++) {
		for (const [index, work] of works.entries()) {
			const started = performance.now();
			work();
			if (round >= WARM_UP) times[index].push(performance.now() - started);
		}
	}
	return times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
}

/** The fastest of several runs: what the machine's other work adds is not ours. */
function bestMs(work: () => unknown, rounds = ROUNDS): number {
	let best = Infinity;
	for (let round = 0; round <= rounds; round++) {
		const started = performance.now();
		work();
		best = Math.min(best, performance.now() - started);
	}
	return best;
}
