import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openTrail } from '../../src/audit/trail';
import { fileBuildOf } from '../../src/host/guard/fileBuild';
import { newRun, Family } from '../../src/host/guard/runs';
import { StatusFile, type GuardStatus } from '../../src/host/guard/status';
import { tokensFor } from '../../src/host/guard/tokenKeys';
import { auditKeyFrom } from '../../src/host/installation';
import { ready } from '../../src/sealing/sodium';
import { Home } from './terminal';

const KEY = 'encryption-key-of-a-test';
const VALUE = 'the-value-that-is-never-told';
let home: Home;
let running: StatusFile[];

beforeEach(() => {
	home = new Home();
	home.now = Date.now();
	home.env.N8N_ENCRYPTION_KEY = KEY;
	home.write('package/dist/guard.js', '// a guard');
	running = [];
});
afterEach(() => {
	for (const file of running) file.remove();
	home.remove();
});

const ROOT_KEY = 'a root key of its own, with 32 characters';

test('a root key of its own is named by its id, and may not lie beside what it seals', async () => {
	home.env.SEALBOX_ROOT_KEY_FILE = home.write('root.key', ROOT_KEY);
	expect((await home.sealbox('doctor')).out).toMatch(
		/ok {2}What Sealbox keeps is sealed with SEALBOX_ROOT_KEY_FILE \(id [0-9a-f]{16}\)/,
	);
	home.env.SEALBOX_ROOT_KEY_FILE = home.write('.n8n/root.key', ROOT_KEY);
	expect((await home.sealbox('doctor')).out).toContain(
		'!!  The root key lies in the folder of n8n',
	);
	home.env.SEALBOX_ROOT_KEY_FILE = home.write('root.key', 'short');
	const { out } = await home.sealbox('doctor');
	expect(out).toContain('!!  SEALBOX_ROOT_KEY_FILE has fewer than 32 characters');
	expect(out).not.toContain('short\n');
});

/** A process with the guard of this package, all of it in force. */
function runProcess(change: Partial<GuardStatus> = {}): void {
	const file = join(home.packageFolder, 'dist', 'guard.js');
	const status: GuardStatus = {
		format: 1,
		role: 'main',
		pid: process.pid,
		machine: hostname(),
		guardVersion: '1.2.3',
		build: fileBuildOf(file),
		file,
		hostVersion: '2.41.1',
		instanceId: 'instance',
		isRequired: false,
		seams: [{ name: 'records' }, { name: 'push' }],
		selfTest: 'passed',
		startedAt: '2026-01-01T00:00:00.000Z',
		...change,
	};
	running.push(new StatusFile(join(home.n8n, 'sealbox', 'guard'), status));
}

describe('doctor', () => {
	test('all is well with a guard that is in force, and the command says what it saw', async () => {
		runProcess();
		const { exitCode, out } = await home.sealbox('doctor');
		expect(out).toContain(`main process ${process.pid} on ${hostname()}: n8n 2.41.1, 2 of 2 seams`);
		expect(out).toContain('The guard of this package finds, seals and opens a planted secret.');
		expect(out).toMatch(/All is well\.$/);
		expect(exitCode).toBe(0);
	});

	test('without a process that runs with the guard, it says how to turn it on', async () => {
		const { exitCode, out } = await home.sealbox('doctor');
		expect(out).toContain('!!  No process of this n8n runs with the guard.');
		expect(out).toContain('EXTERNAL_HOOK_FILES');
		expect(exitCode).toBe(1);
	});

	test.each([
		[
			'a seam that is missing',
			{ seams: [{ name: 'records', missing: 'there is no method create' }] },
			'"records" is not in force: there is no method create',
		],
		[
			'a self-test that failed',
			{ selfTest: { failed: 'A planted secret was not sealed everywhere.' } },
			'A planted secret was not sealed everywhere.',
		],
		[
			'a guard that is leaving',
			{ leaving: { opened: 0, underWay: 0, refused: [], isDone: true } },
			'it is leaving and seals nothing that is stored',
		],
		['an older copy of the guard', { build: '000000000000' }, 'sealbox guard install PATH'],
	])('%s is seen', async (_, change, sentence) => {
		runProcess(change);
		const { exitCode, out } = await home.sealbox('doctor');
		expect(out).toContain(sentence);
		expect(exitCode).toBe(1);
	});

	test('two copies of the guard in one n8n are seen', async () => {
		runProcess();
		runProcess({ role: 'worker', build: '000000000000' });
		const { out } = await home.sealbox('doctor');
		expect(out).toContain('!!  Not all processes run the same copy of the guard.');
	});

	test('an encryption key that others may read is seen', async () => {
		runProcess();
		delete home.env.N8N_ENCRYPTION_KEY;
		writeFileSync(join(home.n8n, 'config'), JSON.stringify({ encryptionKey: KEY }), {
			mode: 0o644,
		});
		const { exitCode, out } = await home.sealbox('doctor');
		expect(out).toContain('holds the encryption key and others on this machine may read it');
		expect(out).not.toContain(KEY);
		expect(exitCode).toBe(1);
	});

	test('an audit trail that was altered is seen', async () => {
		runProcess();
		await ready;
		const folder = join(home.n8n, 'sealbox', 'audit');
		const trail = openTrail({ folder, key: auditKeyFrom(KEY), clock: Date.now, process: 'main' });
		await trail.close();
		expect((await home.sealbox('doctor')).out).toContain('The audit trail is sound');
		writeFileSync(join(folder, 'main.000001.jsonl'), '{"seq":1}\n');
		const { exitCode, out } = await home.sealbox('doctor');
		expect(out).toContain('!!  The audit trail is not sound.');
		expect(exitCode).toBe(1);
	});
});

