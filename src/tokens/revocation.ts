import { eventOf } from './event';
import { TokenFailure } from './failure';
import type { Source, TokenHint } from './issued';
import type { TokenRecord } from './record';
import type { Times, TokenSettings } from './settings';
import type { Shelf, Shelved } from './shelf';

type Pending = NonNullable<TokenRecord['toRevoke']>;

const ASK_MS = 10_000;

/** What the service knows of a revocation. `later`: it could not be reached; `impossible`: it has no place for it. */
export type Told = 'told' | 'later' | 'refused' | 'impossible' | 'nothing to tell';

/** T18 and T19: denied here at once, at the service as soon as it can be reached (RFC 7009). */
export class Revocation {
	constructor(
		private readonly settings: TokenSettings & { readonly times: Times },
		private readonly shelf: Shelf,
	) {}

	async revoke(source: Source): Promise<Told> {
		for (;;) {
			const shelved = await this.shelf.read(source.id);
			if (shelved === null) return 'nothing to tell';
			if (shelved.record.state === 'REVOKED') return await this.tellService(source, shelved);
			const record = revokedFrom(shelved.record);
			const events = [eventOf(source.id, 'credential.revoked', record)];
			const written = await this.shelf.swap(source.id, shelved, record, { events });
			if (written !== null) return await this.tellService(source, written);
		}
	}

	/** Tells the service what it does not know yet; one process at a time, and not all the time. */
	async tellService(source: Source, shelved: Shelved): Promise<Told> {
		const { id, revoke } = source;
		const pending = shelved.record.toRevoke ?? [];
		if (pending.length === 0) return 'nothing to tell';
		const claim = `token-revocation/${id}/${shelved.version}`;
		const isDue = await this.settings.state.claim(claim, this.settings.times.revocationMs);
		if (!isDue) return 'later';
		const left: Pending[number][] = [];
		let hasFailed = revoke === undefined;
		for (const { token, hint } of revoke ? pending : []) {
			const outcome = await this.#tell(source, token, hint);
			if (outcome === 'later') left.push({ token, hint });
			if (outcome === 'refused') hasFailed = true;
		}
		if (left.length === pending.length) return 'later';
		const { toRevoke, ...kept } = shelved.record;
		void toRevoke;
		const record: TokenRecord = left.length === 0 ? kept : { ...kept, toRevoke: left };
		const type = hasFailed ? 'credential.revocation.failed' : 'credential.revocation.completed';
		const events = left.length === 0 ? [eventOf(id, type, record)] : [];
		await this.shelf.swap(id, shelved, record, { events });
		if (revoke === undefined) return 'impossible';
		return left.length > 0 ? 'later' : hasFailed ? 'refused' : 'told';
	}

	async #tell(
		source: Source,
		token: string,
		hint: TokenHint,
	): Promise<'done' | 'later' | 'refused'> {
		const other = hint === 'refresh_token' ? 'access_token' : 'refresh_token';
		const first = await this.#ask(source, token, hint);
		if (first?.facts.code !== 'unsupported_token_type') return standingOf(first);
		return standingOf(await this.#ask(source, token, other));
	}

	async #ask(source: Source, token: string, hint: TokenHint): Promise<TokenFailure | null> {
		const signal = AbortSignal.timeout(ASK_MS);
		try {
			await source.revoke?.(token, hint, { now: this.settings.clock, signal, skewMs: 0 });
			return null;
		} catch (error) {
			if (error instanceof TokenFailure) return error;
			return new TokenFailure('request-bad', { code: 'cannot_ask' });
		}
	}
}

function standingOf(failure: TokenFailure | null): 'done' | 'later' | 'refused' {
	if (failure === null) return 'done';
	const mayPass = ['unsent', 'server', 'throttled', 'ambiguous', 'tls'].includes(failure.failure);
	return mayPass ? 'later' : 'refused';
}

/** The refresh token first: it could bring others. */
function revokedFrom(record: TokenRecord): TokenRecord {
	const { accessToken, refreshToken, intent, trouble, ...kept } = record;
	void [intent, trouble];
	const toRevoke: Pending = [
		...(refreshToken === undefined
			? []
			: [{ token: refreshToken, hint: 'refresh_token' as const }]),
		...(accessToken === undefined ? [] : [{ token: accessToken, hint: 'access_token' as const }]),
	];
	return { ...kept, state: 'REVOKED', toRevoke };
}
