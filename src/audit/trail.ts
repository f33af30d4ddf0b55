import { accessSync, constants, mkdirSync } from 'node:fs';
import { SealboxError } from '../sealing/error';
import { Chain, type ChainSettings, type Outcome } from './chain';
import { entryOf, type AuditEvent, type Entry } from './event';
import { chainNameOf } from './files';
import { keyIdOf } from './line';
import { Waiting } from './waiting';

export interface TrailSettings {
	/** Made when it is missing. */
	readonly folder: string;
	/** Secret, 32 bytes: only whoever has it can go on with the record. */
	readonly key: Uint8Array;
	/** Milliseconds since 1970. */
	readonly clock: () => number;
	/** Which process of the host this is, for example `main`; the name of its chain. */
	readonly process: string;
	/** Told in a sentence when events cannot be written, and when they can again. */
	readonly report?: (sentence: string) => void;
	/** A file of this length is followed by another; 16 MiB by default. */
	readonly fileBytes?: number;
	/** How many files of the chain are kept, 2 at least; all of them by default. */
	readonly keepFiles?: number;
	/** Notes that the process ended as it should when it does, for want of somebody who calls `close`. */
	readonly closesAtExit?: boolean;
}

/** Where a process puts on record what happened. */
export interface Trail {
	/**
	 * Never throws and never waits. Of more than 10,000 events in waiting only the number is kept.
	 *
	 * @param canWait - of a kind that comes with every run: written once a second at most, unless another is
	 */
	append(event: AuditEvent, canWait?: boolean): void;
	/** Resolves when what was appended before is written, or was tried to be. */
	flush(): Promise<void>;
	/** Records that the process ended as it should, and flushes. */
	close(): Promise<void>;
}

const FILE_BYTES = 16 * 1024 * 1024;
/** Making the lines of a batch ready takes a few milliseconds, in which the host waits. */
const BATCH = 200;
/** Events of this time are written together. */
const PAUSE_MS = 50;
/** From one write to the next for those that can wait: each write takes its turn with other processes. */
const LONG_PAUSE_MS = 1000;
const PAUSE_AFTER_FAILURE_MS = 1000;
const WITNESS_MS = 3_600_000;

/**
 * Opens the record of this process and notes that in it. What is in waiting when the process exits is
 * written then.
 *
 * @throws SealboxError `ERR_AUDIT_UNWRITABLE` when the folder cannot be made, read or written to
 * @see docs/audit.md
 */
export const openTrail = (settings: TrailSettings): Trail => new FileTrail(settings);

class FileTrail implements Trail {
	readonly #chain: Chain;
	readonly #waiting: Waiting;
	#timer: NodeJS.Timeout | undefined;
	/** When the timer fires, and when was written last, in milliseconds of this process. */
	#dueAt = Infinity;
	#wroteAt = -Infinity;
	#writing: Promise<void> | undefined;
	#witnessedAt: number;
	#isFailing = false;
	#isArmed = false;

	constructor(private readonly settings: TrailSettings) {
		const { folder, key, clock, process, fileBytes = FILE_BYTES } = settings;
		const name = chainNameOf(process);
		const keyId = keyIdOf(key);
		const moved = (from: string) =>
			this.#note({ type: 'trail.moved', subject: { key: keyId, insteadOf: from } });
		this.#chain = openChain({ folder, name, key, fileBytes, moved });
		this.#waiting = new Waiting((count) => this.#note({ type: 'trail.overflow', count }));
		this.#witnessedAt = clock();
		const insteadOf = this.#chain.name === name ? undefined : name;
		const opened = this.#note({ type: 'trail.opened', subject: { key: keyId, insteadOf } });
		this.#put({ ...opened, ...this.#seen() });
		if (settings.closesAtExit) this.#closeAtEnd();
	}

	append(event: AuditEvent, canWait = false): void {
		const sinceWrite = performance.now() - this.#wroteAt;
		const pauseMs = canWait ? Math.max(PAUSE_MS, LONG_PAUSE_MS - sinceWrite) : PAUSE_MS;
		this.#put(this.#note(event), pauseMs);
	}

	async flush(): Promise<void> {
		// What is being written now may have been taken before the latest events came.
		await this.#writing;
		await this.#write();
	}

	async close(): Promise<void> {
		// Now, so that it does not come after the end.
		this.#witness();
		this.append({ type: 'trail.closed' });
		await this.flush();
	}

