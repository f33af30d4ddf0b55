import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './command.ts';

const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 20_000;

/** One running process of n8n. */
export interface N8nProcess {
	readonly pid: number;
	readonly url: string;
	readonly log: string;
	/** Asks it to end, as an operator does, and waits for that. */
	stop(): Promise<void>;
	/** Ends it as a power cut would. */
	kill(): Promise<void>;
}

export interface ProcessOptions {
	/** What the process is for: everything, running workflows, or taking webhook calls. */
	role: 'start' | 'worker' | 'webhook';
	/** Where it starts, and where it answers on its readiness. */
	folder: string;
	url: string;
	/** The file that its output is added to. */
	log: string;
	env: Record<string, string>;
	/** Where n8n is installed; by default where `host/prepare.js` says. */
	program?: string;
}

/** Starts a process of n8n and waits until it is ready. */
export async function startProcess(options: ProcessOptions): Promise<N8nProcess> {
	const { url, log } = options;
	const child = spawnN8n(options);
	const killWithUs = () => child.kill('SIGKILL');
	process.once('exit', killWithUs);
	const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
		await endWith(child, signal);
		process.removeListener('exit', killWithUs);
	};
	await waitUntilReady(child, url, log);
	return { pid: child.pid ?? 0, url, log, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

function spawnN8n({ role, folder, log, env, program }: ProcessOptions): ChildProcess {
	const output = openSync(log, 'a');
	return spawn(process.execPath, [binary(program), role], {
		cwd: folder,
		env: { ...inherited(), ...env },
		stdio: ['ignore', output, output],
	});
}

function binary(folder = process.env.SEALBOX_N8N_FOLDER): string {
	if (folder === undefined) throw new Error('Start this with: node host/prepare.js <script>');
	return join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

/** What n8n may see of our environment: none of its own settings, nothing of the test runner's. */
function inherited(): NodeJS.ProcessEnv {
	const ours = /^(N8N_|DB_|QUEUE_|EXECUTIONS_|JEST_|NODE_ENV$|NODE_OPTIONS$|npm_)/;
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

async function waitUntilReady(child: ChildProcess, url: string, log: string): Promise<void> {
	const deadline = Date.now() + READY_WITHIN_MS;
	while (!(await answers(`${url}/healthz/readiness`))) {
		const ended = child.exitCode !== null || child.signalCode !== null;
		if (ended || Date.now() > deadline) {
			child.kill('SIGKILL');
			const what = ended
				? 'stopped while starting'
				: `was not ready in ${READY_WITHIN_MS / 1_000} s`;
			throw new Error(
				`n8n ${what}. The end of its log:\n${lastLines(readFileSync(log, 'utf8'), 25)}`,
			);
		}
		await sleep(250);
	}
}

const answers = (url: string): Promise<boolean> =>
	fetch(url).then(
		(response) => response.ok,
		// Not listening yet.
		() => false,
	);

async function endWith(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill(signal);
	const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
	await ended;
	clearTimeout(force);
}
