import { spawn } from 'node:child_process';

/** Runs a command to its end. @throws an error with the end of its output when it fails. */
export async function run(command: string, args: string[], cwd: string): Promise<string> {
	const child = spawn(command, args, { cwd, shell: process.platform === 'win32' });
	let stdout = '';
	let stderr = '';
	child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
	const code = await new Promise((resolve, reject) => {
		child.on('error', reject);
		child.on('close', resolve);
	});
	if (code === 0) return stdout;
	throw new Error(
		`${command} ${args[0]} ended with ${String(code)}:\n${lastLines(stdout + stderr, 20)}`,
	);
}

/** The end of a log, where the reason usually stands. */
export const lastLines = (text: string, count: number): string =>
	text.trimEnd().split('\n').slice(-count).join('\n');