describe('doctor explain', () => {
	const sealed = async (workflow = 'wf1', key = KEY, instance = 'instance') => {
		const tokens = await tokensFor(key, instance);
		const needle = { credential: 'cred1', field: 'password', value: VALUE };
		return tokens.make(newRun(workflow, new Family(), '7'), needle, ['s', VALUE]);
	};

	test('says credential, field and workflow of a genuine token, and never the value', async () => {
		runProcess();
		const { exitCode, out } = await home.sealbox(
			'doctor',
			'explain',
			await sealed(),
			...['--workflow', 'other', '--workflow', 'wf1'],
		);
		expect(out).toContain('Credential: cred1\nField: password\nWorkflow: wf1');
		expect(out).toContain('It is genuine');
		expect(out).not.toContain(VALUE);
		expect(exitCode).toBe(0);
	});

	test('finds the workflow and the name of the instance in the database of n8n', async () => {
		const database = new DatabaseSync(join(home.n8n, 'database.sqlite'));
		database.exec(`
			CREATE TABLE workflow_entity (id TEXT); INSERT INTO workflow_entity VALUES ('wf0'), ('wf1');
			CREATE TABLE deployment_key (type TEXT, value TEXT, status TEXT);
			INSERT INTO deployment_key VALUES ('instance.id', 'instance', 'active');`);
		database.close();
		const { exitCode, out } = await home.sealbox('doctor', 'explain', await sealed());
		expect(out).toContain('Workflow: wf1');
		expect(exitCode).toBe(0);
	});

	test('finds the workflow in the audit trail', async () => {
		runProcess();
		await ready;
		const folder = join(home.n8n, 'sealbox', 'audit');
		const trail = openTrail({ folder, key: auditKeyFrom(KEY), clock: Date.now, process: 'main' });
		trail.append({ type: 'credential.used', subject: { credential: 'cred1', workflow: 'wf1' } });
		await trail.close();
		const { out } = await home.sealbox('doctor', 'explain', await sealed());
		expect(out).toContain('Workflow: wf1');
	});

	test.each([
		['of another n8n', () => sealed('wf1', 'another key')],
		['of another instance with the same key', () => sealed('wf1', KEY, 'elsewhere')],
		['of another workflow', () => sealed('wf2')],
		['that is forged', async () => (await sealed()).replace('.password.', '.secret.')],
	])('a token %s is not genuine', async (_, make) => {
		runProcess();
		const args = ['doctor', 'explain', await make(), '--workflow', 'wf1'];
		const { exitCode, out } = await home.sealbox(...args);
		expect(out).toContain('It is genuine for none of the 1 workflows tried.');
		expect(exitCode).toBe(1);
	});

	test('what is no token is refused with how one looks', async () => {
		const { exitCode, err } = await home.sealbox('doctor', 'explain', 'sealed.v1.cut');
		expect(err).toContain('That is no sealed token.');
		expect(exitCode).toBe(2);
	});
});
