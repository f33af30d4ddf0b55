import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Keyset } from '../sealing/keyset';
import { seal } from '../sealing/seal';
import type { State } from '../state/state';
import type { Issued } from './issued';
import { openOrNull } from './shelf';

/** An answer of the service, kept before anything else is done with it: the service gives it only once. */
export interface Entry {
	readonly attempt: string;
	readonly lineage: string;
	/** Keyed hash of the refresh token that it was got with. */
	readonly parent: string;
	readonly atMs: number;
	readonly issued: Issued;
}

/** An entry that was found, and how to be rid of it. */
export interface Found extends Entry {
	/** In the store, to be removed in one step with what it is used for; absent for one in a file. */
	readonly key?: string;
	remove(): Promise<void>;
}

const PURPOSE = 'sealbox/token-journal/v1';
const MOST = 16;
const OFFER_EVERY_MS = 1_000;

const warningOf = (folder: string): string =>
	`Sealbox holds a renewed token in memory only: neither its store nor ${folder} can be written. Make room before n8n is stopped, or its credential may have to be connected again.`;

/**
 * Answers that are not saved yet: in the shared store, or, while that cannot be written, in files of mode
 * 0600 in a folder of this machine. While neither takes them they are held in memory, and offered again.
 */
export class Journal {
	/** By id and attempt. Secret. */
	readonly #held = new Map<string, { readonly id: string; readonly entry: Entry }>();
	#isOffering = false;

	constructor(
		private readonly state: State,
		private readonly keyset: Keyset,
		/** Made when it is needed. */
		private readonly folder: string,
	) {}

	/** @returns the key of the entry in the store, or `null` when it is somewhere else */
	async put(id: string, entry: Entry): Promise<string | null> {
		return await this.#keep(id, entry).catch(() => this.#hold(id, entry));
	}

	/** Rejects when neither store nor disk takes it. */
	async #keep(id: string, entry: Entry): Promise<string | null> {
		const value = seal(JSON.stringify(entry), this.keyset, contextOf(id, entry.attempt));
		const key = keyOf(id, entry.attempt);
		// A power cut ends this process with its callers: whether they waited for the disk makes no difference.
		const outlives = 'crash, then power cut' as const;
		const written = await this.state.swap({ key, expected: 0, value, outlives }).catch(() => null);
		if (written !== null) return key;
		await this.#putFile(id, entry.attempt, value);
		return null;
	}

	/** The entries of a credential; torn or foreign ones are left out. */
	async find(id: string): Promise<Found[]> {
		return [...(await this.#inStore(id)), ...(await this.#inFiles(id)), ...this.#inMemory(id)];
	}

	#hold(id: string, entry: Entry): null {
		if (this.#held.size === 0) process.emitWarning(warningOf(this.folder), 'SealboxWarning');
		this.#held.set(keyOf(id, entry.attempt), { id, entry });
		void this.#offer();
		return null;
	}

	/** Offers what is held until there is room for it. */
	async #offer(): Promise<void> {
		if (this.#isOffering) return;
		this.#isOffering = true;
		while (this.#held.size > 0) {
			await pause(OFFER_EVERY_MS, undefined, { ref: false });
			for (const [key, { id, entry }] of this.#held) {
				await this.#keep(id, entry).then(
					() => this.#held.delete(key),
					// Later, then.
					() => undefined,
				);
			}
		}
		this.#isOffering = false;
	}

	#inMemory(id: string): Found[] {
		return [...this.#held]
			.filter(([, held]) => held.id === id)
			.map(([key, { entry }]) => ({ ...entry, remove: async () => void this.#held.delete(key) }));
	}

	async #inStore(id: string): Promise<Found[]> {
		const found: Found[] = [];
		for (const key of await this.state.keys(keyOf(id, ''), MOST)) {
			const stored = await this.state.read(key);
			if (stored === null) continue;
			const remove = async () => {
				await this.state.swap({ key, expected: stored.version, value: null });
			};
			const entry = this.#entryOrNull(id, key.slice(keyOf(id, '').length), stored.value);
			if (entry !== null) found.push({ ...entry, key, remove });
		}
		return found;
	}

	async #inFiles(id: string): Promise<Found[]> {
		const found: Found[] = [];
		// Asked at each renewal, and hardly ever there: cheaper than a walk through the thread pool.
		if (!existsSync(this.folder)) return found;
		for (const name of await readdir(this.folder)) {
			const [owner, attempt, kind] = name.split('.');
			if (owner !== id || attempt === undefined || kind !== 'sealed') continue;
			const path = join(this.folder, name);
			const value = await readFile(path, 'utf8').catch(() => '');
			const entry = this.#entryOrNull(id, attempt, value);
			if (entry !== null) found.push({ ...entry, remove: () => rm(path, { force: true }) });
		}
		return found;
	}

	/** Whole on the disk, or not there under its name. */
	async #putFile(id: string, attempt: string, value: string): Promise<void> {
		await mkdir(this.folder, { recursive: true, mode: 0o700 });
		const draft = join(this.folder, `${randomUUID()}.draft`);
		const file = await open(draft, 'wx', 0o600);
		try {
			await file.writeFile(value);
			await file.sync();
		} finally {
			await file.close();
		}
		await rename(draft, join(this.folder, `${id}.${attempt}.sealed`));
	}

	#entryOrNull(id: string, attempt: string, value: string): Entry | null {
		const text = openOrNull(value, this.keyset, contextOf(id, attempt));
		return text === null ? null : (JSON.parse(text) as Entry);
	}
}

const keyOf = (id: string, attempt: string): string => `token-journal/${id}/${attempt}`;

const contextOf = (id: string, attempt: string): string[] => [PURPOSE, id, attempt];
