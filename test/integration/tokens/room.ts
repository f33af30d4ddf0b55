import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyset } from '../../../src/sealing/keyset';
import { ready } from '../../../src/sealing/sodium';
import { EmbeddedState } from '../../../src/state/embedded/embedded';
import type { State } from '../../../src/state/state';
import type { OAuthClient } from '../../../src/tokens/grants/client';
import { refreshTokenGrant } from '../../../src/tokens/grants/oauth';
import type { Consent, Source } from '../../../src/tokens/issued';
import type { TokenRecord } from '../../../src/tokens/record';
import type { TokenSettings } from '../../../src/tokens/settings';
import { Shelf } from '../../../src/tokens/shelf';
import { Tokens } from '../../../src/tokens/tokens';
import { TokenService } from '../../servers/tokenService';

export const KEY = new Uint8Array(32).fill(9);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** A store, a service and a clock of a test's own. */
export class Room {
	readonly folder = mkdtempSync(join(tmpdir(), 'sealbox-tokens-'));
	readonly state: State;
	readonly keyset = generateKeyset();
	readonly service = new TokenService();
	/** Milliseconds that the clock is ahead of the machine's. */
	ahead = 0;

	constructor(wrap: (state: State) => State = (state) => state) {
		this.state = wrap(new EmbeddedState(join(this.folder, 'state.sqlite')));
	}

	static async open(wrap?: (state: State) => State): Promise<Room> {
		await ready;
		const room = new Room(wrap);
		await room.service.start();
		return room;
	}

	get now(): number {
		return Date.now() + this.ahead;
	}

	settings(more: Partial<TokenSettings> = {}): TokenSettings {
		return {
			state: this.state,
			keyset: this.keyset,
			fingerprintKey: KEY,
			folder: join(this.folder, 'journal'),
			clock: () => this.now,
			// Pauses are of no interest here.
			random: () => 0,
			...more,
		};
	}

	/** The tokens as another process would see them. */
	tokens(more?: Partial<TokenSettings>): Tokens {
		return new Tokens(this.settings(more));
	}

	/** A grant whose access token has to be renewed now, unless the consent says otherwise. */
	grant(client: Partial<OAuthClient> = {}, consent: Partial<Consent> = {}): Source {
		const whole = {
			refreshToken: 'refresh-0',
			accessToken: 'access-0',
			expiresAtMs: 1,
			...consent,
		};
		const { url, tokenUrl } = this.service;
		const known = {
			tokenUrl,
			revocationUrl: `${url}/revoke`,
			clientId: 'app',
			clientSecret: 'app-secret',
		};
		return refreshTokenGrant({ ...known, ...client }, { consent: whole, account: 'someone' }, KEY);
	}

	async record(source: Source): Promise<TokenRecord> {
		const shelved = await new Shelf(this.state, this.keyset).read(source.id);
		if (shelved === null) throw new Error('no record');
		return shelved.record;
	}

	async events(): Promise<string[]> {
		return (await this.state.events(0, 1_000)).map(({ type }) => type.replace(/^credential\./, ''));
	}

	async reasons(type: string): Promise<unknown[]> {
		const events = await this.state.events(0, 1_000);
		return events
			.filter((event) => event.type === type)
			.map(({ body }) => (JSON.parse(body) as { reason?: string }).reason);
	}

	async close(): Promise<void> {
		await this.service.stop();
		await this.state.close();
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** The code of the refusal; fails when there is none. */
export async function refusalOf(
	work: Promise<unknown>,
): Promise<{ code: string; message: string }> {
	const error = await work.then(
		() => null,
		(thrown: unknown) => thrown as { code: string; message: string },
	);
	if (error === null) throw new Error('nothing was refused');
	return error;
}
