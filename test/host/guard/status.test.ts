import {
	existsSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	isAlive,
	readStatuses,
	StatusFile,
	type GuardStatus,
} from '../../../src/host/guard/status';

let folder: string;
beforeEach(() => {
	folder = join(mkdtempSync(join(tmpdir(), 'sealbox-status-')), 'guard');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const status = (change: Partial<GuardStatus> = {}): GuardStatus => ({
	format: 1,
	role: 'main',
	pid: process.pid,
	machine: hostname(),
	guardVersion: '0.1.0',
	build: 'abcdef012345',
	file: '/opt/sealbox-guard.js',
	hostVersion: '2.41.1',
	instanceId: 'instance',
	isRequired: false,
	seams: [{ name: 'records' }],
	selfTest: 'pending',
	startedAt: new Date(0).toISOString(),
	...change,
});

test('what a process says of itself is there for others to read, and gone when it stops', () => {
	const file = new StatusFile(folder, status());
	file.change({ selfTest: 'passed' });
	const [seen] = readStatuses(folder);
	expect(seen).toMatchObject({ role: 'main', selfTest: 'passed', build: 'abcdef012345' });
	expect(isAlive(seen, Date.now())).toBe(true);
	file.remove();
	expect(readStatuses(folder)).toEqual([]);
});

test('only the owner may read it', () => {
	const file = new StatusFile(folder, status());
	const [name] = readdirSync(folder);
	expect(statSync(folder).mode & 0o777).toBe(0o700);
	expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
	file.remove();
});

test('a process that was killed is not alive, and its file goes when another starts', () => {
	// No process has this id on any system of ours.
	new StatusFile(folder, status({ pid: 2 ** 30, role: 'worker' }));
	const [killed] = readStatuses(folder);
	expect(isAlive(killed, Date.now())).toBe(false);
	const file = new StatusFile(folder, status());
	expect(readStatuses(folder).map(({ role }) => role)).toEqual(['main']);
	file.remove();
});

test('a process of another machine is alive as long as it is heard of', () => {
	const file = new StatusFile(folder, status({ machine: 'elsewhere', pid: 1 }));
	const [name] = readdirSync(folder);
	expect(isAlive(readStatuses(folder)[0], Date.now())).toBe(true);
	utimesSync(join(folder, name), 0, 0);
	expect(isAlive(readStatuses(folder)[0], Date.now())).toBe(false);
	file.remove();
});

test('what is no status is left alone and not read', () => {
	new StatusFile(folder, status()).remove();
	writeFileSync(join(folder, 'leave.json'), '{"format":"other"}');
	writeFileSync(join(folder, 'half.json'), '{"for');
	const file = new StatusFile(folder, status());
	expect(readStatuses(folder)).toHaveLength(1);
	expect(existsSync(join(folder, 'leave.json'))).toBe(true);
	file.remove();
});

test('a folder that cannot be written is no reason to fail', () => {
	writeFileSync(folder, 'a file');
	expect(() => new StatusFile(folder, status()).remove()).not.toThrow();
});
