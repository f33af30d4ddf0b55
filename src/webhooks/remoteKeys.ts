import type { JSONWebKeySet, JWTHeaderParameters } from '../vendor/jose';
import { isPlainObject } from '../kinds/body';
import { demand } from './refusal';

type FindKey = ReturnType<typeof import('../vendor/jose').createLocalJWKSet>;

export interface RemoteKeysSettings {
	readonly now: () => number;
	/** Milliseconds between two requests for the set, however many unknown ids are asked for. */
	readonly cooldownMs?: number;
	/** After which the set is asked for again. */
	readonly maxAgeMs?: number;
	/** For how long the last set serves while it cannot be had. */
	readonly staleMs?: number;
}

const COOLDOWN_MS = 30_000;
const MAX_AGE_MS = 600_000;
const STALE_MS = 86_400_000;
const MOST_KEYS = 100;

/**
 * The keys of a set that somebody else publishes and rotates.
 *
 * A key of an unknown id is looked for in a fresh set once per cooldown. While the set cannot be had, the
 * last one serves; without one nothing is verified.
 */
export class RemoteKeys {
	#find: FindKey | undefined;
	#loadedAtMs = -Infinity;
	#triedAtMs = -Infinity;
	#loading: Promise<void> | undefined;

	/** @param load - fetches and parses the set, from the configured address alone and without redirects */
	constructor(
		private readonly load: () => Promise<unknown>,
		private readonly settings: RemoteKeysSettings,
	) {}

	/** The one key that fits a token's header. */
	async find(header: JWTHeaderParameters) {
		if (this.#ageMs > (this.settings.maxAgeMs ?? MAX_AGE_MS)) await this.#refresh();
		const isUsable = this.#ageMs <= (this.settings.staleMs ?? STALE_MS);
		demand(this.#find !== undefined && isUsable, 'keys_unavailable');
		const found = await this.#findOrNull(header);
		if (found !== null || !(await this.#refresh())) return found ?? (await this.#find(header));
		return await this.#find(header);
	}

	/** `null` for an id that the set does not have; anything else that is wrong is thrown. */
	async #findOrNull(header: JWTHeaderParameters) {
		try {
			return (await this.#find?.(header)) ?? null;
		} catch (error) {
			const isUnknown = (error as { code?: string }).code === 'ERR_JWKS_NO_MATCHING_KEY';
			return isUnknown ? null : await Promise.reject<null>(error);
		}
	}

	get #ageMs(): number {
		return this.settings.now() - this.#loadedAtMs;
	}

	/** Whether it was asked for just now; many callers make one request. */
	async #refresh(): Promise<boolean> {
		if (this.#loading === undefined) {
			if (this.settings.now() - this.#triedAtMs < (this.settings.cooldownMs ?? COOLDOWN_MS))
				return false;
			this.#triedAtMs = this.settings.now();
			this.#loading = this.#replace().finally(() => {
				this.#loading = undefined;
			});
		}
		await this.#loading;
		return true;
	}

	async #replace(): Promise<void> {
		const set = await this.load().catch(() => null);
		// Silence means that the last set serves on.
		if (!isKeySet(set)) return;
		const { createLocalJWKSet } = await import('../vendor/jose');
		this.#find = createLocalJWKSet(set);
		this.#loadedAtMs = this.settings.now();
	}
}

function isKeySet(value: unknown): value is JSONWebKeySet {
	if (!isPlainObject(value) || !Array.isArray(value.keys)) return false;
	return value.keys.length <= MOST_KEYS && value.keys.every(isPlainObject);
}
