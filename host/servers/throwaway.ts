import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { accessSync, constants, globSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Database servers refuse to run as root; then they run as the account their package made. */
const asUser = (account: string): string[] =>
	userInfo().uid === 0
		? ['setpriv', `--reuid=${account}`, `--regid=${account}`, '--clear-groups', '--']
		: [];

/** A server process of our own, with a folder of its own, that leaves nothing behind. */
export class Throwaway {
	readonly folder: string;
	readonly #account: string;
	#process: ChildProcess | undefined;

	constructor(name: string, account: string) {
		this.folder = mkdtempSync(join(tmpdir(), `sealbox-${name}-`));
		this.#account = account;
		this.own();
	}

	/** Hands the folder and what is in it to the account of the server. */
	own(): void {
		if (userInfo().uid === 0) execFileSync('chown', ['-R', this.#account, this.folder]);
	}

	run(...command: string[]): void {
		const [program, ...args] = [...asUser(this.#account), ...command];
		execFileSync(program as string, args, { cwd: this.folder, stdio: 'pipe' });
	}

	/** Starts the server and waits until it accepts connections. */
	async start(port: number, ...command: string[]): Promise<void> {
		const [program, ...args] = [...asUser(this.#account), ...command];
		this.#process = spawn(program as string, args, { cwd: this.folder, stdio: 'ignore' });
		for (let attempt = 0; attempt < 150; attempt++) {
			if (await accepts(port)) return;
			if (this.#process.exitCode !== null) break;
			await sleep(100);
		}
		throw new Error(`${program} did not start`);
	}

	async stop(): Promise<void> {
		const running = this.#process;
		if (running?.exitCode === null) {
			const gone = new Promise((resolve) => running.once('exit', resolve));
			running.kill('SIGQUIT');
			setTimeout(() => running.kill('SIGKILL'), 5000).unref();
			await gone;
		}
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Repeats a login for five seconds: a server opens its port a moment before its socket. */
export async function patiently<T>(login: () => Promise<T>): Promise<T> {
	for (let attempt = 0; ; attempt++) {
		try {
			return await login();
		} catch (error) {
			if (attempt === 50) throw error;
			await sleep(100);
		}
	}
}

const accepts = async (port: number): Promise<boolean> =>
	await new Promise((resolve) => {
		const socket = connect(port, '127.0.0.1', () => {
			socket.destroy();
			resolve(true);
		});
		socket.on('error', () => resolve(false));
	});

/** The path of a program in PATH or in one of the folders where distributions hide servers. */
export function programOrNull(name: string): string | null {
	const folders = [
		...(process.env.PATH ?? '').split(delimiter),
		'/usr/sbin',
		...globSync('/usr/lib/postgresql/*/bin'),
	];
	return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		// Not there, or not ours to run.
		return false;
	}
}
