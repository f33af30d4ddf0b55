import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LeaveProgress } from '../../src/host/guard/leave/leaving';
import { StatusFile } from '../../src/host/guard/status';
import { Home } from './terminal';

let home: Home;
let running: StatusFile[];

beforeEach(() => {
	home = new Home();
	home.now = Date.now();
	running = [];
});
afterEach(() => {
	for (const file of running) file.remove();
	home.remove();
});

const folder = () => join(home.n8n, 'sealbox', 'guard');
const request = () => join(folder(), 'leave.json');

function runProcess(role: string, leaving?: Partial<LeaveProgress>): void {
	const progress = leaving && { opened: 0, underWay: 0, refused: [], isDone: true, ...leaving };
	const file = new StatusFile(folder(), {
		format: 1,
		role,
		pid: process.pid,
		machine: hostname(),
		guardVersion: '1.2.3',
		build: 'abc',
		file: '/opt/guard.js',
		hostVersion: '2.41.1',
		instanceId: 'instance',
		isRequired: false,
		seams: [],
		selfTest: 'passed',
		startedAt: '2026-01-01T00:00:00.000Z',
		...(progress && { leaving: progress }),
	});
	running.push(file);
}

test('leave asks every process and says when all of them are done', async () => {
	runProcess('main', { opened: 3 });
	runProcess('worker', {});
	const { exitCode, out } = await home.sealbox('guard', 'leave');
	expect(existsSync(request())).toBe(true);
	expect(out).toContain(`main ${process.pid}: done (opened: 3, runs under way: 0)`);
	expect(out).toContain('remove EXTERNAL_HOOK_FILES');
	expect(exitCode).toBe(0);
});

test('what stays sealed is named, and is no success', async () => {
	runProcess('main', { refused: ['Execution 7 stays sealed. The credential no longer exists.'] });
	const { exitCode, out } = await home.sealbox('guard', 'leave');
	expect(out).toContain('Execution 7 stays sealed.');
	expect(exitCode).toBe(1);
});

test('a process that has not taken up the request keeps it from being done', async () => {
	runProcess('main', {});
	runProcess('worker');
	const { exitCode, out, err } = await home.sealbox('guard', 'leave', '--wait', '0');
	expect(out).toContain('has not taken up the request yet');
	expect(err).toContain('It is not done yet.');
	expect(exitCode).toBe(1);
});

test('where n8n does not run, the request stands and the next steps are told', async () => {
	const { exitCode, out } = await home.sealbox('guard', 'leave');
	expect(existsSync(request())).toBe(true);
	expect(out).toContain('Start n8n once more with the');
	expect(exitCode).toBe(1);
});

test('stay takes the request back', async () => {
	await home.sealbox('guard', 'leave');
	expect((await home.sealbox('guard', 'stay')).out).toBe('The guard stays, and seals again.');
	expect(existsSync(request())).toBe(false);
	expect((await home.sealbox('guard', 'stay')).out).toBe('The guard was not asked to leave.');
});

test('a folder that cannot be written is refused in a sentence', async () => {
	writeFileSync(join(home.n8n, 'sealbox'), 'a file');
	const { exitCode, err } = await home.sealbox('guard', 'leave');
	expect(err).toMatch(/cannot be written \(\w+\)\. Run this as the user that runs n8n\.$/);
	expect(exitCode).toBe(1);
});
