import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedState } from '../../src/state/embedded/embedded';
import { whileHeld } from '../../src/state/held';

/** Work that takes many times as long as its lease. */

const TTL_MS = 60_000;
let folder: string;
let state: EmbeddedState;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-held-'));
	state = new EmbeddedState(join(folder, 'state.db'));
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
});
afterEach(async () => {
	jest.useRealTimers();
	await state.close();
	rmSync(folder, { recursive: true });
});

const held = async (work: () => Promise<object>) => await whileHeld(state, 'one', TTL_MS, work);
const other = async () => await held(async () => await Promise.resolve({ done: true }));

test('nobody else begins until it is done, and then somebody may', async () => {
	let end: (result: object) => void = () => {};
	const working = held(() => new Promise((resolve) => (end = resolve)));
	for (let passed = 0; passed < 5; passed += 1) {
		await jest.advanceTimersByTimeAsync(TTL_MS);
		expect(await other()).toBeNull();
	}
	end({ done: 'late' });
	expect(await working).toEqual({ done: 'late' });
	expect(await other()).toEqual({ done: true });
});

test('work that fails gives the lease back', async () => {
	await expect(held(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
	expect(await other()).toEqual({ done: true });
});

test('a store that is away meanwhile neither ends the work nor hides what came of it', async () => {
	const away = () => Promise.reject(new Error('away'));
	const working = held(async () => {
		jest.spyOn(state, 'renew').mockImplementation(away);
		jest.spyOn(state, 'release').mockImplementation(away);
		await jest.advanceTimersByTimeAsync(TTL_MS);
		return { done: true };
	});
	expect(await working).toEqual({ done: true });
	// As after a death.
	expect(await other()).toEqual({ done: true });
});
