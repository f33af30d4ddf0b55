import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host } from '../../../host/host.ts';
import { hasPostgres } from '../../../host/servers/postgres.ts';
import { hasRedis } from '../../../host/servers/redis.ts';
import { describeWith } from '../../servers/required';
import { call } from '../guard/nodes.ts';
import { startHostile, type Hostile } from '../guard/service.ts';
import { Stage } from '../guard/stage.ts';

const WITHIN_MS = 300_000;
const folder = mkdtempSync(join(tmpdir(), 'sealbox-versions-'));
const VERSION = '9.8.7';

/** The guard as a later version would be: another file, which says another version. */
function anotherGuard(): string {
	const guard = readFileSync('dist/guard.js', 'utf8');
	const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
	const other = guard.replaceAll(`"${version}"`, `"${VERSION}"`);
	expect(other).not.toBe(guard);
	const file = join(folder, 'guard.js');
	writeFileSync(file, other);
	return file;
}

describeWith('PostgreSQL and Redis', hasPostgres && hasRedis)('queue mode', () => {
	let host: Host;
	let service: Hostile;

	beforeAll(async () => {
		const workerEnv = { EXTERNAL_HOOK_FILES: anotherGuard() };
		[host, service] = await Promise.all([
			startHost({ mode: 'queue', guard: true, workerEnv }),
			startHostile(),
		]);
	}, WITHIN_MS);
	afterAll(async () => {
		await service?.close();
		await host?.stop();
		rmSync(folder, { recursive: true });
	}, WITHIN_MS);

	test('another version of the guard on one worker is reported in one sentence', () => {
		expect(host.log('worker')).toContain(`Sealbox guard is on: version ${VERSION}, worker process`);
		expect(host.log()).toMatch(/runs another copy of the guard .*Use one copy for all/);
	});

	test(
		'callers get the right answers, and nothing is left behind',
		async () => {
			const stage = new Stage(host, service, 'versions', new Map());
			const result = await stage.runBoth(call(stage.url('/echo'), await stage.headerKey()));
			const { reply } = result as { reply: { status: number; body: string } };
			expect(reply.status).toBe(200);
			expect(JSON.parse(reply.body)).toMatchObject([{ headers: { 'x-key': stage.secret() } }]);
			expect(await host.sightings([{ name: 'secret', value: stage.secret() }])).toEqual([]);
		},
		WITHIN_MS,
	);
});
