/**
 * `npm run bench`: every figure as a ratio inside this one run, printed and written to
 * docs/benchmarks.md with the machine's description. `npm run bench seal scrub` runs only those
 * and prints without writing.
 */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { benchDatabase } from './database.ts';
import { benchGuard } from './guard.ts';
import { benchLoad } from './load.ts';
import { benchRequest } from './request.ts';
import { benchScrub } from './scrub.ts';
import { benchSeal } from './seal.ts';
import { benchTokens } from './tokens.ts';

const SECTIONS: Record<string, () => Promise<string>> = {
	seal: benchSeal,
	scrub: benchScrub,
	tokens: benchTokens,
	request: benchRequest,
	database: benchDatabase,
	load: benchLoad,
	guard: benchGuard,
};

const machine = (): string => {
	const [{ model }] = cpus();
	const gibibytes = Math.round(totalmem() / 2 ** 30);
	return `Node ${process.versions.node}, ${cpus().length} × ${model.trim()}, ${gibibytes} GiB, ${process.platform} ${process.arch}.`;
};

async function main(): Promise<void> {
	const chosen = process.argv.slice(2);
	const unknown = chosen.filter((name) => !(name in SECTIONS));
	if (unknown.length > 0) {
		throw new Error(`No such benchmark. There are: ${Object.keys(SECTIONS).join(', ')}.`);
	}
	const parts = [
		'# Benchmarks',
		`Written by \`npm run bench\`. Compare the ratios, not the milliseconds: each table was measured in one run on one machine.`,
		machine(),
	];
	for (const [name, run] of Object.entries(SECTIONS)) {
		if (chosen.length > 0 && !chosen.includes(name)) continue;
		process.stderr.write(`Measuring ${name} …\n`);
		const part = await run();
		console.log(`\n${part}`);
		parts.push(part.trim());
	}
	if (chosen.length === 0) writeFileSync('docs/benchmarks.md', `${parts.join('\n\n')}\n`);
}

void main().catch((failure: Error) => {
	console.error(failure.message);
	process.exitCode = 1;
});
