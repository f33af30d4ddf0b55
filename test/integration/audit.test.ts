import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readTrail } from '../../src/audit/read';
import { verifyTrail } from '../../src/audit/verify';

/** Records numbered events in real processes, through the build: `exit`s, closes, or goes on until it is killed. */
const WRITER = `
	const { openTrail } = require(process.argv[1]);
	const [, , folder, name, ending] = process.argv;
	const trail = openTrail({ folder, key: new Uint8Array(32).fill(7), clock: Date.now, process: name, closesAtExit: ending.startsWith('ends') });
	let number = 0;
	const record = () => {
		for (let i = 0; i < 20; i++) trail.append({ type: 'by', subject: { id: process.pid + '-' + number++ } });
		if (ending === 'killed' || number < 500) setTimeout(record, 2);
		else if (ending === 'exit') process.exit();
		else if (ending.startsWith('ends')) process.exit(ending === 'ends well' ? 0 : 1);
		else trail.close();
	};
	record();
`;
const KEY = new Uint8Array(32).fill(7);
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'sealbox-audit-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(name: string, ending: 'close' | 'exit' | 'killed' | 'ends well' | 'ends badly') {
	const build = join(process.cwd(), 'dist', 'audit', 'trail.js');
	const writer = spawn(process.execPath, ['-e', WRITER, build, folder, name, ending], {
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	return { writer, ended: new Promise((done) => writer.once('exit', done)) };
}

/** Resolves when another process than before has written to the trail. */
async function begun(): Promise<void> {
	const writers = async () => new Set((await ids()).map((id) => id.split('-')[0])).size;
	for (const before = await writers(); (await writers()) === before; ) await pause(10);
}

const findings = async () =>
	(await verifyTrail(folder, KEY)).flatMap(({ finding }) => finding ?? []);
const ids = async () =>
	(await readTrail(folder, { type: 'by' })).map(({ subject }) => subject?.id ?? '');

test('processes of one and of several names that start together lose nothing and spoil no chain', async () => {
	for (let round = 1; round <= 3; round++) {
		const writers = [
			start('main', 'close'),
			start('main', 'exit'),
			start('main', 'close'),
			start('worker', 'exit'),
		];
		await Promise.all(writers.map(({ ended }) => ended));
		expect(await findings()).toEqual([]);
		const recorded = await ids();
		expect(recorded.length).toBe(round * 4 * 500);
		expect(new Set(recorded).size).toBe(recorded.length);
	}
});

test('a process that is killed again and again leaves a chain that is sound', async () => {
	for (let round = 0; round < 5; round++) {
		const { writer, ended } = start('main', 'killed');
		await begun();
		setTimeout(() => writer.kill('SIGKILL'), 50 + 20 * round);
		await ended;
		expect(await findings()).toEqual([]);
	}
	const last = start('main', 'close');
	await last.ended;
	const [report, ...others] = await verifyTrail(folder, KEY);
	expect([report.isClosed, others]).toEqual([true, []]);
	expect((await ids()).length).toBeGreaterThan(500);
});

test('a trail that nobody closes notes a good end, and none where there was none', async () => {
	for (const [ending, isClosed] of [
		['ends well', true],
		['ends badly', false],
	] as const) {
		await start('main', ending).ended;
		expect(await verifyTrail(folder, KEY)).toMatchObject([{ isClosed, cuts: [] }]);
	}
	expect(await ids()).toHaveLength(1_000);
});
