import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { announceOnce } from '../../../src/events/announce';
import { Recorder } from '../../../src/events/recorder';
import { pruneCursors, Subscription } from '../../../src/events/subscription';
import { EmbeddedState } from '../../../src/state/embedded/embedded';
import type { StoredEvent } from '../../../src/state/state';

/** One process with subscriptions; what several do is in processes.test.ts. */

let folder: string;
let state: EmbeddedState;
let happened = 0;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-events-'));
	state = new EmbeddedState(join(folder, 'state.sqlite'));
	happened = 0;
});
afterEach(async () => {
	await state.close();
	rmSync(folder, { recursive: true });
});

async function happens(...ids: string[]): Promise<void> {
	const events = ids.map((id) => ({ id, type: id.split('-')[0] as string, body: '{}' }));
	await state.swap({ key: 'happened', expected: happened, value: String(happened), events });
	happened += 1;
}

/** Takes what it is given; `hold` keeps it from accepting, `refusals` are made first. */
class Taker {
	readonly taken: string[] = [];
	readonly keys: string[] = [];
	refusals = 0;
	hold: Promise<void> | undefined;

	wants = ({ type }: StoredEvent) => type !== 'other';

	accept = async ({ id }: StoredEvent, key: string): Promise<void> => {
		this.keys.push(key);
		this.refusals -= 1;
		if (this.refusals >= 0) throw new Error('not accepted');
		this.taken.push(id);
		await this.hold;
	};
}

const opened = async (taker: Taker, from: 'now' | 'last' = 'last', name = 'w/n') => {
	const subscription = new Subscription(state, name, { retryMs: 5 });
	await subscription.open(taker, from);
	return subscription;
};

const tick = async (...all: Subscription[]) => {
	const last = await state.lastEvent();
	for (const each of all) await each.tick(last);
	// What was given out is marked a moment later.
	await pause(20);
};

test('each subscription gets what happens from now on, in order, and nothing that it does not want', async () => {
	await happens('early-1');
	const [one, other] = [new Taker(), new Taker()];
	const all = [await opened(one), await opened(other, 'last', 'w/other')];
	await happens('a-1', 'other-1', 'a-2');
	await tick(...all);
	await happens('a-3');
	await tick(...all);
	expect(one.taken).toEqual(['a-1', 'a-2', 'a-3']);
	expect(other.taken).toEqual(one.taken);
	expect(new Set([...one.keys, ...other.keys]).size).toBe(6);
});

test('a subscription goes on where it was, or starts now', async () => {
	const first = new Taker();
	const subscription = await opened(first);
	await happens('a-1');
	await tick(subscription);
	await subscription.close();
	await happens('a-2');
	const second = new Taker();
	const again = await opened(second);
	await tick(again);
	await again.close();
	await happens('a-3');
	const third = new Taker();
	const fresh = await opened(third, 'now');
	await happens('a-4');
	await tick(fresh);
	expect([first.taken, second.taken, third.taken]).toEqual([['a-1'], ['a-2'], ['a-4']]);
});

test('what is not accepted comes again with the same key', async () => {
	const taker = new Taker();
	const subscription = await opened(taker);
	taker.refusals = 3;
	await happens('a-1');
	await tick(subscription);
	for (let i = 0; taker.taken.length === 0 && i < 200; i += 1) await pause(5);
	expect(taker.taken).toEqual(['a-1']);
	expect(taker.keys).toHaveLength(4);
	expect(new Set(taker.keys).size).toBe(1);
	expect(taker.keys[0]).toMatch(/^sealbox:[0-9a-f]{64}$/);
});

test('what was not accepted when a subscription is opened anew comes to the new receiver', async () => {
	const [before, after] = [new Taker(), new Taker()];
	const subscription = await opened(before);
	before.refusals = 1_000;
	await happens('a-1', 'a-2');
	await tick(subscription);
	await subscription.open(after, 'last');
	for (let i = 0; after.taken.length < 2 && i < 200; i += 1) {
		await tick(subscription);
		await pause(5);
	}
	expect(after.taken.sort()).toEqual(['a-1', 'a-2']);
	expect(before.taken).toEqual([]);
});

test('a run that is under way holds up no other, and is not started again by an edit', async () => {
	const taker = new Taker();
	let end = () => {};
	taker.hold = new Promise((resolve) => (end = resolve));
	const subscription = await opened(taker);
	await happens('a-1');
	await tick(subscription);
	taker.hold = undefined;
	await happens('a-2');
	await tick(subscription);
	const edited = new Taker();
	await subscription.open(edited, 'last');
	await happens('a-3');
	await tick(subscription);
	expect([taker.taken, edited.taken]).toEqual([['a-1', 'a-2'], ['a-3']]);
	// Only now is it marked, and the mark outlives the process: another one gives out nothing.
	end();
	await tick(subscription);
	await subscription.close();
	const next = new Taker();
	await tick(await opened(next));
	expect(next.taken).toEqual([]);
});

test('of a run that was under way the next process hears again, with the same key', async () => {
	const taker = new Taker();
	taker.hold = new Promise(() => {});
	const subscription = await opened(taker);
	await happens('a-1');
	await tick(subscription);
	await subscription.close();
	const next = new Taker();
	await tick(await opened(next));
	expect(next.keys).toEqual(taker.keys);
});

test('marks of subscriptions that nobody opens any more are forgotten', async () => {
	const subscription = await opened(new Taker());
	await subscription.close();
	await pruneCursors(state, 60_000);
	expect(await state.keys('events-cursor/', 10)).toHaveLength(1);
	await pause(5);
	await pruneCursors(state, 1);
	expect(await state.keys('events-cursor/', 10)).toEqual([]);
});

test('something is announced once for each mark, however many say it at once', async () => {
	const say = async (mark: string) => {
		const event = { id: `${mark}-${Math.random()}`, type: 'said', body: mark };
		return await announceOnce(state, { subject: 's', mark, event });
	};
	expect(await Promise.all([say('1'), say('1'), say('1')])).toContain(true);
	await say('1');
	await say('2');
	await say('2');
	expect((await state.events(0, 10)).map(({ body }) => body)).toEqual(['1', '2']);
});

test('the recorder goes on where the last one stopped, and after what could not be written', async () => {
	const written: string[] = [];
	const write = async (events: readonly StoredEvent[]) => {
		written.push(...events.map(({ id }) => id));
		return true;
	};
	await happens('a-1', 'a-2');
	await new Recorder(state, async () => false).drain();
	await new Recorder(state, write).drain();
	await happens('a-3');
	await Promise.all([new Recorder(state, write).drain(), new Recorder(state, write).drain()]);
	expect(written).toEqual(['a-1', 'a-2', 'a-3']);
});
