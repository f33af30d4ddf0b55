import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Subscription } from '../../../src/events/subscription';
import { readOrder } from '../../processes';
import { storeAt, type Place } from '../state/stores';

/** A process that runs a trigger, until it is killed. */
export interface Order {
	readonly place: Place;
	readonly names: readonly string[];
	/** Stands for n8n's executions: a link for each, under its key, which only one can make. */
	readonly executions: string;
	/** Accepts so many events, and stops before the last of them is marked. */
	readonly stopAfter?: number;
}

void (async () => {
	const { place, names, executions, stopAfter = Infinity } = await readOrder<Order>();
	const state = storeAt(place);
	let accepted = 0;
	const receiver = {
		wants: ({ type }: { type: string }) => type === 'wanted',
		async accept({ id }: { id: string }, key: string) {
			await pause(Math.random() * 10);
			// As n8n does with a key that it knows: no second run, and no failure either.
			await symlink(id, join(executions, key)).catch(unlessThere);
			accepted += 1;
			if (accepted < stopAfter) return;
			process.stdout.write('at accepted\n');
			await new Promise(() => {});
		},
	};
	const subscriptions = names.map(
		(name) => new Subscription(state, name, { leaseMs: 400, renewMs: 100, retryMs: 20 }),
	);
	for (const each of subscriptions) await each.open(receiver, 'last');
	process.stdout.write('open\n');
	for (;;) {
		const last = await state.lastEvent();
		for (const each of subscriptions) await each.tick(last);
		await pause(10);
	}
})();

function unlessThere(error: NodeJS.ErrnoException): void {
	if (error.code !== 'EEXIST') throw error;
}
