import { openTrail, type Trail } from '../../audit/trail';
import type { AuditEvent } from '../../audit/event';
import { isSealboxError } from '../../sealing/error';
import { Uses } from './uses';

export interface RecordSettings {
	readonly folder: string;
	/** Name of the process's chain. */
	readonly process: string;
	/** Derived from n8n's encryption key; secret, 32 bytes. */
	readonly key: Promise<Uint8Array>;
	readonly clock: () => number;
	/** Tells the operator, in a sentence, that events cannot be written. */
	readonly report: (sentence: string) => void;
}

/** Names and ids of what something happened to; never a value. */
export type Subject = Readonly<Record<string, string | undefined>>;

/** A chain of this many files of 16 MiB loses its oldest. */
const KEEP_FILES = 64;
/** Of what happens before the key is there. */
const MOST_EARLY = 1_000;

/**
 * Puts what happens to credentials on record. Nothing that runs ever waits for it, and nothing fails
 * because it cannot be written.
 */
export class GuardRecord {
	readonly #uses: Uses;
	#early: AuditEvent[] = [];
	#trail: Trail | undefined;
	#isStopping = false;
	/** Resolves when the trail is open, or cannot be. */
	readonly opened: Promise<void>;

	constructor(private readonly settings: RecordSettings) {
		this.#uses = new Uses(settings.clock);
		this.opened = this.#open();
	}

	/** Never throws and never waits. */
	append(type: string, subject: Subject, actor?: string): void {
		const isUse = type === 'credential.used';
		if (isUse && !this.#uses.isNew(subject)) return;
		const event: AuditEvent = { type, subject, ...(actor !== undefined && { actor }) };
		if (this.#trail !== undefined) this.#trail.append(event, isUse);
		else if (this.#early.length < MOST_EARLY) this.#early.push(event);
		// What still runs while n8n stops comes after the end that was noted.
		if (this.#isStopping) void this.#trail?.close();
	}

	/** Writes what waits, and notes that the process ends as it should. */
	async stop(): Promise<void> {
		this.#isStopping = true;
		await this.opened;
		await this.#trail?.close();
	}

	async #open(): Promise<void> {
		const refusal = await this.#openOrRefuse();
		if (refusal !== null) this.settings.report(refusal);
		for (const event of this.#early) this.#trail?.append(event);
		this.#early = [];
	}

	/** @returns the sentence that says why there is no trail; null when there is one */
	async #openOrRefuse(): Promise<string | null> {
		const { key, folder, process, clock, report } = this.settings;
		try {
			const settings = { folder, process, clock, report, keepFiles: KEEP_FILES };
			this.#trail = openTrail({ ...settings, key: await key });
			return null;
		} catch (error) {
			return isSealboxError(error) ? error.message : `The audit trail in ${folder} cannot be kept.`;
		}
	}
}