	#note(event: AuditEvent): Entry {
		return entryOf(event, this.settings.clock());
	}

	#put(entry: Entry, pauseMs = PAUSE_MS): void {
		this.#waiting.put(entry);
		this.#arm(true);
		this.#schedule(pauseMs);
	}

	/** Listens for the exit only while something waits: an idle trail leaves nothing behind. */
	#arm(isArmed: boolean): void {
		if (isArmed && !this.#isArmed) process.once('exit', this.#writeAtExit);
		if (!isArmed) process.removeListener('exit', this.#writeAtExit);
		this.#isArmed = isArmed;
	}

	/** What is due earlier stays so; after a failure nothing is tried earlier. */
	#schedule(pauseMs: number): void {
		// What is being written takes along what comes meanwhile.
		if (this.#writing !== undefined) return;
		const dueAt = performance.now() + pauseMs;
		if (this.#timer !== undefined && (this.#isFailing || dueAt >= this.#dueAt)) return;
		clearTimeout(this.#timer);
		// A `report` that throws must not end the host: it would be an unhandled rejection.
		const write = () => void this.#write().catch(() => {});
		this.#timer = setTimeout(write, pauseMs).unref();
		this.#dueAt = dueAt;
	}

	#write(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#writing ??= this.#writeAll().finally(() => {
			this.#writing = undefined;
			if (this.#waiting.isEmpty) this.#arm(false);
			else this.#schedule(this.#isFailing ? PAUSE_AFTER_FAILURE_MS : PAUSE_MS);
		});
		return this.#writing;
	}

	async #writeAll(): Promise<void> {
		this.#witness();
		while (!this.#waiting.isEmpty) {
			const { file } = this.#chain;
			const outcome = await this.#chain.write(this.#waiting.take(BATCH));
			this.#wroteAt = performance.now();
			if (!this.#settle(outcome)) return;
			if (this.#chain.file > file) await this.#prune();
		}
	}

	async #prune(): Promise<void> {
		const { keepFiles } = this.settings;
		if (keepFiles === undefined) return;
		await this.#chain.prune(Math.max(2, keepFiles), (through) =>
			this.#note({ type: 'trail.pruned', count: through }),
		);
	}

	/** Whoever exits with another code has not ended as it should. */
	#closeAtEnd(): void {
		process.once('exit', (code) => {
			if (code !== 0) return;
			this.#waiting.put(this.#note({ type: 'trail.closed' }));
			this.#writeAtExit();
		});
	}

	readonly #writeAtExit = (): void => {
		this.#waiting.putBack(this.#chain.takeOver());
		while (!this.#waiting.isEmpty) {
			if (!this.#settle(this.#chain.writeSync(this.#waiting.take(BATCH)))) return;
		}
	};

	/** Whether all of it is on record; if not, it waits for another try. */
	#settle({ left, failure = 'the file is in use' }: Outcome): boolean {
		this.#waiting.putBack(left);
		const hadFailed = this.#isFailing;
		const hasFailed = (this.#isFailing = left.length > 0);
		if (hasFailed !== hadFailed)
			this.settings.report?.(hasFailed ? failing(this.settings.folder, failure) : WORKS);
		return !hasFailed;
	}

	/** Once an hour: the ends of the other chains, so that cutting them off shows here. */
	#witness(): void {
		const now = this.settings.clock();
		if (now - this.#witnessedAt < WITNESS_MS) return;
		this.#witnessedAt = now;
		const seen = this.#seen();
		if (seen.heads) this.#waiting.put({ ...this.#note({ type: 'trail.witnessed' }), ...seen });
	}

	#seen(): Pick<Entry, 'heads'> {
		const heads = this.#chain.heads();
		return heads.length > 0 ? { heads } : {};
	}
}

const failing = (folder: string, why: string): string =>
	`The audit trail cannot be written in ${folder} (${why}). Events wait in memory, 10,000 at most.`;
const WORKS = 'The audit trail is written again.';

function openChain(settings: ChainSettings): Chain {
	const { folder } = settings;
	const chain = chainOrCode(settings);
	if (chain instanceof Chain) return chain;
	throw new SealboxError(
		'ERR_AUDIT_UNWRITABLE',
		`The audit trail cannot be written in ${folder} (${chain}). The user that runs n8n has to own that folder.`,
	);
}

function chainOrCode(settings: ChainSettings): Chain | string {
	try {
		mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
		accessSync(settings.folder, constants.R_OK | constants.W_OK | constants.X_OK);
		return new Chain(settings);
	} catch (error) {
		return (error as NodeJS.ErrnoException).code ?? 'unknown';
	}
}
