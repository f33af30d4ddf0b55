import type { Exchange, RotationEvent } from '../hostApi/rotation';
import { SealboxError } from '../sealing/error';
import { keysetOfKey } from '../sealing/keysetOfKey';
import { open, seal } from '../sealing/seal';
import { ready } from '../sealing/sodium';
import type { NewEvent, State } from '../state/state';
import { rootKeyOf } from './rootKey';
import { rotationOf, STARTED } from './rotations';

/*
 * The record of a rotation of a credential that came to no end so far: `started`, followed by the time in
 * milliseconds and what is exchanged, sealed with the root key.
 */

/** Whoever rotates again later than that finds nothing that could be put back. */
const KEPT_MS = 7 * 86_400_000;

const MOST_ROUNDS = 3;

/** Says of one rotation how far it came, each time in one step with the event that tells of it. */
export class Progress {
	/** The record that says that it has begun. */
	#begun: string | undefined;

	constructor(
		private readonly state: State,
		private readonly id: string,
	) {}

	/**
	 * @throws SealboxError `ERR_ROTATION_REFUSED` where somebody else has said something of the credential
	 *   meanwhile, and what the store throws: then nothing was said
	 */
	async tell(event: RotationEvent, told: NewEvent, exchange?: Exchange): Promise<void> {
		const key = rotationOf(this.id).progress;
		const isOwn = event === 'started' || this.#begun !== undefined;
		for (let round = isOwn ? MOST_ROUNDS : 1; round <= MOST_ROUNDS; round += 1) {
			const stored = await this.state.read(key);
			const begun = event === 'started' ? await startedWith(this.id, exchange) : null;
			// What one that died exchanged is kept until the end that follows.
			const value = event === 'interrupted' ? (stored?.value ?? null) : begun;
			if (this.#begun !== undefined && stored?.value !== this.#begun) break;
			const expected = stored?.version ?? 0;
			const version = await this.state.swap({ key, expected, value, events: [told] });
			if (version === null) continue;
			this.#begun = begun ?? undefined;
			return;
		}
		throw new SealboxError(
			'ERR_ROTATION_REFUSED',
			'The credential was not rotated: somebody else is at work on its record. Try again.',
		);
	}
}

/** The record of a rotation that begins. @throws SealboxError `ERR_KEY_INVALID` where there is no root key */
export async function startedWith(id: string, exchange: Exchange | undefined): Promise<string> {
	if (exchange === undefined) return STARTED;
	const sealed = seal(JSON.stringify(exchange), await keyset(), contextOf(id));
	return [STARTED, Date.now(), sealed].join(' ');
}

/**
 * What a rotation exchanged that began and came to no end: for whoever holds its lease now. `lost` where that
 * is not kept, or cannot be opened; `null` where the latest rotation came to its end.
 */
export async function cutOffOf(state: State, id: string): Promise<Exchange | 'lost' | null> {
	const stored = await state.read(rotationOf(id).progress);
	const [event, atMs, sealed = ''] = stored?.value.split(' ') ?? [];
	if (event !== STARTED) return null;
	if (isOver(atMs)) return 'lost';
	try {
		const exchange = open(sealed, await keyset(), contextOf(id));
		return JSON.parse(Buffer.from(exchange).toString('utf8')) as Exchange;
	} catch {
		// Sealed with another root key.
		return 'lost';
	}
}

/** Takes out what was kept too long; that these rotations came to no end is kept. */
export async function forgetExchanges(state: State): Promise<void> {
	for (const key of await state.keys(rotationOf('').progress, 1_000)) {
		const stored = await state.read(key);
		const [event, atMs] = stored?.value.split(' ') ?? [];
		if (stored === null || event !== STARTED || atMs === undefined || !isOver(atMs)) continue;
		await state.swap({ key, expected: stored.version, value: STARTED });
	}
}

const isOver = (atMs = '0'): boolean => Date.now() - Number(atMs) > KEPT_MS;

const contextOf = (id: string): string[] => ['rotation', id];

async function keyset() {
	await ready;
	return keysetOfKey(rootKeyOf(process.env).derive('sealbox/rotation/v1'));
}
