import {
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	utimes,
	writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LeaveProgress } from './leave/leaving';

/** What a process with the guard says of itself, for `sealbox doctor` and for its fellows. */
export interface GuardStatus {
	readonly format: 1;
	/** `main`, `worker`, `webhook`, or another command of n8n's. */
	readonly role: string;
	readonly pid: number;
	readonly machine: string;
	readonly guardVersion: string;
	/** The first digits of the SHA-256 of the hook file. */
	readonly build: string;
	/** Where the hook file is. */
	readonly file: string;
	readonly hostVersion: string;
	readonly instanceId: string;
	readonly isRequired: boolean;
	readonly seams: ReadonlyArray<{ readonly name: string; readonly missing?: string }>;
	/** Whether a planted secret was found, sealed and opened; a sentence when not. */
	readonly selfTest: 'passed' | 'pending' | { readonly failed: string };
	/** While the guard is being taken away: how far that is. */
	readonly leaving?: LeaveProgress;
	/** ISO 8601. */
	readonly startedAt: string;
}

/** A status file, and when its process was last heard of. */
export interface SeenStatus extends GuardStatus {
	readonly heardAtMs: number;
}

const HEARTBEAT_MS = 60_000;
/** Longer than this without a heartbeat, and a process has ended without saying so. */
const SILENT_MS = 200_000;

export const guardFolderIn = (n8nFolder: string): string => join(n8nFolder, 'sealbox', 'guard');

/** The file that tells of this process while it runs. Nothing depends on it: what fails is left out. */
export class StatusFile {
	readonly #path: string;
	#heart: NodeJS.Timeout | undefined;

	constructor(
		private readonly folder: string,
		private status: GuardStatus,
	) {
		const { role, machine, pid } = status;
		const name = `${role}-${machine.replace(/[^\w-]/g, '-').slice(0, 64)}-${pid}.json`;
		this.#path = join(folder, name);
		process.once('exit', this.remove);
		this.#heart = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
		removeSilent(folder);
		this.#write();
	}

	change(change: Partial<GuardStatus>): void {
		this.status = { ...this.status, ...change };
		this.#write();
	}

	readonly remove = (): void => {
		clearInterval(this.#heart);
		process.removeListener('exit', this.remove);
		attempt(() => rmSync(this.#path, { force: true }));
	};

	#write(): void {
		attempt(() => {
			mkdirSync(this.folder, { recursive: true, mode: 0o700 });
			writeFileSync(this.#path, JSON.stringify(this.status, null, '\t'), { mode: 0o600 });
		});
	}

	#beat(): void {
		const now = new Date();
		// Whoever removed the file meant it.
		utimes(this.#path, now, now, () => undefined);
	}
}

/** The status files of a folder, those of processes that ended without saying so included. */
export function readStatuses(folder: string): SeenStatus[] {
	const names = attempt(() => readdirSync(folder)) ?? [];
	return names.flatMap((name) => attempt(() => readStatus(join(folder, name))) ?? []);
}

function readStatus(path: string): SeenStatus[] {
	const status = JSON.parse(readFileSync(path, 'utf8')) as GuardStatus;
	if (status?.format !== 1 || !path.endsWith('.json')) return [];
	return [{ ...status, heardAtMs: statSync(path).mtimeMs }];
}

/** Whether the process of a status still runs, as far as can be told from here. */
export function isAlive({ machine, pid, heardAtMs }: SeenStatus, nowMs: number): boolean {
	if (nowMs - heardAtMs > SILENT_MS) return false;
	if (machine !== hostname()) return true;
	try {
		return process.kill(pid, 0);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

/** Files that processes left behind when they were killed. */
function removeSilent(folder: string): void {
	for (const name of attempt(() => readdirSync(folder)) ?? []) {
		const path = join(folder, name);
		const [status] = attempt(() => readStatus(path)) ?? [];
		if (status && !isAlive(status, Date.now())) attempt(() => rmSync(path, { force: true }));
	}
}

/** `undefined` when the file or folder is not there, or not ours to touch. */
function attempt<T>(work: () => T): T | undefined {
	try {
		return work();
	} catch {
		return undefined;
	}
}
