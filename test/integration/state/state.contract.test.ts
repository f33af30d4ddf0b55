import fs, { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { hasPostgres, query, startPostgres } from '../../../host/servers/postgres.ts';
import type { State } from '../../../src/state/state';
import { bundle, run } from '../../processes';
import { describeWith } from '../../servers/required';
import type { Order as Migration } from './migration.program';
import type { Order } from './program';
import { openLater, storeAt, type Place } from './stores';

/** What every implementation of the port has to keep, in this process and between real ones. */

const PROCESSES = 4;
const folders: string[] = [];
const bundled = (name: string): string => {
	const { folder, program } = bundle(join(__dirname, name));
	folders.push(folder);
	return program;
};
let program: Record<'work' | 'migration', string>;

beforeAll(() => {
	program = { work: bundled('program.ts'), migration: bundled('migration.program.ts') };
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

let tables = 0;
const newTable = () => `CREATE TABLE further_${(tables += 1)} (x integer)`;

const event = (id: string, body = '') => ({ id, type: 'tried', body });

/** A step of a migration that lasts, and whether a process is in the middle of it. */
interface LastingStep {
	readonly step: string;
	isUnderWay(place: Place): Promise<boolean>;
}

function keepsItsContract(newPlace: () => Place, lasting: LastingStep): void {
	let place: Place;
	let state: State;

	beforeEach(() => {
		place = newPlace();
		state = storeAt(place);
	});
	afterEach(() => state.close());

	const work = <T>(what: Order['work'], times: number) =>
		run<T>(program.work, { place, work: what, times });
	const inAll = async <T>(what: Order['work'], times: number): Promise<T[]> => {
		const running = Array.from({ length: PROCESSES }, () => work<T>(what, times));
		const answers = await Promise.all(running.map(({ answer }) => answer));
		return answers.filter((answer) => answer !== undefined) as T[];
	};

	test('a record is written once per version, and only by whoever saw the latest', async () => {
		expect(await state.read('a')).toBeNull();
		expect(await state.swap({ key: 'a', expected: 1, value: 'x' })).toBeNull();
		expect(await state.swap({ key: 'a', expected: 0, value: 'x' })).toBe(1);
		expect(await state.swap({ key: 'a', expected: 0, value: 'y' })).toBeNull();
		expect(await state.swap({ key: 'a', expected: 1, value: 'z' })).toBe(2);
		expect(await state.read('a')).toEqual({ value: 'z', version: 2 });
		expect(await state.swap({ key: 'a', expected: 1, value: null })).toBeNull();
		expect(await state.swap({ key: 'a', expected: 2, value: null })).toBe(2);
		expect(await state.read('a')).toBeNull();
	});

	test('a change that does not happen leaves no event, adds and removes nothing and keeps the lease', async () => {
		await state.swap({ key: 'a', expected: 0, value: 'x' });
		await state.swap({ key: 'b', expected: 0, value: 'x' });
		const lease = await state.acquire('l', 'me', 5_000);
		if (lease === null) throw new Error('no lease');
		const change = { key: 'a', value: 'y', lease, releases: true, adds: ['c'], removes: ['b'] };
		expect(await state.swap({ ...change, expected: 7, events: [event('1')] })).toBeNull();
		expect(await state.events(0, 10)).toEqual([]);
		expect(await state.keys('', 10)).toEqual(['a', 'b']);
		expect(await state.acquire('l', 'you', 5_000)).toBeNull();

		expect(await state.swap({ ...change, expected: 1, events: [event('1'), event('2')] })).toBe(2);
		expect((await state.events(0, 10)).map(({ id }) => id)).toEqual(['1', '2']);
		expect(await state.keys('', 10)).toEqual(['a', 'c']);
		expect(await state.read('c')).toEqual({ value: '', version: 1 });
		expect(await state.swap({ key: 'a', expected: 2, value: 'z', adds: ['c'] })).toBe(3);
		expect(await state.read('c')).toEqual({ value: '', version: 1 });
		expect(await state.acquire('l', 'you', 5_000)).toMatchObject({ fence: lease.fence + 1 });
	});

	test('a lease is dead at its deadline, and its holder can write no more', async () => {
		const first = await state.acquire('l', 'one', 60);
		if (first === null) throw new Error('no lease');
		expect(await state.acquire('l', 'two', 60)).toBeNull();
		expect(await state.renew(first, 80)).toBe(true);
		await pause(100);
		expect(await state.swap({ key: 'a', expected: 0, value: 'x', lease: first })).toBeNull();
		expect(await state.renew(first, 60)).toBe(false);
		const second = await state.acquire('l', 'two', 5_000);
		expect(second?.fence).toBe(first.fence + 1);
		await state.release(first);
		expect(await state.acquire('l', 'three', 5_000)).toBeNull();
	});

	test('what is claimed can be claimed again after its time, and not before', async () => {
		expect(await state.claim('long', 600_000)).toBe(true);
		expect(await state.claim('long', 600_000)).toBe(false);
		expect(await state.claim('short', 1)).toBe(true);
		await pause(20);
		expect(await state.claim('short', 1)).toBe(true);
	});

	test('an event of a known id is not put in twice; old events go, positions stay', async () => {
		await state.swap({ key: 'a', expected: 0, value: 'x', events: [event('1', 'first')] });
		await state.swap({ key: 'a', expected: 1, value: 'x', events: [event('1'), event('2')] });
		expect((await state.events(0, 10)).map(({ id, body }) => [id, body])).toEqual([
			['1', 'first'],
			['2', ''],
		]);
		const more = ['3', '4', '5'].map((id) => event(id));
		await state.swap({ key: 'a', expected: 2, value: 'x', events: more });
		await state.pruneEvents(60_000, 2);
		expect((await state.events(0, 10)).map(({ id }) => id)).toEqual(['4', '5']);
		const end = await state.lastEvent();
		await pause(5);
		await state.pruneEvents(1, 2);
		expect(await state.events(0, 10)).toEqual([]);
		expect(await state.lastEvent()).toBe(end);
	});

	test('keys are listed by their beginning', async () => {
		for (const key of ['a/2', 'b/1', 'a/1', 'a%/1'])
			await state.swap({ key, expected: 0, value: 'x' });
		expect(await state.keys('a/', 10)).toEqual(['a/1', 'a/2']);
		expect(await state.keys('a/', 1)).toEqual(['a/1']);
	});

	test('a bucket gives a burst, says when the next token comes, and has it then', async () => {
		const slow = () => state.take('slow', 3, 60_000);
		expect([await slow(), await slow(), await slow()]).toEqual([0, 0, 0]);
		const wait = await slow();
		expect(wait).toBeGreaterThan(0);
		expect(wait).toBeLessThanOrEqual(20_000);
		expect(await state.take('other', 3, 60_000)).toBe(0);
		expect(await state.take('fast', 1, 50)).toBe(0);
		await pause(60);
		expect(await state.take('fast', 1, 50)).toBe(0);
	});

	test('steps that are no whole milliseconds add up to the whole burst, and no more', async () => {
		const all = await Promise.all(Array.from({ length: 9 }, () => state.take('odd', 7, 3_600_001)));
		expect(all.filter((wait) => wait === 0)).toHaveLength(7);
	});

	test('processes that count up one record by compare-and-swap lose no step', async () => {
		const follower = work<number[]>('follow', PROCESSES * 50);
		await inAll('increment', 50);
		expect(await state.read('number')).toEqual({ value: '200', version: 200 });
		// Whoever follows the outbox meanwhile sees every event, in order, and none twice.
		expect(await follower.answer).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
	});

	test('a claim is won by one process, and a bucket gives all of them its burst together', async () => {
		const won = (await inAll<number[]>('claim', 100)).flat();
		expect(won.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
		const taken = await inAll<number>('take', 50);
		expect(taken.reduce((sum, each) => sum + each)).toBe(60);
	});

	test('no two processes hold a lease at once, and no fence is granted twice', async () => {
		const fences = (await inAll<number[]>('lease', 15)).flat();
		expect(fences.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
		expect((await state.read('turns'))?.value).toBe('60');
	});

	test('a process killed in the middle of writing leaves whole records, and events that fit them', async () => {
		for (let round = 0; round < 3; round += 1) {
			const busy = work('forever', 0);
			await busy.said('busy');
			busy.kill('SIGKILL');
			await busy.answer;
			const { value, version } = (await state.read('number')) ?? {};
			expect(Number(value)).toBe(version);
			expect((await state.events(0, 10_000)).length).toBe(version);
		}
	});

	test('fault 66: killed in the middle of a new format, the store is as before, and is changed the next time', async () => {
		await state.swap({ key: 'a', expected: 0, value: 'x' });
		const step = newTable();
		const order: Migration = { place, step: `${step}; ${lasting.step}` };
		const migrating = run(program.migration, order);
		while (!(await lasting.isUnderWay(place))) await pause(5);
		// This release goes on with what it knows, while the other one is at it and after it has died.
		expect(await state.read('a')).toEqual({ value: 'x', version: 1 });
		migrating.kill('SIGKILL');
		await migrating.answer;
		expect(await state.swap({ key: 'a', expected: 1, value: 'y' })).toBe(2);
		await openLater(place, step);
		await openLater(place, 'this is not run: the format is there');
		expect(await state.read('a')).toEqual({ value: 'y', version: 2 });
	});

	test('fault 67: a format of a later release is refused by this one, and nothing in it is lost', async () => {
		await state.swap({ key: 'a', expected: 0, value: 'x' });
		await openLater(place, newTable());
		const started = storeAt(place);
		const change = { key: 'a', expected: 1, value: 'lost' };
		for (const call of [() => started.read('a'), () => started.swap(change)]) {
			await expect(call()).rejects.toMatchObject({
				code: 'ERR_STATE_VERSION',
				message: expect.stringMatching(/Update Sealbox in every process/) as string,
			});
		}
		await started.close();
		expect(await state.read('a')).toEqual({ value: 'x', version: 1 });
	});
}

/** Whether somebody is in the middle of writing to a file of SQLite. */
function isLocked(file: string): boolean {
	const database = new DatabaseSync(file);
	try {
		database.exec('PRAGMA busy_timeout = 0; BEGIN IMMEDIATE');
		return false;
	} catch (error) {
		if ((error as { errcode?: number }).errcode === 5) return true;
		throw error;
	} finally {
		database.close();
	}
}

describe('the embedded store', () => {
	const folder = mkdtempSync(join(tmpdir(), 'sealbox-state-'));
	let number = 0;
	afterAll(() => rmSync(folder, { recursive: true }));

	keepsItsContract(() => ({ file: join(folder, `${(number += 1)}`, 'state.sqlite') }), {
		step: `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n`,
		isUnderWay: async (place) => isLocked((place as { file: string }).file),
	});

	test('nobody but its owner can read it', async () => {
		const file = join(folder, 'private', 'state.sqlite');
		const state = storeAt({ file });
		await state.swap({ key: 'a', expected: 0, value: 'x' });
		for (const suffix of ['', '-wal']) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
		await state.close();
	});

	test('a change is on the disk when it is made, unless the caller can do without, or without waiting', async () => {
		const state = storeAt({ file: join(folder, 'disk', 'state.sqlite') });
		let [asked, done] = [0, 0];
		const real = fs.fdatasync;
		const spy = jest.spyOn(fs, 'fdatasync').mockImplementation((file, callback) => {
			asked += 1;
			setTimeout(() => {
				done += 1;
				real(file, callback);
			}, 20);
		});
		const change = { expected: 0, value: 'x' };
		await state.swap({ ...change, key: 'a' });
		expect([asked, done]).toEqual([1, 1]);
		await state.swap({ ...change, key: 'b', outlives: 'crash' });
		await state.acquire('l', 'me', 1_000);
		expect(await state.swap({ ...change, key: 'a' })).toBeNull();
		expect([asked, done]).toEqual([1, 1]);
		await state.swap({ ...change, key: 'c', outlives: 'crash, then power cut' });
		while (asked < 2) await pause(1);
		expect(done).toBe(1);
		while (done < 2) await pause(1);
		spy.mockRestore();
		await state.close();
	});

	test('fault 61: a file that another process has locked is waited for, while this process goes on', async () => {
		const file = join(folder, 'locked', 'state.sqlite');
		const state = storeAt({ file });
		await state.swap({ key: 'a', expected: 0, value: 'x' });
		const other = new DatabaseSync(file);
		other.exec('BEGIN EXCLUSIVE');
		let turns = 0;
		const ticking = setInterval(() => (turns += 1), 5);
		setTimeout(() => other.exec('COMMIT'), 300);
		expect(await state.swap({ key: 'a', expected: 1, value: 'y' })).toBe(2);
		clearInterval(ticking);
		other.close();
		expect(turns).toBeGreaterThan(10);
		await state.close();
	});
});

describeWith('PostgreSQL', hasPostgres)('the store in PostgreSQL', () => {
	let server: Awaited<ReturnType<typeof startPostgres>>;
	let number = 0;
	beforeAll(async () => {
		server = await startPostgres();
	});
	afterAll(() => server.stop());

	keepsItsContract(() => ({ port: server.port, schema: `sealbox_${(number += 1)}` }), {
		// The server notices that the process is gone when the statement ends.
		step: 'SELECT pg_sleep(2)',
		isUnderWay: async () => {
			const sleeping = `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(2)'`;
			return (await query(server.port, sleeping)).length > 0;
		},
	});
});
