import { appendFileSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { readTrail } from '../../src/audit/read';
import type { Trail } from '../../src/audit/trail';
import { verifyTrail } from '../../src/audit/verify';
import { AuditFolder, KEY, OTHER_KEY } from './folder';

let folder: AuditFolder;

beforeEach(() => (folder = new AuditFolder()));
afterEach(() => folder.remove());

const typesIn = async (): Promise<string[]> =>
	(await readTrail(folder.path)).map(({ type }) => type);
const verified = () => verifyTrail(folder.path, KEY);
const findings = async () => (await verified()).flatMap(({ finding }) => finding ?? []);
/** What Node calls when the process exits. */
const exit = () => process.listeners('exit').at(-1)?.(0);

test('events are read back with their time, actor, subject and count, in the order in which they happened', async () => {
	const trail = folder.open();
	trail.append({
		type: 'credential.used',
		actor: 'u1',
		subject: { credential: 'c1', workflow: 'w1' },
	});
	trail.append({
		type: 'credential.deleted',
		subject: { credential: 'c1', node: undefined },
		count: 2,
	});
	await trail.close();
	const [opened, used, deleted, closed] = await readTrail(folder.path);
	expect(opened).toMatchObject({ type: 'trail.opened', process: 'main', seq: 1 });
	expect(used).toMatchObject({ actor: 'u1', subject: { credential: 'c1', workflow: 'w1' } });
	expect(deleted).toMatchObject({ subject: { credential: 'c1' }, count: 2 });
	expect(closed).toMatchObject({ type: 'trail.closed', seq: 4 });
	expect([used.time, deleted.time]).toEqual([...[used.time, deleted.time]].sort());
	expect(await verified()).toEqual([
		{ process: 'main', events: 4, until: closed.time, isClosed: true, cuts: [], pruned: 0 },
	]);
});

test('only the owner may read the folder and the files', async () => {
	await folder.record([]);
	expect(statSync(folder.path).mode & 0o777).toBe(0o700);
	expect(statSync(join(folder.path, folder.files[0])).mode & 0o777).toBe(0o600);
});

test('strings are shortened, and lose what could forge a line or a terminal', async () => {
	const trail = folder.open();
	const forged = 'a\n{"seq":9}\u001b[2J\u202e\ud800';
	trail.append({
		type: forged,
		actor: 'x'.repeat(100_000),
		subject: { [forged]: '💥'.repeat(500) },
	});
	await trail.close();
	const { type, actor, subject } = (await readTrail(folder.path))[1];
	expect(type).toBe('a�{"seq":9}�[2J��');
	expect(actor).toBe(`${'x'.repeat(255)}…`);
	expect(Object.values(subject ?? {})[0].length).toBeLessThanOrEqual(256);
	expect(await findings()).toEqual([]);
});

test('a process that starts again goes on with its chain', async () => {
	await folder.record(['a']);
	await folder.record(['b']);
	expect(await typesIn()).toEqual([
		...['trail.opened', 'a', 'trail.closed'],
		...['trail.opened', 'b', 'trail.closed'],
	]);
	expect(await verified()).toMatchObject([{ process: 'main', events: 6, isClosed: true }]);
});

test('a chain that was not closed says so', async () => {
	const trail = folder.open();
	await trail.flush();
	expect(await verified()).toMatchObject([{ isClosed: false }]);
});

describe('after a crash', () => {
	test.each([1, 40, 200])(
		'a line cut off after %i bytes is left, and the next event says so',
		async (kept) => {
			await folder.record(['a', 'b']);
			const lines = folder.text().split('\n');
			folder.write(`${lines.slice(0, 3).join('\n')}\n${lines[3].slice(0, kept)}`);
			expect(await verified()).toMatchObject([
				{ events: 3, isClosed: false, cuts: [{ bytes: kept }] },
			]);
			await folder.record(['c']);
			const healed = (await readTrail(folder.path)).find(({ type }) => type === 'trail.healed');
			expect(healed).toMatchObject({ seq: 4, count: kept });
			expect(await verified()).toMatchObject([
				{ events: 7, cuts: [{ bytes: kept, healedAt: healed?.time }] },
			]);
			expect(await findings()).toEqual([]);
		},
	);

	test('a line that lacks its end only is an event, and the chain goes on', async () => {
		await folder.record(['a']);
		truncateSync(join(folder.path, folder.files[0]), folder.text().length - 1);
		expect(await verified()).toMatchObject([{ events: 3, isClosed: true, cuts: [] }]);
		await folder.record(['b']);
		expect(await verified()).toMatchObject([{ events: 6, cuts: [] }]);
	});

	test('a crash while a cut line was healed is healed too', async () => {
		await folder.record(['a']);
		appendFileSync(join(folder.path, folder.files[0]), '{"seq":4,"ti\n{"seq":4,"time":"20');
		await folder.record(['b']);
		expect(await verified()).toMatchObject([{ events: 7, cuts: [{ bytes: 32 }] }]);
		expect(await findings()).toEqual([]);
	});

	test('a file that was begun and holds nothing yet is gone on with', async () => {
		await folder.record(['a'], { fileBytes: 1 });
		const { length } = folder.files;
		writeFileSync(join(folder.path, 'main.000009.jsonl'), '');
		await folder.record(['b']);
		expect(folder.files.length).toBe(length + 1);
		expect(await verified()).toMatchObject([{ process: 'main', events: 6 }]);
		expect(await findings()).toEqual([]);
	});
});

describe('several processes', () => {
	test('write a chain each', async () => {
		const [main, worker] = [folder.open(), folder.open({ process: 'worker' })];
		for (let i = 0; i < 50; i++) [main, worker][i % 2].append({ type: `event.${i}` });
		await Promise.all([main.close(), worker.close()]);
		expect(folder.files).toEqual(['main.000001.jsonl', 'worker.000001.jsonl']);
		expect(await verified()).toMatchObject([{ events: 27 }, { events: 27 }]);
		expect((await typesIn()).filter((type) => type.startsWith('event.')).length).toBe(50);
		expect(await findings()).toEqual([]);
	});

	test("of one name get out of each other's way, and lose nothing", async () => {
		const [one, two] = [folder.open(), folder.open()];
		for (let round = 0; round < 5; round++) {
			one.append({ type: 'by.one' });
			await one.flush();
			two.append({ type: 'by.two' });
			await two.flush();
		}
		await Promise.all([one.close(), two.close()]);
		const types = await typesIn();
		expect(['by.one', 'by.two'].map((type) => types.filter((t) => t === type).length)).toEqual([
			5, 5,
		]);
		expect((await verified()).length).toBeGreaterThan(1);
		expect(types).toContain('trail.moved');
		expect(await findings()).toEqual([]);
	});

	test('a name that is no file name becomes one', async () => {
		await folder.record([], { process: '../worker 1/ä' });
		expect(folder.files).toEqual(['-worker-1-.000001.jsonl']);
		expect(await findings()).toEqual([]);
	});

	test("note once an hour what the others' chains end with", async () => {
		const [main, worker] = [folder.open(), folder.open({ process: 'worker' })];
		await worker.flush();
		folder.now += 3_600_000;
		main.append({ type: 'a' });
		await main.flush();
		const [seen] = (await readTrail(folder.path)).filter(({ type }) => type === 'trail.witnessed');
		expect(seen).toMatchObject({ process: 'main', heads: [{ process: 'worker', seq: 1 }] });
		expect(await findings()).toEqual([]);
	});
});

test('a chain whose end another key wrote is left alone, and another one begun once', async () => {
	await folder.record(['a']);
	const before = folder.text();
	await folder.record(['b'], { key: OTHER_KEY });
	await folder.record(['c'], { key: OTHER_KEY });
	expect(folder.text()).toBe(before);
	expect(folder.files.length).toBe(2);
	const reports = await verifyTrail(folder.path, OTHER_KEY);
	expect(reports.map(({ finding }) => finding?.kind)).toEqual(['otherKey', undefined]);
	expect(reports[1]).toMatchObject({ events: 6, isClosed: true });
});

test('a full file is followed by another, and the chain goes on in it', async () => {
	const trail = folder.open({ fileBytes: 1000 });
	for (let i = 0; i < 20; i++) {
		trail.append({ type: `event.${i}` });
		await trail.flush();
	}
	await trail.close();
	expect(folder.files.length).toBeGreaterThan(3);
	await folder.record(['later'], { fileBytes: 1000 });
	expect(await verified()).toMatchObject([{ process: 'main', events: 25, isClosed: true }]);
	expect(await findings()).toEqual([]);
});

test('a limit of files removes the oldest, and an event vouches for that', async () => {
	const worker = folder.open({ process: 'worker' });
	for (let i = 0; i < 6; i++) {
		await folder.record([`event.${i}`], { fileBytes: 1, keepFiles: 2 });
		worker.append({ type: 'a' });
		await worker.flush();
		folder.now += 3_600_000;
	}
	// Two, and the one that the event went to.
	expect(folder.files.filter((name) => name.startsWith('main')).length).toBe(3);
	const [main] = await verified();
	expect(main.pruned).toBeGreaterThan(10);
	expect(await findings()).toEqual([]);
	// What is removed beyond that is found.
	rmSync(join(folder.path, folder.files[0]));
	expect(await findings()).toMatchObject([{ kind: 'removed' }]);
});

test('of more events than 10,000 in waiting one event says how many were too many', async () => {
	const trail = folder.open();
	for (let i = 0; i < 12_000; i++) trail.append({ type: 'credential.used' });
	await trail.close();
	const types = await typesIn();
	expect(types.filter((type) => type === 'credential.used').length).toBe(9999);
	const overflow = (await readTrail(folder.path)).filter(({ type }) => type === 'trail.overflow');
	// Closing found no room either.
	expect(overflow).toMatchObject([{ count: 2002 }]);
	expect(await findings()).toEqual([]);
});

describe('what can wait', () => {
	beforeEach(() =>
		jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] }),
	);
	afterEach(() => jest.useRealTimers());

	const written = async (type: string): Promise<void> => {
		const isThere = () =>
			folder.files.includes('main.000001.jsonl') && folder.text().includes(`"type":"${type}"`);
		for (let turns = 0; turns < 10_000 && !isThere(); turns++) await setImmediate();
	};
	/** A trail that has written just now. */
	const openAndWrite = async (): Promise<Trail> => {
		const trail = folder.open();
		trail.append({ type: 'first' }, true);
		jest.advanceTimersByTime(50);
		await written('first');
		// The end of the write is noted a moment after its bytes are there.
		await trail.flush();
		return trail;
	};

	test('is written at once after a quiet time, and then once a second', async () => {
		const trail = await openAndWrite();
		trail.append({ type: 'second' }, true);
		jest.advanceTimersByTime(500);
		trail.append({ type: 'third' }, true);
		jest.advanceTimersByTime(499);
		expect(jest.getTimerCount()).toBe(1);
		expect(folder.text()).not.toContain('second');
		jest.advanceTimersByTime(1);
		await written('third');
		expect(await typesIn()).toEqual(['trail.opened', 'first', 'second', 'third']);
		await trail.close();
	});

	test('goes with what comes while it is written', async () => {
		const trail = folder.open();
		await trail.flush();
		jest.advanceTimersByTime(2000);
		trail.append({ type: 'first' }, true);
		jest.advanceTimersByTime(50);
		// The write is under way now.
		for (const type of ['second', 'third']) trail.append({ type }, true);
		expect(jest.getTimerCount()).toBe(0);
		await written('third');
		expect(await typesIn()).toEqual(['trail.opened', 'first', 'second', 'third']);
		await trail.close();
	});

	test('goes with what cannot', async () => {
		const trail = await openAndWrite();
		trail.append({ type: 'second' }, true);
		trail.append({ type: 'urgent' });
		expect(jest.getTimerCount()).toBe(1);
		jest.advanceTimersByTime(50);
		await written('urgent');
		expect(await typesIn()).toEqual(['trail.opened', 'first', 'second', 'urgent']);
		await trail.close();
	});

	test('is written at exit', async () => {
		const trail = await openAndWrite();
		trail.append({ type: 'second' }, true);
		exit();
		expect(await typesIn()).toEqual(['trail.opened', 'first', 'second']);
	});

	test('after a failure nothing is tried for a second, not even where reporting it fails', async () => {
		let reports = 0;
		const report = () => {
			reports += 1;
			throw new Error('nobody listens');
		};
		const trail = folder.open({ report });
		await trail.flush();
		rmSync(folder.path, { recursive: true });
		writeFileSync(folder.path, 'in the way');
		trail.append({ type: 'a' });
		jest.advanceTimersByTime(50);
		for (let turns = 0; turns < 10_000 && jest.getTimerCount() === 0; turns++) await setImmediate();
		expect(reports).toBe(1);
		rmSync(folder.path);
		mkdirSync(folder.path);
		trail.append({ type: 'b' });
		jest.advanceTimersByTime(999);
		expect(jest.getTimerCount()).toBe(1);
		jest.advanceTimersByTime(1);
		await expect(trail.close()).rejects.toThrow('nobody listens');
		expect(await typesIn()).toEqual(expect.arrayContaining(['a', 'b']));
		expect(reports).toBe(2);
	});
});

