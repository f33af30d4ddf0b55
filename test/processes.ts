import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const esbuild = join(__dirname, '../node_modules/.bin/esbuild');

/** Bundles a program of the tests, so that real processes can run it. Remove `folder` afterwards. */
export function bundle(source: string): { folder: string; program: string } {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-program-'));
	const program = join(folder, 'program.cjs');
	const flags = ['--bundle', '--platform=node', '--log-level=error', '--external:pg-native'];
	execFileSync(esbuild, [source, ...flags, `--outfile=${program}`]);
	return { folder, program };
}

export interface Running<T> {
	readonly pid: number;
	kill(signal: NodeJS.Signals): void;
	/** Resolves with the next line that starts with this word, without it. */
	said(word: string): Promise<string>;
	/** What it answered last, as JSON; `undefined` when it was killed before. */
	readonly answer: Promise<T | undefined>;
}

/** Runs a bundled program that prints lines, and `answer <JSON>` at its end. Its order goes in by stdin. */
export function run<T>(program: string, order: unknown): Running<T> {
	const child = spawn(process.execPath, ['--no-warnings', program], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	child.stdin.end(JSON.stringify(order));
	const lines: string[] = [];
	const waiting: Array<() => void> = [];
	let rest = '';
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		const parts = (rest + text).split('\n');
		rest = parts.pop() ?? '';
		lines.push(...parts);
		for (const wake of waiting.splice(0)) wake();
	});
	const find = (word: string) => lines.find((line) => line.startsWith(`${word} `) || line === word);
	const said = async (word: string): Promise<string> => {
		for (let line = find(word); ; line = find(word)) {
			if (line !== undefined) return line.slice(word.length + 1);
			if (child.exitCode !== null) throw new Error(`The program ended without saying ${word}`);
			await new Promise<void>((resolve) => waiting.push(resolve));
		}
	};
	const answer = new Promise<T | undefined>((resolve) => {
		child.once('close', () => {
			for (const wake of waiting.splice(0)) wake();
			const line = find('answer');
			resolve(line === undefined ? undefined : (JSON.parse(line.slice(7)) as T));
		});
	});
	return { pid: child.pid ?? 0, kill: (signal) => void child.kill(signal), said, answer };
}

/** The order that a program was given. */
export async function readOrder<T>(): Promise<T> {
	let text = '';
	for await (const part of process.stdin.setEncoding('utf8')) text += String(part);
	return JSON.parse(text) as T;
}
