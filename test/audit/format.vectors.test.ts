import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyTrail } from '../../src/audit/verify';
import { AuditFolder, KEY } from './folder';

/** Written by the first release with the key of 32 bytes 0x07; records outlive releases. */
const FROZEN = readFileSync(join(__dirname, 'vectors', 'trail-v1.jsonl'), 'utf8');
const lines = FROZEN.split('\n').slice(0, -1);

let folder: AuditFolder;
beforeEach(() => (folder = new AuditFolder()));
afterEach(() => folder.remove());

test('the same events give the frozen bytes', async () => {
	const trail = folder.open();
	trail.append({
		type: 'credential.used',
		actor: 'user-1',
		subject: { credential: 'cred-1', workflow: 'wf-1', node: 'Ünïcode "node"' },
		count: 3,
	});
	await trail.flush();
	await folder.record([], { process: 'worker' });
	folder.now += 3_600_000;
	await trail.close();
	expect(folder.text()).toBe(FROZEN);
});

test('the frozen record is sound', async () => {
	await folder.record([]);
	folder.write(FROZEN);
	const reports = await verifyTrail(folder.path, KEY);
	expect(reports.find(({ process }) => process === 'main')).toMatchObject({ events: lines.length });
	expect(reports.flatMap(({ finding }) => finding?.kind ?? [])).toEqual(['cut']);
});

test('docs/audit.md gives hashes and order of the frozen record', () => {
	let prev = '0'.repeat(64);
	for (const [index, line] of lines.entries()) {
		const body = line.slice(0, -75);
		const hash = createHmac('sha256', KEY).update(`sealbox/audit/v1\n${body}`).digest('hex');
		expect(line).toBe(`${body},"hash":"${hash}"}`);
		expect(JSON.parse(line)).toMatchObject({ seq: index + 1, process: 'main', prev });
		prev = hash;
	}
});