describe('at exit', () => {
	test('what is in waiting is written at once', async () => {
		const trail = folder.open();
		trail.append({ type: 'a' });
		exit();
		expect(folder.text()).toMatch(/"type":"a"/);
		expect(await findings()).toEqual([]);
	});

	test('a write that is under way is waited for, and nothing is written twice', async () => {
		const trail = folder.open();
		trail.append({ type: 'a' });
		const flushed = trail.flush();
		trail.append({ type: 'b' });
		exit();
		const written = folder.text();
		await flushed;
		expect(folder.text()).toBe(written);
		expect(await typesIn()).toEqual(['trail.opened', 'a', 'b']);
		expect(await findings()).toEqual([]);
	});

	test('an idle trail listens for nothing', async () => {
		// Trails of earlier tests may still give up theirs.
		const before = new Set(process.listeners('exit'));
		const added = () => process.listeners('exit').filter((listener) => !before.has(listener));
		const trails = [folder.open(), folder.open({ process: 'worker' })];
		expect(added()).toHaveLength(2);
		for (const trail of trails) await trail.close();
		expect(added()).toEqual([]);
	});
});

describe('when the folder fails', () => {
	test('events wait, one sentence says so, and they are written when it works again', async () => {
		const trail = folder.open();
		rmSync(folder.path, { recursive: true });
		writeFileSync(folder.path, 'in the way');
		for (const type of ['a', 'b']) {
			trail.append({ type });
			await trail.flush();
		}
		expect(folder.sentences).toEqual([
			expect.stringMatching(/^The audit trail cannot be written in .*ENOTDIR/),
		]);
		rmSync(folder.path);
		mkdirSync(folder.path);
		await trail.close();
		expect(folder.sentences[1]).toBe('The audit trail is written again.');
		expect(await typesIn()).toEqual(['trail.opened', 'a', 'b', 'trail.closed']);
		expect(await findings()).toEqual([]);
	});

	test('a removed folder is made again, and another chain says so', async () => {
		const trail = folder.open();
		await trail.flush();
		rmSync(folder.path, { recursive: true });
		trail.append({ type: 'a' });
		await trail.close();
		const events = (await readTrail(folder.path)).sort((a, b) => a.seq - b.seq);
		expect(events.map(({ type }) => type)).toEqual(['trail.moved', 'a', 'trail.closed']);
		expect(events[0].subject).toMatchObject({ insteadOf: 'main' });
		expect(await findings()).toEqual([]);
	});

	test('a folder that cannot be made is refused with a sentence', () => {
		mkdirSync(join(folder.path, '..'), { recursive: true });
		writeFileSync(folder.path, '');
		expect(() => folder.open()).toThrow(
			expect.objectContaining({
				code: 'ERR_AUDIT_UNWRITABLE',
				message: expect.stringMatching(/^The audit trail cannot be written in .* \(EEXIST\)\. /),
			}),
		);
	});
});

test('events can be chosen by time, type, credential and workflow, and the newest of them', async () => {
	const trail = folder.open();
	const subject = { credential: 'c1', workflow: 'w1' };
	trail.append({ type: 'credential.used', subject });
	trail.append({ type: 'credential.used', subject: { ...subject, credential: 'c2' } });
	trail.append({ type: 'credential.created', subject });
	await trail.close();
	const all = await readTrail(folder.path);
	const sequences = async (filter: Parameters<typeof readTrail>[1]) =>
		(await readTrail(folder.path, filter)).map(({ seq }) => seq);
	expect(await sequences({ type: 'credential' })).toEqual([2, 3, 4]);
	expect(await sequences({ type: 'credential.used', credential: 'c2' })).toEqual([3]);
	expect(await sequences({ type: 'credential.use' })).toEqual([]);
	expect(await sequences({ workflow: 'w1', limit: 2 })).toEqual([3, 4]);
	expect(await sequences({ since: Date.parse(all[3].time) })).toEqual([4, 5]);
});
