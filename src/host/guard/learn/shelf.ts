import { createHash } from 'node:crypto';
import type { LearnedSecret } from './shapes';

export interface KnownSecret extends LearnedSecret {
	readonly credentialId: string;
}

interface Entry {
	readonly secret: KnownSecret;
	/** The latest stored version that has it; null for a value that was never stored. */
	version: number | null;
	/** When it was last announced or, once stored, replaced; null while it is what is stored. */
	lastHeldMs: number | null;
}

const KEPT_MS = 24 * 60 * 60 * 1000;
const KEPT_VERSIONS = 3;
/** Of values that are not stored. */
const MOST_EXTRA = 1000;

/** The values of one credential, those of earlier versions included, each once. */
export class Shelf {
	name = '';
	readonly credentialId: string;
	/** The value that was held longest ago comes first. */
	readonly #entries = new Map<string, Entry>();
	#version = 0;
	/** Of the latest stored version: some of its values may have been dropped for want of room. */
	#digest = '';
	#extra = 0;
	#units = 0;
	#secrets: readonly KnownSecret[] | null = null;
	#latest: readonly KnownSecret[] | null = null;

	constructor(credentialId: string) {
		this.credentialId = credentialId;
	}

	get count(): number {
		return this.#entries.size;
	}

	/** UTF-16 units of all values. */
	get units(): number {
		return this.#units;
	}

	isStored(value: string): boolean {
		return this.#entries.get(value)?.lastHeldMs === null;
	}

	/** Whether one of the values is stored, or was until lately. */
	holdsAny(values: readonly string[]): boolean {
		return values.some((value) => this.#entries.has(value));
	}

	get secrets(): readonly KnownSecret[] {
		this.#secrets ??= [...this.#entries.values()].map(({ secret }) => secret);
		return this.#secrets;
	}

	/** What is stored, and of what was held before the latest: as much as fits. */
	latest(mostUnits: number): readonly KnownSecret[] {
		if (this.#latest === null) {
			let left = mostUnits;
			const newestFirst = [...this.#entries.values()].sort((a, b) => heldMs(b) - heldMs(a));
			this.#latest = newestFirst
				.filter(({ lastHeldMs, secret }) => {
					left -= secret.value.length;
					return lastHeldMs === null || left >= 0;
				})
				.map(({ secret }) => secret);
		}
		return this.#latest;
	}

	/** UTF-16 units of what is stored now. */
	get storedUnits(): number {
		let units = 0;
		for (const { lastHeldMs, secret } of this.#entries.values()) {
			if (lastHeldMs === null) units += secret.value.length;
		}
		return units;
	}

	/** @returns false when this is what is stored already */
	replace(secrets: readonly LearnedSecret[], now: number): boolean {
		const digest = digestOf(secrets);
		if (digest === this.#digest) return false;
		this.#digest = digest;
		this.#version++;
		for (const secret of secrets) {
			if (this.#entries.get(secret.value)?.version === this.#version) continue;
			this.#put(secret, this.#version, null);
		}
		for (const entry of this.#entries.values()) {
			if (entry.version !== this.#version) entry.lastHeldMs ??= now;
		}
		this.#latest = null;
		return true;
	}

	/** @returns whether any of them is new */
	add(secrets: readonly LearnedSecret[], now: number): boolean {
		const before = this.#entries.size;
		let isNew = false;
		for (const secret of secrets) {
			const known = this.#entries.get(secret.value);
			if (known?.lastHeldMs === null) continue;
			isNew ||= known === undefined;
			this.#put(known?.secret ?? secret, known?.version ?? null, now);
		}
		if (this.#entries.size > before) this.#dropExtra();
		return isNew;
	}

	/** @returns whether any value was dropped */
	expire(now: number): boolean {
		const before = this.#entries.size;
		for (const [value, { version, lastHeldMs }] of this.#entries) {
			const isRecent = lastHeldMs === null || now - lastHeldMs < KEPT_MS;
			const isLate = version !== null && version > this.#version - KEPT_VERSIONS;
			if (!isRecent && !isLate) this.#drop(value);
		}
		return this.#entries.size < before;
	}

	/** Drops those held longest ago. */
	dropOldest(count: number): void {
		const oldest = [...this.#entries].sort(([, a], [, b]) => heldMs(a) - heldMs(b));
		for (const [value] of oldest.slice(0, count)) this.#drop(value);
	}

	#put({ field, value }: LearnedSecret, version: number | null, lastHeldMs: number | null): void {
		this.#drop(value);
		const secret = { credentialId: this.credentialId, field, value };
		this.#entries.set(value, { secret, version, lastHeldMs });
		this.#secrets = this.#latest = null;
		this.#units += value.length;
		if (version === null) this.#extra++;
	}

	#drop(value: string): void {
		const entry = this.#entries.get(value);
		if (entry === undefined) return;
		this.#secrets = this.#latest = null;
		this.#entries.delete(value);
		this.#units -= value.length;
		if (entry.version === null) this.#extra--;
	}

	#dropExtra(): void {
		for (const [value, { version }] of this.#entries) {
			if (this.#extra <= MOST_EXTRA) return;
			if (version === null) this.#drop(value);
		}
	}
}

const heldMs = ({ lastHeldMs }: Entry): number => lastHeldMs ?? Infinity;

function digestOf(secrets: readonly LearnedSecret[]): string {
	const hash = createHash('sha256');
	for (const { field, value } of secrets)
		hash.update(`${field.length} ${value.length} ${field}${value}`);
	return hash.digest('base64');
}
