import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTrail } from '../../src/audit/trail';
import { auditFolderIn, auditKeyFrom } from '../../src/host/installation';
import { ready } from '../../src/sealing/sodium';
import { Home } from './terminal';

const ENCRYPTION_KEY = 'a-key-of-an-n8n';
let home: Home;
let folder: string;
const file = () => join(folder, 'main.000001.jsonl');

beforeEach(async () => {
	await ready;
	home = new Home();
	folder = auditFolderIn(home.n8n);
	home.write('.n8n/config', JSON.stringify({ encryptionKey: ENCRYPTION_KEY }));
	let now = Date.UTC(2026, 0, 1);
	const trail = openTrail({
		folder,
		key: auditKeyFrom(ENCRYPTION_KEY),
		clock: () => (now += 3_600_000),
		process: 'main',
	});
	trail.append({ type: 'credential.created', actor: 'u1', subject: { credential: 'c1' } });
	trail.append({ type: 'credential.used', subject: { credential: 'c1', workflow: 'w1' } });
	trail.append({ type: 'credential.used', subject: { credential: 'c2', workflow: 'w2' } });
	await trail.close();
});
afterEach(() => home.remove());

describe('sealbox audit verify', () => {
	test('finds folder and key where n8n has them, and a sound trail sound', async () => {
		expect(await home.sealbox('audit', 'verify')).toEqual({
			exitCode: 0,
			out: 'main: 5 events until 2026-01-01T07:00:00.000Z, closed\nThe audit trail is sound: 1 chain.',
			err: '',
		});
	});

	test.each([
		['N8N_ENCRYPTION_KEY', () => ({ N8N_ENCRYPTION_KEY: ` "${ENCRYPTION_KEY}" ` })],
		['a file', () => ({ N8N_ENCRYPTION_KEY_FILE: home.write('key', `${ENCRYPTION_KEY}\n`) })],
		['the folder of n8n', () => ({ N8N_USER_FOLDER: home.path, HOME: '/nowhere' })],
	])('takes the key from %s as n8n does', async (_name, env) => {
		home.env = env();
		expect((await home.sealbox('audit', 'verify', folder)).exitCode).toBe(0);
	});

	test('says what was altered, and where', async () => {
		writeFileSync(file(), readFileSync(file(), 'utf8').replace('"c2"', '"c1"'));
		const { exitCode, out } = await home.sealbox('audit', 'verify');
		expect(exitCode).toBe(1);
		expect(out).toMatch(
			/^main: NOT SOUND after 3 events until .*\n {2}main.000001.jsonl, line 4: Event 4 was altered/,
		);
		expect(out).toMatch(/The audit trail is not sound: 1 of 1 chain\.$/);
	});

	test('says what a crash cut off', async () => {
		appendFileSync(file(), '{"seq":6');
		const { exitCode, out } = await home.sealbox('audit', 'verify');
		expect(exitCode).toBe(0);
		expect(out).toContain('  8 bytes of an event that a crash cut off, at the end');
	});

	test('tells a wrong key from altered events', async () => {
		home.env.N8N_ENCRYPTION_KEY = 'another-key';
		const { exitCode, out } = await home.sealbox('audit', 'verify');
		expect(exitCode).toBe(1);
		expect(out).toContain('The chain was written with another encryption key');
	});

	test('needs the key unless told otherwise, and says what it cannot see then', async () => {
		home.write('.n8n/config', 'no JSON');
		expect(await home.sealbox('audit', 'verify')).toMatchObject({
			exitCode: 1,
			err: expect.stringMatching(/N8N_ENCRYPTION_KEY.*--without-key/),
		});
		expect(await home.sealbox('audit', 'verify', '--without-key')).toMatchObject({
			exitCode: 0,
			out: expect.stringMatching(/altered events are not noticed\.$/),
		});
	});

	test('no trail is a failure', async () => {
		expect(await home.sealbox('audit', 'verify', home.path)).toMatchObject({ exitCode: 1 });
		expect((await home.sealbox('audit', 'verify', '/nowhere')).err).toMatch(/There is no folder/);
	});

	test('never shows the key', async () => {
		for (const words of [['verify'], ['show'], ['verify', '/nowhere']]) {
			const { out, err } = await home.sealbox('audit', ...words);
			expect(out + err).not.toContain(ENCRYPTION_KEY);
		}
	});
});

describe('sealbox audit show', () => {
	const shown = async (...args: string[]) => (await home.sealbox('audit', 'show', ...args)).out;

	test('shows an event a line, the newest last', async () => {
		const lines = (await shown()).split('\n');
		expect(lines.length).toBe(5);
		expect(lines[1]).toBe(
			'2026-01-01T03:00:00.000Z  main  credential.created  by=u1  credential=c1',
		);
		expect(lines[4]).toContain('trail.closed');
	});

	test.each([
		[['--type', 'credential'], 3],
		[['--type', 'credential.used', '--workflow', 'w1'], 1],
		[['--credential', 'c1'], 2],
		[['--since', '2026-01-01T04:00Z'], 3],
		[['--since', '20h'], 3],
		[['--since', '1d'], 5],
		[['--limit', '2'], 2],
	])('%j shows %i events', async (options, count) => {
		expect((await shown(...options)).split('\n').length).toBe(count);
	});

	test('gives JSON for programs', async () => {
		const [line] = (await shown('--json', '--workflow', 'w2')).split('\n');
		expect(JSON.parse(line)).toMatchObject({ seq: 4, subject: { credential: 'c2' } });
	});

	test('a forged event cannot speak to the terminal', async () => {
		const forged = readFileSync(file(), 'utf8').replace('"c1"', '"\\u001b[2J\\u009b2J"');
		writeFileSync(file(), forged);
		expect(await shown()).toMatch(/credential=�\[2J�2J/);
	});
});
