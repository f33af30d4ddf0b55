import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasPostgres, startPostgres } from '../../../host/servers/postgres.ts';
import type { State } from '../../../src/state/state';
import { bundle, run, type Running } from '../../processes';
import { describeWith } from '../../servers/required';
import { storeAt, type Place } from '../state/stores';
import type { Order } from './program';

/** Several real processes with the same triggers, some of which are killed between accepting and marking. */

const EVENTS = 120;
const TRIGGERS = ['workflow-1/node', 'workflow-2/node'];

let program: string;
let folder: string;
let executions: string;
const running: Running<never>[] = [];

beforeAll(() => {
	({ folder, program } = bundle(join(__dirname, 'program.ts')));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => (executions = mkdtempSync(join(tmpdir(), 'sealbox-executions-'))));
afterEach(async () => {
	for (const each of running) each.kill('SIGKILL');
	await Promise.all(running.splice(0).map(({ answer }) => answer));
	rmSync(executions, { recursive: true });
});

async function start(place: Place, stopAfter?: number): Promise<Running<never>> {
	const order: Order = { place, names: TRIGGERS, executions, ...(stopAfter ? { stopAfter } : {}) };
	const started = run<never>(program, order);
	running.push(started);
	await started.said('open');
	return started;
}

/** Puts events out, every second of which nobody wants. */
async function happen(state: State, from: number, to: number): Promise<void> {
	for (let i = from; i < to; i += 1) {
		const events = ['wanted', 'other'].map((type) => ({ id: `${type}-${i}`, type, body: '{}' }));
		const version = (await state.read('happened'))?.version ?? 0;
		await state.swap({ key: 'happened', expected: version, value: String(i), events });
	}
}

/** Which events were accepted, as often as there is an execution of them. */
const accepted = (): string[] =>
	readdirSync(executions).map((file) => readlinkSync(join(executions, file)));

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
	for (const endMs = Date.now() + 40_000; Date.now() < endMs; await pause(20)) {
		if (await isSo()) return;
	}
	throw new Error(`not in 40 seconds; ${accepted().length} executions`);
}

async function runsEachOnce(place: Place): Promise<void> {
	const state = storeAt(place);
	await happen(state, 0, 5);
	const [first, second] = [await start(place, 7), await start(place, 11)];
	// What happened before a trigger was there is not its concern.
	await happen(state, 5, 5 + EVENTS / 2);
	await first.said('at');
	first.kill('SIGKILL');
	await second.said('at');
	second.kill('SIGKILL');
	await happen(state, 5 + EVENTS / 2, 5 + EVENTS);
	await Promise.all([start(place), start(place), start(place)]);

	const wanted = Array.from({ length: EVENTS }, (_, i) => `wanted-${i + 5}`);
	await until(() => accepted().length >= TRIGGERS.length * EVENTS);
	const last = await state.lastEvent();
	await until(async () => {
		const stored = await Promise.all(TRIGGERS.map((name) => state.read(`events-cursor/${name}`)));
		return stored.every((cursor) => cursor?.value.includes(`"after":${last},`));
	});
	expect(accepted().sort()).toEqual(TRIGGERS.flatMap(() => wanted).sort());
	await state.close();
}

test('each trigger runs for each event once, though processes die after accepting', async () => {
	await runsEachOnce({ file: join(mkdtempSync(join(folder, 'state-')), 'state.sqlite') });
});

describeWith('PostgreSQL', hasPostgres)('in PostgreSQL', () => {
	let server: Awaited<ReturnType<typeof startPostgres>>;
	beforeAll(async () => {
		server = await startPostgres();
	});
	afterAll(() => server.stop());

	test('the same', async () => {
		await runsEachOnce({ port: server.port, schema: 'sealbox' });
	});
});
