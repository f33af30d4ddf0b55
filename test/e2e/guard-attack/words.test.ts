/*
 * Passwords that are words of the host, and the name of a node: runs, what the editor shows of them,
 * and resuming come to the same as on a host without the guard.
 */
import type { RunData } from '../../../host/client.ts';
import { call, hook, inLine, node, send, set } from '../guard/nodes.ts';
import { openScene, sentTo, type Scene } from './host.ts';

const WORDS = ['postgres', 'main', 'json', 'success', 'executionId', 'Fetch the invoices'];

let scenes: Scene[] = [];

beforeAll(async () => {
	scenes = await Promise.all([openScene(), openScene({ guard: false })]);
}, 180_000);
afterAll(async () => {
	for (const scene of scenes) await scene.close();
});

/** What tells a reader which node did what: everything but the content of the items, and the clock. */
function structureOf({ resultData }: RunData): unknown {
	const runs = Object.entries(resultData.runData).map(([name, tasks]) => [
		name,
		tasks.map((task) => {
			const { source, executionStatus, executionIndex, metadata } = task as unknown as Record<
				string,
				unknown
			>;
			const outputs = Object.entries(task.data ?? {}).map(([kind, lists]) => [
				kind,
				(lists ?? []).map((items) =>
					items?.map((item) => [Object.keys(item), item.pairedItem, Object.keys(item.json)]),
				),
			]);
			return { source, executionStatus, executionIndex, metadata, outputs };
		}),
	]);
	return { runs, last: resultData.lastNodeExecuted };
}

async function walk(scene: Scene, word: string) {
	const name = word.replaceAll(' ', '-');
	const stage = scene.stage(name);
	const key = await stage.headerKey(word);
	const url = (path: string) => scene.service.url + path;
	const wait = node(
		'Wait',
		'wait',
		1.1,
		{ resume: 'webhook', httpMethod: 'POST' },
		{ webhookId: `wait-${name}` },
	);
	const where = `={{ JSON.stringify({ url: $execution.resumeUrl, of: '${name}' }) }}`;
	const fetch_ = { ...call(url('/echo'), key), name: 'Fetch the invoices' };
	const workflow = await stage.activate(
		inLine(
			[hook(name, { responseMode: 'onReceived' })],
			fetch_,
			set('json', { status: 'success', main: word, note: `the word ${word} in a sentence` }),
			send('Where', url('/where'), where),
			wait,
			send('main', url('/told'), `={{ JSON.stringify([$('json').item.json, '${name}']) }}`),
		),
	);
	await stage.callHook(name, { body: JSON.stringify({ word, executionId: 1 }) });
	const [before] = await stage.executionsOf(workflow);
	const told = sentTo(scene.service, '/where').find(({ body }) => body.includes(`"${name}"`));
	await fetch((JSON.parse(told?.body ?? '{}') as { url: string }).url, { method: 'POST' });
	const after = await stage.atRest(before.id, new Set(['success', 'error']));
	const body = sentTo(scene.service, '/told').find((each) => each.body.includes(`"${name}"`))?.body;
	return {
		statuses: [before.status, after.status],
		structures: [structureOf(before.data), structureOf(after.data)],
		body,
	};
}

test.each(WORDS)('the password %j changes nothing that anybody sees or does', async (word) => {
	const [guarded, stock] = await Promise.all(scenes.map(async (scene) => await walk(scene, word)));
	expect(guarded).toEqual(stock);
	expect(guarded.statuses).toEqual(['waiting', 'success']);
});
