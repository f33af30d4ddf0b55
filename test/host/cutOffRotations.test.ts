import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutOffOf, forgetExchanges, Progress, startedWith } from '../../src/host/cutOffRotations';
import { rotationOf } from '../../src/host/rotations';
import { EmbeddedState } from '../../src/state/embedded/embedded';

/** What a rotation keeps in the store while it is under way. */

const EXCHANGE = {
	earlier: { value: 'earlier-secret-5f1c' },
	values: { value: 'new-secret-a90e' },
};
const DAY_MS = 86_400_000;

let folder: string;
let state: EmbeddedState;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-cutoff-'));
	state = new EmbeddedState(join(folder, 'state.db'));
	process.env.N8N_ENCRYPTION_KEY = 'a key of this test';
});
afterEach(async () => {
	delete process.env.N8N_ENCRYPTION_KEY;
	jest.restoreAllMocks();
	await state.close();
	rmSync(folder, { recursive: true });
});

const told = (id: string) => ({ id, type: 'test', body: '{}' });

async function write(id: string, value: string | null): Promise<void> {
	const key = rotationOf(id).progress;
	const expected = (await state.read(key))?.version ?? 0;
	await state.swap({ key, expected, value });
}
const begun = async (id: string) => await write(id, await startedWith(id, EXCHANGE));

test('is found by whoever comes next, until the end is noted', async () => {
	expect(await cutOffOf(state, 'c1')).toBeNull();
	await begun('c1');
	expect(await cutOffOf(state, 'c1')).toEqual(EXCHANGE);
	expect(await cutOffOf(state, 'c2')).toBeNull();
	await write('c1', null);
	expect(await cutOffOf(state, 'c1')).toBeNull();
});

test('stands there sealed', async () => {
	await begun('c1');
	await state.close();
	const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
	for (const secret of ['earlier-secret-5f1c', 'new-secret-a90e']) {
		expect(files.join().includes(secret)).toBe(false);
	}
	state = new EmbeddedState(join(folder, 'state.db'));
});

test.each<[string, () => Promise<void>]>([
	['began without a way back', async () => await write('c1', await startedWith('c1', undefined))],
	[
		'was moved here from another credential',
		async () => await write('c1', await startedWith('c2', EXCHANGE)),
	],
	[
		'was sealed with another root key',
		async () => {
			await begun('c1');
			process.env.N8N_ENCRYPTION_KEY = 'another key';
		},
	],
])('is lost where it %s', async (_case, leave) => {
	await leave();
	expect(await cutOffOf(state, 'c1')).toBe('lost');
});

test('is kept for a week, and then taken out of the store', async () => {
	const now = Date.now();
	const clock = jest.spyOn(Date, 'now');
	await begun('c1');
	clock.mockReturnValue(now + 6 * DAY_MS);
	await begun('c2');
	await forgetExchanges(state);
	expect(await cutOffOf(state, 'c1')).toEqual(EXCHANGE);

	clock.mockReturnValue(now + 8 * DAY_MS);
	expect(await cutOffOf(state, 'c1')).toBe('lost');
	await forgetExchanges(state);
	expect(await state.read(rotationOf('c1').progress)).toMatchObject({ value: 'started' });
	expect(await cutOffOf(state, 'c1')).toBe('lost');
	expect(await cutOffOf(state, 'c2')).toEqual(EXCHANGE);
});

test('begins not where somebody else has changed its record meanwhile, and tells nobody', async () => {
	const { swap } = state;
	jest.spyOn(state, 'swap').mockImplementationOnce(async (change) => {
		await begun('c1');
		return await swap.call(state, change);
	});
	const telling = new Progress(state, 'c1').tell('started', told('e1'), {
		earlier: {},
		values: { value: 'later' },
	});
	await expect(telling).rejects.toMatchObject({ code: 'ERR_ROTATION_REFUSED' });
	expect(await cutOffOf(state, 'c1')).toEqual(EXCHANGE);
	expect(await state.events(0, 9)).toEqual([]);
});

test('that has lost its turn does not end the one that came after it', async () => {
	const [first, second] = [new Progress(state, 'c1'), new Progress(state, 'c1')];
	await first.tell('started', told('e1'), EXCHANGE);
	await write('c1', null);
	await second.tell('started', told('e2'), EXCHANGE);
	await expect(first.tell('rotated', told('e3'))).rejects.toMatchObject({
		code: 'ERR_ROTATION_REFUSED',
	});
	expect(await cutOffOf(state, 'c1')).toEqual(EXCHANGE);
	await second.tell('rotated', told('e4'));
	expect((await state.events(0, 9)).map(({ id }) => id)).toEqual(['e1', 'e2', 'e4']);
});

test('that died is ended although what it kept is taken out meanwhile', async () => {
	await begun('c1');
	const progress = new Progress(state, 'c1');
	await progress.tell('interrupted', told('e1'));
	const { swap } = state;
	jest.spyOn(state, 'swap').mockImplementationOnce(async (change) => {
		await write('c1', 'started');
		return await swap.call(state, change);
	});
	await progress.tell('stuck', told('e2'));
	expect(await cutOffOf(state, 'c1')).toBeNull();
});

test('leaves nothing in the store once it has ended: what is too old is looked for among a thousand', async () => {
	const progress = new Progress(state, 'c1');
	await progress.tell('started', told('e1'), EXCHANGE);
	await progress.tell('rotated', told('e2'));
	expect(await state.keys(rotationOf('').progress, 9)).toEqual([]);
});
