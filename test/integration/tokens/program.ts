import { setTimeout as pause } from 'node:timers/promises';
import { importKeyset } from '../../../src/sealing/keysetText';
import { ready } from '../../../src/sealing/sodium';
import type { Change, State } from '../../../src/state/state';
import type { OAuthClient } from '../../../src/tokens/grants/client';
import { refreshTokenGrant } from '../../../src/tokens/grants/oauth';
import type { Consent } from '../../../src/tokens/issued';
import type { Times } from '../../../src/tokens/settings';
import { Tokens } from '../../../src/tokens/tokens';
import { readOrder } from '../../processes';
import { storeAt, type Place } from '../state/stores';

/** A process that uses a grant, in rounds with others, or up to a step of its renewal. */
export interface Order {
	readonly place: Place;
	readonly keyset: string;
	readonly folder: string;
	readonly client: OAuthClient;
	readonly consent: Consent;
	/** Milliseconds that its clock is ahead. */
	readonly aheadMs?: number;
	readonly times?: Partial<Times>;
	/** Stops there, until it is killed or, after a moment, goes on. */
	readonly stopAt?: Step;
	readonly stopMs?: number;
	readonly rounds?: {
		readonly count: number;
		readonly processes: number;
		readonly callers: number;
	};
}

/** Where a process may die: each is a place in the code, not a moment in time. */
export type Step =
	| 'before the intent'
	| 'after the intent'
	| 'before the journal'
	| 'after the journal'
	| 'after the save';

const KEY = new Uint8Array(32).fill(9);
const ROUND_MS = 2 * 3_600_000;
let aheadMs = 0;

/** Tells where it is, and stops there if it was told to. */
function stopping(state: State, { stopAt, stopMs = 3_600_000 }: Order): State {
	const reach = async (step: Step) => {
		if (step !== stopAt) return;
		process.stdout.write(`at ${step}\n`);
		await pause(stopMs);
	};
	const swap = async (change: Change) => {
		const steps = stepsOf(change);
		if (steps?.before) await reach(steps.before);
		const version = await state.swap(change);
		if (steps?.after) await reach(steps.after);
		return version;
	};
	return new Proxy(state, {
		get: (target, name) => {
			if (name === 'swap') return swap;
			const value = Reflect.get(target, name) as unknown;
			return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
		},
	});
}

function stepsOf({ key, lease, releases }: Change): { before?: Step; after?: Step } | null {
	if (key.startsWith('token-journal/'))
		return { before: 'before the journal', after: 'after the journal' };
	if (!key.startsWith('token/') || lease === undefined) return null;
	return releases
		? { after: 'after the save' }
		: { before: 'before the intent', after: 'after the intent' };
}

/** Waits until so many processes have come here. */
async function meet(state: State, round: number, processes: number): Promise<void> {
	const place = `meeting/${round}/`;
	await state.swap({ key: `${place}${process.pid}`, expected: 0, value: '' });
	while ((await state.keys(place, processes)).length < processes) await pause(2);
}

void (async () => {
	await ready;
	const order = await readOrder<Order>();
	const plain = storeAt(order.place);
	aheadMs = order.aheadMs ?? 0;
	const tokens = new Tokens({
		state: stopping(plain, order),
		keyset: importKeyset(order.keyset, { key: KEY }),
		fingerprintKey: KEY,
		folder: order.folder,
		clock: () => Date.now() + aheadMs,
		random: Math.random,
		...(order.times ? { times: order.times } : {}),
	});
	const grant = refreshTokenGrant(
		order.client,
		{ consent: order.consent, account: 'someone' },
		KEY,
	);
	const { count, processes, callers } = order.rounds ?? { count: 1, processes: 1, callers: 1 };
	const seen: string[][] = [];
	for (let round = 0; round < count; round += 1) {
		await meet(plain, round, processes);
		const got = await Promise.all(Array.from({ length: callers }, () => tokens.get(grant)));
		seen.push([...new Set(got.map(({ accessToken }) => accessToken))]);
		aheadMs += ROUND_MS;
	}
	await plain.close();
	process.stdout.write(`answer ${JSON.stringify(seen)}\n`);
	process.exit();
})();
