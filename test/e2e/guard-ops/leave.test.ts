import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { main } from '../../../src/cli/main';
import { search } from '../../../host/canary.ts';
import { startHost, type Host } from '../../../host/host.ts';
import { call, code, hook, inLine, node, START } from '../guard/nodes.ts';
import { startHostile, type Hostile } from '../guard/service.ts';
import { Stage } from '../guard/stage.ts';
import { addressesOf, ended, quick, sendOn, tell, waiting } from '../guard/ways/wait.ts';

const WITHIN_MS = 300_000;
let host: Host;
let service: Hostile;

beforeAll(async () => {
	[host, service] = await Promise.all([
		startHost({ mode: 'regular', guard: true }),
		startHostile(),
	]);
}, WITHIN_MS);
afterAll(async () => {
	await service.close();
	await host.stop();
});

const stageOf = (key: string) => new Stage(host, service, key, new Map());

/** Runs `sealbox` for the n8n of this host. */
async function sealbox(...args: string[]) {
	const lines: string[] = [];
	const exitCode = await main(args, {
		env: { N8N_USER_FOLDER: host.folder },
		packageFolder: process.cwd(),
		out: (line) => void lines.push(line),
		err: (line) => void lines.push(line),
		now: () => Date.now(),
	});
	return { exitCode, text: lines.join('\n') };
}

/** What the database holds of a workflow, as text. */
function storedOf(workflow: string, column: 'staticData' | 'pinData'): string {
	const database = new DatabaseSync(join(host.folder, '.n8n', 'database.sqlite'));
	try {
		const query = database.prepare(`SELECT "${column}" AS it FROM workflow_entity WHERE id = ?`);
		return String(query.get(workflow)?.it);
	} finally {
		database.close();
	}
}

const holds = (stage: Stage, text: string) =>
	search([{ name: 'secret', value: stage.secret() }], '', text).length > 0;

test(
	'what waits and what is kept is opened on request, and n8n goes on with it without the guard',
	async () => {
		// A run that waits to be resumed by a call.
		const wait = stageOf('leave-wait');
		const key = await wait.headerKey();
		const nodes = [call(wait.url('/echo'), key), tell(wait), waiting({}), sendOn(wait)];
		const waitingId = await wait.activate(inLine([quick(wait)], ...nodes));
		await wait.callHook(wait.key);
		const { url } = await addressesOf(wait, waitingId);

		// Static data, written by a run in production.
		const keep = stageOf('leave-static');
		const keeper = code(
			"$getWorkflowStaticData('global').kept = $input.first().json.headers['x-key']; return [];",
		);
		const keeping = [call(keep.url('/echo'), await keep.headerKey()), keeper];
		const staticId = await keep.activate(
			inLine([hook(keep.key, { responseMode: 'onReceived' })], ...keeping),
		);
		await keep.callHook(keep.key);
		await keep.outlines(staticId);

		// Pinned data.
		const pin = stageOf('leave-pin');
		const pinned = call(pin.url('/echo'), await pin.headerKey());
		const pinId = await pin.create({
			...inLine([START], pinned, node('Last', 'noOp', 1, {})),
			pinData: { Call: [{ json: { echo: pin.secret() } }] },
		});

		const canaries = [wait, keep, pin].map((stage) => ({ name: stage.key, value: stage.secret() }));
		expect(await host.sightings(canaries)).toEqual([]);

		const left = await sealbox('guard', 'leave');
		expect(left.text).toMatch(/main \d+: done \(opened: 3, runs under way: 0\)/);
		expect(left.exitCode).toBe(0);
		expect(host.log()).toContain('nothing that n8n will go on with is sealed any more (opened: 3)');
		expect(holds(keep, storedOf(staticId, 'staticData'))).toBe(true);
		expect(holds(pin, storedOf(pinId, 'pinData'))).toBe(true);

		await host.restart('stop', { guard: false });
		await wait.callHook(url, { method: 'GET' });
		const runs = await ended(wait, waitingId);
		expect(runs.map(({ status }) => status)).toEqual(['success']);
		const [, after] = wait.received();
		expect(JSON.parse(after.body)).toMatchObject({ 'x-key': wait.secret() });
	},
	WITHIN_MS,
);

test(
	'the guard that stays after all seals again',
	async () => {
		await host.restart('stop', { guard: true });
		expect(host.log()).toContain('Sealbox guard is leaving');
		expect((await sealbox('guard', 'stay')).text).toBe('The guard stays, and seals again.');
		const stage = stageOf('stay');
		await stage.until(() => host.log().includes('Sealbox guard stays'));
		await stage.runBoth(call(stage.url('/echo'), await stage.headerKey()));
		expect(await host.sightings([{ name: 'secret', value: stage.secret() }])).toEqual([]);
	},
	WITHIN_MS,
);
