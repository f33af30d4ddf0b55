import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROUNDS = 9;
const BUDGET_MS = 150;

/** Runs in a process of its own, as n8n does at start: n8n-workflow is there, Sealbox is not yet. */
const SCRIPT = `
	const [, folder, ...entries] = process.argv;
	require('n8n-workflow');
	const started = performance.now();
	for (const entry of entries) require(require('path').join(folder, entry));
	process.stdout.write(String(performance.now() - started));
`;

/** What the package adds to the start of n8n, as a Markdown section. */
export async function benchLoad(): Promise<string> {
	const { credentials, nodes } = JSON.parse(readFileSync('package.json', 'utf8')).n8n;
	const lazy = medianMs(credentials);
	const eager = medianMs([...credentials, ...nodes]);
	return [
		'## Load at the start of n8n',
		'',
		`| What n8n loads | ms (budget ${BUDGET_MS}) |`,
		'|---|---|',
		`| credentials only, with the metadata that the package brings | ${lazy.toFixed(1)} |`,
		`| everything, as after an installation in the editor | ${eager.toFixed(1)} |`,
	].join('\n');
}

function medianMs(entries: readonly string[]): number {
	const times = Array.from({ length: ROUNDS }, () => onceMs(entries)).sort((a, b) => a - b);
	return times[Math.floor(ROUNDS / 2)];
}

function onceMs(entries: readonly string[]): number {
	const args = ['-e', SCRIPT, resolve('.'), ...entries];
	const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
	if (status !== 0) throw new Error('The package did not load. Build it first.');
	return Number(stdout);
}
