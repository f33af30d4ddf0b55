/*
 * Attack: credentials that are made to get in the way of everybody else: one of a megabyte, one whose
 * value is a word that n8n's own data is full of, one of 10,000 fields.
 */
import { createCanary } from '../../../host/canary.ts';
import type { Execution } from '../../../host/client.ts';
import { call, hook, inLine, node, set, type Stored } from '../guard/nodes.ts';
import type { Stage } from '../guard/stage.ts';
import { outlineOf } from '../guard/stage.ts';
import { openScene, sentTo, type Scene } from './host.ts';

let scene: Scene;

beforeAll(async () => {
	scene = await openScene();
}, 120_000);
afterAll(async () => await scene?.close());

const url = (path: string) => scene.service.url + path;

const FIELDS = Object.fromEntries(
	Array.from({ length: 10_000 }, (_, i) => [`X-Field-${i}`, `value ${i} of the field`]),
);

const HOSTILE: Record<string, [type: string, data: object]> = {
	'a megabyte': ['httpBearerAuth', { token: 'status '.repeat(150_000) }],
	'a word of the host': ['httpHeaderAuth', { name: 'X-Key', value: 'executionId' }],
	'many fields': ['httpCustomAuth', { json: JSON.stringify({ headers: FIELDS }) }],
};

/** n8n needs some 20 s for 10,000 headers, guard or not, and then closes connections that seem idle. */
const OWN_CONNECTION = { headers: { connection: 'close' } };

/** Somebody's own workflow, with texts that the hostile ones hold too. */
async function innocent(stage: Stage, secret: string): Promise<string> {
	const values = { note: 'executionId', state: 'status status', field: 'value 7 of the field' };
	const nodes = [call(url('/sent'), await stage.headerKey(secret)), set('Note', values)];
	return await stage.activate(inLine([hook(stage.key)], ...nodes));
}

const valuesIn = ({ data }: Execution) =>
	data.resultData.runData.Note[0].data?.main[0]?.map(({ json }) => json);

test('others run as before while hostile credentials are used, and after', async () => {
	const secret = createCanary('innocent', 'plain');
	const stage = scene.stage('innocent');
	const id = await innocent(stage, secret.value);
	const first = await stage.callHook(stage.key, OWN_CONNECTION);
	const alone = (await stage.executionsOf(id))[0];

	const attacks = Object.entries(HOSTILE).map(async ([name, [type, data]], index) => {
		const attacker = scene.stage(`hostile-${index}`);
		const key: Stored = await attacker.credential(type, data);
		const nodes = [call(url('/echo'), key), node('Last', 'noOp', 1, {})];
		const workflow = await attacker.activate(inLine([hook(attacker.key)], ...nodes));
		await attacker.callHook(attacker.key, OWN_CONNECTION);
		return { name, runs: await attacker.executionsOf(workflow) };
	});
	const during = await stage.callHook(stage.key, OWN_CONNECTION);
	const outcomes = await Promise.all(attacks);
	const after = await stage.callHook(stage.key, OWN_CONNECTION);

	// An answer of their own each, whatever became of it: HTTP refuses a header of a megabyte.
	expect(outcomes.map(({ runs }) => runs.length)).toEqual([1, 1, 1]);
	expect([during, after]).toEqual([first, first]);
	const runs = await stage.executionsOf(id, 3);
	for (const run of runs) {
		expect(outlineOf(run)).toEqual(outlineOf(alone));
		expect(valuesIn(run)).toEqual([
			expect.objectContaining({
				note: 'executionId',
				state: 'status status',
				field: 'value 7 of the field',
			}),
		]);
		expect(run.raw).not.toContain(secret.value);
	}
	const sent = sentTo(scene.service, '/sent').map(({ headers }) => headers['x-key']);
	expect(sent).toEqual([secret.value, secret.value, secret.value]);
}, 120_000);
