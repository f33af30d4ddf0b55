import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { State } from '../../../src/state/state';
import { readOrder } from '../../processes';
import { storeAt, type Place } from './stores';

export interface Order {
	readonly place: Place;
	readonly work: keyof typeof WORKS;
	readonly times: number;
}

const increment = async (state: State): Promise<void> => {
	for (;;) {
		const { value = '0', version: expected = 0 } = (await state.read('number')) ?? {};
		const next = String(Number(value) + 1);
		const event = { id: randomUUID(), type: 'counted', body: next };
		if (await state.swap({ key: 'number', expected, value: next, events: [event] })) return;
	}
};

/** What one of several processes does; each answers with what only it can know. */
const WORKS = {
	async increment(state: State, times: number) {
		for (let i = 0; i < times; i += 1) await increment(state);
		return times;
	},
	async claim(state: State, times: number) {
		const won: number[] = [];
		for (let i = 0; i < times; i += 1) if (await state.claim(`claim/${i}`, 60_000)) won.push(i);
		return won;
	},
	/** How many tokens of a bucket of 60 it got; the next one comes after 24 minutes. */
	async take(state: State, times: number) {
		let taken = 0;
		for (let i = 0; i < times; i += 1) {
			if ((await state.take('bucket', 60, 86_400_000)) === 0) taken += 1;
		}
		return taken;
	},
	/** The fences it was granted; while it holds the lease nobody else may touch the record. */
	async lease(state: State, times: number) {
		const fences: number[] = [];
		while (fences.length < times) {
			const lease = await state.acquire('turn', randomUUID(), 5_000);
			if (lease === null) {
				await pause(Math.random() * 5);
				continue;
			}
			fences.push(lease.fence);
			const { value = '0', version: expected = 0 } = (await state.read('turns')) ?? {};
			await pause(1);
			const change = { key: 'turns', expected, value: String(Number(value) + 1) };
			const version = await state.swap({ ...change, lease, releases: true });
			if (version === null) throw new Error('somebody else changed it');
		}
		return fences;
	},
	/** The events in the order in which they can be followed by position. */
	async follow(state: State, times: number) {
		const seen: number[] = [];
		for (let after = 0; seen.length < times; await pause(1)) {
			for (const { position, body } of await state.events(after, 7)) {
				after = position;
				seen.push(Number(body));
			}
		}
		return seen;
	},
	async forever(state: State) {
		for (let i = 0; ; i += 1) {
			await increment(state);
			if (i === 20) process.stdout.write('busy\n');
		}
	},
};

void (async () => {
	const { place, work, times } = await readOrder<Order>();
	const state = storeAt(place);
	const answer = await WORKS[work](state, times);
	await state.close();
	process.stdout.write(`answer ${JSON.stringify(answer)}\n`);
})();
