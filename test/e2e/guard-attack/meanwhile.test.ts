/* What happens to a credential while a run waits that holds its secret. */
import { createCanary, type Canary } from '../../../host/canary.ts';
import type { Execution } from '../../../host/client.ts';
import { call, hook, inLine, node, send, type Stored } from '../guard/nodes.ts';
import { openScene, sentTo, type Scene } from './host.ts';

let scene: Scene;

beforeAll(async () => {
	scene = await openScene();
}, 120_000);
afterAll(async () => await scene?.close());

interface Waiting {
	readonly key: Stored;
	readonly secret: Canary;
	resume(): Promise<Execution>;
}

const url = (path: string) => scene.service.url + path;

/** A run that has got its secret back from a service, and waits. */
async function waiting(name: string): Promise<Waiting> {
	const secret = createCanary(name, 'plain');
	const stage = scene.stage(name);
	const key = await stage.headerKey(secret.value);
	const wait = node(
		'Wait',
		'wait',
		1.1,
		{ resume: 'webhook', httpMethod: 'POST' },
		{ webhookId: `wait-${name}` },
	);
	const where = `={{ JSON.stringify({ url: $execution.resumeUrl, of: '${name}' }) }}`;
	const workflow = await stage.activate(
		inLine(
			[hook(name, { responseMode: 'onReceived' })],
			call(url('/echo'), key),
			send('Where', url('/where'), where),
			wait,
			send('Tell', url(`/told?of=${name}`), `={{ JSON.stringify($('Call').item.json) }}`),
		),
	);
	await stage.callHook(name);
	const [execution] = await stage.executionsOf(workflow);
	expect(execution.status).toBe('waiting');
	expect(execution.raw).not.toContain(secret.value);
	const told = sentTo(scene.service, '/where').find(({ body }) => body.includes(`"${name}"`));
	const resumeUrl = (JSON.parse(told?.body ?? '{}') as { url: string }).url;
	return {
		key,
		secret,
		async resume() {
			await fetch(resumeUrl, { method: 'POST' });
			return await stage.atRest(execution.id, new Set(['success', 'error', 'crashed']));
		},
	};
}

const toldOf = (name: string) =>
	sentTo(scene.service, '/told').filter(({ query }) => query.of === name);

test('a value that was replaced is still opened, and still sealed', async () => {
	const run = await waiting('rotated');
	const data = { name: 'X-Key', value: createCanary('new', 'plain').value };
	const { type, name, id } = run.key;
	await scene.host.client.patch(`/rest/credentials/${id}`, { type, name, data });
	const done = await run.resume();
	expect(done.status).toBe('success');
	expect(toldOf('rotated')[0].body).toContain(run.secret.value);
	expect(done.raw).not.toContain(run.secret.value);
});
