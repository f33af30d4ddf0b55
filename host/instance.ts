import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './command.ts';
import { install } from './pack.ts';
import { freePort } from './ports.ts';

const READY_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 20_000;

/** A private n8n: its own folder, database, key, ports and temporary files. */
export interface Instance {
	readonly url: string;
	/** Everything the instance writes is under this folder, logs and temporary files included. */
	readonly folder: string;
	readonly log: string;
	stop(): Promise<void>;
	/** Removes the folder. Only after {@link Instance.stop}. */
	remove(): void;
}

/** A fresh user folder, with the tarball installed where n8n looks for community packages. */
export async function createUserFolder(tarball: string): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-n8n-'));
	mkdirSync(join(folder, 'tmp'));
	await install(tarball, join(folder, '.n8n', 'nodes'));
	return folder;
}

/** Starts n8n on a user folder and waits until it answers. */
export async function startInstance(
	folder: string,
	env: Record<string, string> = {},
): Promise<Instance> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const log = join(folder, 'n8n.log');
	const child = spawnN8n(folder, log, { ...(await settings(folder, port)), ...env });
	const killWithUs = () => child.kill('SIGKILL');
	process.once('exit', killWithUs);
	await waitUntilReady(child, url, log);
	return {
		url,
		folder,
		log,
		async stop() {
			await stop(child);
			process.removeListener('exit', killWithUs);
		},
		remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
	};
}

async function settings(folder: string, port: number): Promise<Record<string, string>> {
	return {
		N8N_USER_FOLDER: folder,
		TMPDIR: join(folder, 'tmp'),
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		N8N_SECURE_COOKIE: 'false',
		N8N_LOG_LEVEL: 'debug',
		...QUIET,
	};
}

/** Nothing here talks to the outside world or greets anybody. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
};

/** The pinned n8n that `host/prepare.js` has installed; it says where by `SEALBOX_N8N_FOLDER`. */
function n8nProgram(): string {
	const folder = process.env.SEALBOX_N8N_FOLDER;
	if (folder === undefined) throw new Error('Start this with: node host/prepare.js <script>');
	return join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
}

function spawnN8n(folder: string, log: string, env: Record<string, string>): ChildProcess {
	const output = openSync(log, 'a');
	return spawn(process.execPath, [n8nProgram(), 'start'], {
		cwd: folder,
		env: { ...inherited(), ...env },
		stdio: ['ignore', output, output],
	});
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

async function stop(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGTERM');
	const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
	await ended;
	clearTimeout(force);
}
