/*
 * What someone who can write to the files, and has no key, may try: alter, remove, repeat, swap, insert and
 * cut events; take events or files from another chain; remove files and chains; write hostile lines.
 */
import fc from 'fast-check';
import { rmSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { readTrail } from '../../src/audit/read';
import { verifyTrail } from '../../src/audit/verify';
import { AuditFolder, KEY } from './folder';

let folder: AuditFolder;

beforeEach(async () => {
	folder = new AuditFolder();
	await folder.record(['a', 'b', 'c', 'd']);
});
afterEach(() => folder.remove());

const firstFinding = async (key: Uint8Array | undefined = KEY) =>
	(await verifyTrail(folder.path, key)).find(({ finding }) => finding)?.finding;

type Edit = (lines: string[]) => string[];
const ATTACKS: Array<[string, Edit, string, number]> = [
	['altering a type', (l) => l.with(2, l[2].replace('"b"', '"x"')), 'altered', 3],
	['altering a time', (l) => l.with(2, l[2].replace('2026', '2025')), 'altered', 3],
	['altering a hash', (l) => l.with(2, l[2].replace(/.{5}"}$/, '00000"}')), 'altered', 3],
	['adding white space', (l) => l.with(2, `${l[2]} `), 'altered', 3],
	['removing an event', (l) => l.toSpliced(2, 1), 'removed', 3],
	['removing events', (l) => l.toSpliced(1, 3), 'removed', 2],
	['removing the first event', (l) => l.slice(1), 'removed', 1],
	['repeating an event', (l) => l.toSpliced(3, 0, l[2]), 'reordered', 4],
	['swapping events', (l) => l.with(2, l[3]).with(3, l[2]), 'reordered', 3],
	['inserting nothing', (l) => l.toSpliced(3, 0, ''), 'altered', 4],
	['inserting what is no event', (l) => l.toSpliced(3, 0, '{"seq":4}'), 'altered', 4],
	['writing over an event', (l) => l.with(2, '#'.repeat(l[2].length)), 'altered', 3],
	['writing over the last event', (l) => l.with(5, '#'), 'altered', 6],
];

test.each(ATTACKS)('fault 91: %s is found', async (_name, edit, kind, line) => {
	folder.edit(edit);
	expect(await firstFinding()).toMatchObject({ kind, file: 'main.000001.jsonl', line });
});

test('without the key, removing and reordering are found', async () => {
	folder.edit((lines) => lines.toSpliced(2, 1));
	expect(await firstFinding(undefined)).toMatchObject({ kind: 'removed', line: 3 });
});

test('a finding says in a sentence what is wrong', async () => {
	folder.edit((lines) => lines.toSpliced(1, 3));
	expect((await firstFinding())?.sentence).toBe('Events 2 to 4 are missing.');
});

test('an event of another chain is found', async () => {
	await folder.record(['x', 'y', 'z'], { process: 'worker' });
	const [, , taken] = folder.text('worker.000001.jsonl').split('\n');
	folder.edit((lines) => lines.with(2, taken));
	expect(await firstFinding()).toMatchObject({ kind: 'moved', line: 3 });
});

test('a file under the name of another chain is found', async () => {
	renameSync(join(folder.path, 'main.000001.jsonl'), join(folder.path, 'worker.000001.jsonl'));
	expect(await firstFinding()).toMatchObject({
		kind: 'moved',
		file: 'worker.000001.jsonl',
		line: 1,
	});
});

test('a valid event of another past is found where it does not follow', async () => {
	const [past] = [folder.text()];
	folder.edit((lines) => lines.slice(0, 3));
	await folder.record(['other']);
	const [, , , old] = past.split('\n');
	folder.edit((lines) => lines.with(3, old));
	expect(await firstFinding()).toMatchObject({ kind: 'altered', line: 5 });
});

test('fault 91: events cut off are found when another process saw them', async () => {
	await folder.record(['x'], { process: 'worker' });
	folder.edit((lines) => lines.slice(0, -2));
	expect(await firstFinding()).toMatchObject({
		kind: 'cut',
		sentence: expect.stringMatching(
			/^The chain of main was cut off or replaced: worker saw its event 6 at /,
		),
	});
});

test('a chain that goes on after it was cut off is found when another process saw it', async () => {
	await folder.record(['x'], { process: 'worker' });
	folder.edit((lines) => lines.slice(0, -2));
	await folder.record(['again', 'and', 'again']);
	expect((await firstFinding())?.kind).toBe('cut');
});

test('a chain that was removed is found when another process saw it', async () => {
	await folder.record(['x'], { process: 'worker' });
	rmSync(join(folder.path, 'main.000001.jsonl'));
	expect(await firstFinding()).toMatchObject({ kind: 'cut' });
});

test('a file removed from the middle of a chain is found', async () => {
	for (const type of ['e', 'f']) await folder.record([type], { fileBytes: 1 });
	expect(folder.files.length).toBe(3);
	rmSync(join(folder.path, 'main.000002.jsonl'));
	expect(await firstFinding()).toMatchObject({
		kind: 'removed',
		file: 'main.000003.jsonl',
		sentence: 'Events 7 to 9 are missing.',
	});
});

test('what was found stays found when the process goes on', async () => {
	folder.edit((lines) => lines.with(2, lines[2].replace('"b"', '"x"')));
	await folder.record(['later']);
	expect(await firstFinding()).toMatchObject({ kind: 'altered', line: 3 });
});

test('a process does not go on after an altered last event', async () => {
	folder.edit((lines) => lines.with(5, lines[5].replace('closed', 'ended_')));
	await folder.record(['later']);
	expect(folder.files.length).toBe(2);
	expect(await firstFinding()).toMatchObject({ kind: 'altered', line: 6 });
});

test('hostile lines crash neither reading nor verifying', async () => {
	const event = '"seq":1,"time":"t","process":"main","type":"x"';
	const hashes = `"prev":"${'0'.repeat(64)}","hash":"${'0'.repeat(64)}"`;
	const odd = [
		'"subject":null',
		'"subject":[1]',
		'"subject":{"a":{}}',
		'"heads":5',
		'"heads":[null]',
	];
	const lines = [...odd, '"count":"1"', '"heads":[{}]'].map(
		(member) => `{${event},${member},${hashes}}`,
	);
	for (const line of [...lines, 'null', '[]', '5', '{}', '\u0000'.repeat(99), '['.repeat(99_999)]) {
		folder.edit(() => [line]);
		expect(await firstFinding()).toBeDefined();
		await verifyTrail(folder.path);
		await readTrail(folder.path, { credential: 'c' });
	}
});

test('no byte can be changed unnoticed', async () => {
	const sound = folder.text();
	const changes = fc.record({ at: fc.nat(sound.length - 1), to: fc.integer({ min: 0, max: 255 }) });
	await fc.assert(
		fc.asyncProperty(changes, async ({ at, to }) => {
			const bytes = Buffer.from(sound);
			fc.pre(bytes[at] !== to);
			bytes[at] = to;
			folder.write(bytes.toString('latin1'));
			const [{ finding, cuts }] = await verifyTrail(folder.path, KEY);
			// Without its line end the last line is what a crash leaves, and told as that.
			expect(finding !== undefined || cuts.length > 0).toBe(true);
		}),
		{ numRuns: 300 },
	);
});

test('wherever the file is cut, verifying finds it not closed, and the chain goes on', async () => {
	const sound = folder.text();
	await fc.assert(
		fc.asyncProperty(fc.integer({ min: 1, max: sound.length - 2 }), async (length) => {
			folder.write(sound.slice(0, length));
			expect(await verifyTrail(folder.path, KEY)).toMatchObject([{ isClosed: false }]);
			await folder.record(['later']);
			expect(await verifyTrail(folder.path, KEY)).toMatchObject([
				{ process: 'main', isClosed: true },
			]);
			expect(await firstFinding()).toBeUndefined();
		}),
		{ numRuns: 40 },
	);
});
