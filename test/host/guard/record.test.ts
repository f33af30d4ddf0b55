import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readTrail } from '../../../src/audit/read';
import { GuardRecord, type RecordSettings } from '../../../src/host/guard/record';
import { Uses } from '../../../src/host/guard/uses';

const KEY = new Uint8Array(32).fill(7);
let folder: string;
let sentences: string[];

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sealbox-record-'));
	sentences = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recordWith = (settings: Partial<RecordSettings> = {}) =>
	new GuardRecord({
		folder: join(folder, 'audit'),
		process: 'main',
		key: Promise.resolve(KEY),
		clock: () => Date.now(),
		report: (sentence) => sentences.push(sentence),
		...settings,
	});

const typesOnRecord = async () =>
	(await readTrail(join(folder, 'audit'), { limit: 100 })).map(({ type }) => type);

test('what happens before the key is there is on record, in its order', async () => {
	const record = recordWith();
	record.append('guard.started', { role: 'main' });
	record.append('credential.created', { credential: 'a' });
	await record.stop();
	expect(await typesOnRecord()).toEqual([
		'trail.opened',
		'guard.started',
		'credential.created',
		'trail.closed',
	]);
});

test('a credential is used once by a node of an execution, however often it is decrypted', async () => {
	const record = recordWith();
	const use = { credential: 'a', workflow: 'w', node: 'n', execution: '1' };
	for (let times = 0; times < 50; times++) record.append('credential.used', use);
	record.append('credential.used', { ...use, node: 'm' });
	record.append('credential.used', { ...use, execution: '2' });
	await record.stop();
	expect((await typesOnRecord()).filter((type) => type === 'credential.used')).toHaveLength(3);
});

test('uses wait for a second after a write, and what happens to a credential does not', async () => {
	jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] });
	try {
		const listeners = process.listenerCount('exit');
		/** A trail that has nothing to write listens for no exit. */
		const written = async () => {
			for (let turns = 0; turns < 10_000 && process.listenerCount('exit') > listeners; turns++)
				await setImmediate();
		};
		const record = recordWith();
		await record.opened;
		jest.advanceTimersByTime(50);
		await written();
		record.append('credential.used', { credential: 'a', execution: '1' });
		jest.advanceTimersByTime(500);
		expect(jest.getTimerCount()).toBe(1);
		expect(await typesOnRecord()).toEqual(['trail.opened']);
		record.append('credential.created', { credential: 'b' });
		jest.advanceTimersByTime(50);
		await written();
		expect(await typesOnRecord()).toEqual([
			'trail.opened',
			'credential.used',
			'credential.created',
		]);
		await record.stop();
	} finally {
		jest.useRealTimers();
	}
});

test('what still runs while n8n stops is on record, and the chain ends as closed', async () => {
	const record = recordWith();
	await record.stop();
	record.append('credential.used', { credential: 'a', execution: '1' });
	await record.stop();
	const types = await typesOnRecord();
	expect(types).toContain('credential.used');
	expect(types.at(-1)).toBe('trail.closed');
});

test('a folder that cannot be made is told in a sentence, and nothing fails', async () => {
	writeFileSync(join(folder, 'audit'), 'a file');
	const record = recordWith();
	record.append('guard.started', {});
	await record.stop();
	record.append('guard.refused', {});
	expect(sentences).toEqual([expect.stringContaining('The audit trail cannot be written')]);
});

test('without a key nothing is written, and that is told', async () => {
	const record = recordWith({ key: Promise.reject(new Error('no settings')) });
	record.append('guard.started', {});
	await record.stop();
	expect(sentences).toEqual([expect.stringContaining('cannot be kept')]);
});

test('a trigger that polls is a new use every hour', () => {
	let now = 10_000_000;
	const uses = new Uses(() => now);
	const poll = { credential: 'a', workflow: 'w', node: 'n' };
	expect([uses.isNew(poll), uses.isNew(poll)]).toEqual([true, false]);
	now += 3_600_000;
	expect([uses.isNew(poll), uses.isNew(poll)]).toEqual([true, false]);
});

test('uses are remembered of 5,000 executions, so that memory stays bounded', () => {
	const uses = new Uses(() => 1);
	const use = (execution: number) => uses.isNew({ credential: 'a', execution: String(execution) });
	for (let execution = 1; execution <= 5_001; execution++) use(execution);
	expect(use(5_001)).toBe(false);
	expect(use(1)).toBe(true);
});
