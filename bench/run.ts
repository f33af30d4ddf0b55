/**
 * `npm run bench`: every figure as a ratio inside this one run, printed and written to
 * docs/benchmarks.md with the machine's description. `npm run bench seal scrub` runs only those and
 * prints without writing; with `-- --write` before their names, only their tables are written anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { benchDatabase } from './database.ts';
import { benchGuard } from './guard.ts';
import { benchLoad } from './load.ts';
import { benchRequest } from './request.ts';
import { benchScrub } from './scrub.ts';
import { benchSeal } from './seal.ts';
import { benchTokens } from './tokens.ts';
import { benchWebhooks } from './webhooks.ts';

const SECTIONS: Record<string, () => Promise<string>> = {
	seal: benchSeal,
	scrub: benchScrub,
	tokens: benchTokens,
	request: benchRequest,
	database: benchDatabase,
	load: benchLoad,
	guard: benchGuard,
	webhooks: benchWebhooks,
};

const machine = (): string => {
	const [{ model }] = cpus();
	const gibibytes = Math.round(totalmem() / 2 ** 30);
	return `Node ${process.versions.node}, ${cpus().length} × ${model.trim()}, ${gibibytes} GiB, ${process.platform} ${process.arch}.`;
};

const FILE = 'docs/benchmarks.md';
const TOP = `# Benchmarks

Written by \`npm run bench\`. Compare the ratios, not the milliseconds: each table was measured in one run on one machine.`;

async function main(): Promise<void> {
	const names = process.argv.slice(2).filter((word) => word !== '--write');
	const unknown = names.filter((name) => !(name in SECTIONS));
	if (unknown.length > 0) {
		throw new Error(`No such benchmark. There are: ${Object.keys(SECTIONS).join(', ')}.`);
	}
	const parts: string[] = [];
	for (const [name, run] of Object.entries(SECTIONS)) {
		if (names.length > 0 && !names.includes(name)) continue;
		process.stderr.write(`Measuring ${name} …\n`);
		const part = await run();
		console.log(`\n${part}`);
		parts.push(part.trim());
	}
	if (names.length === 0) write([TOP, machine(), ...parts]);
	else if (process.argv.includes('--write')) write(replaced(readFileSync(FILE, 'utf8'), parts));
}

const write = (parts: string[]): void => writeFileSync(FILE, `${parts.join('\n\n')}\n`);

/** The file with some of its tables measured anew, each with its machine where that is another one. */
function replaced(text: string, parts: string[]): string[] {
	const [top, ...before] = text.split(/^(?=## )/m).map((part) => part.trim());
	const isHere = top.includes(machine());
	const after = new Map(before.map((part) => [headingOf(part), part]));
	for (const part of parts) after.set(headingOf(part), isHere ? part : `${part}\n\n${machine()}`);
	return [top, ...after.values()];
}

const headingOf = (part: string): string => part.split('\n', 1)[0];

void main().catch((failure: Error) => {
	console.error(failure.message);
	process.exitCode = 1;
});
