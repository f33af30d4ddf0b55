/** What the preparation says, and how it runs long commands without leaving the reader in the dark. */
const { spawn } = require('node:child_process');
const { createWriteStream, mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const TICK_MS = process.stdout.isTTY ? 1_000 : 20_000;

/** A step that cannot go on. The message is one sentence that ends with what to do. */
class Refusal extends Error {}

const say = (line) => process.stdout.write(`${line}\n`);

function elapsed(sinceMs) {
	const seconds = Math.round((Date.now() - sinceMs) / 1_000);
	return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Redraws one line on a terminal, adds a line now and then elsewhere. */
function startTicker(title) {
	const since = Date.now();
	const show = () =>
		process.stdout.isTTY
			? process.stdout.write(`\r  ${title} ... ${elapsed(since)} `)
			: say(`  ${title} ... ${elapsed(since)}`);
	if (process.stdout.isTTY) show();
	const timer = setInterval(show, TICK_MS);
	return (outcome) => {
		clearInterval(timer);
		if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
		say(`  ${outcome} ${title} (${elapsed(since)})`);
	};
}

const lastLines = (file, count) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count);

/**
 * Runs a long command silently, with the time passing on screen.
 *
 * Its output goes to a log file, which stays when the command fails: the end of it is shown with the
 * remedy.
 */
function runStep(title, command, args, { remedy, cwd, env, shell = false }) {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-prepare-'));
	const log = join(folder, 'output.log');
	const output = createWriteStream(log);
	const finish = startTicker(title);
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, shell });
		child.stdout.pipe(output, { end: false });
		child.stderr.pipe(output, { end: false });
		child.on('error', (error) =>
			reject(new Refusal(`${command} did not start (${error.code}). ${remedy}`)),
		);
		child.on('close', (code) => {
			finish(code === 0 ? 'done:  ' : 'failed:');
			output.end(() => {
				if (code !== 0) return reject(refusalFrom(log, title, remedy));
				rmSync(folder, { recursive: true, force: true });
				resolve();
			});
		});
	});
}

function refusalFrom(log, title, remedy) {
	const excerpt = lastLines(log, 15).map((line) => `    ${line}`);
	return new Refusal(
		`"${title}" failed. ${remedy}\n\n${excerpt.join('\n')}\n\n  All of it: ${log}`,
	);
}

module.exports = { Refusal, elapsed, runStep, say, startTicker };
