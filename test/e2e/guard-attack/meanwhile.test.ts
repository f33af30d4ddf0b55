/* What happens to a credential while a run waits that holds its secret. */
import { createCanary, type Canary } from '../../../host/canary.ts';
import type { Execution, NodeOnCanvas } from '../../../host/client.ts';
import { call, hook, inLine, node, send, type Stored } from '../guard/nodes.ts';
import type { Stage } from '../guard/stage.ts';
import { openScene, sentTo, type Scene } from './host.ts';

let scene: Scene;

beforeAll(async () => {
	scene = await openScene();
}, 120_000);
afterAll(async () => await scene?.close());

interface Waiting {
	readonly stage: Stage;
	readonly key: Stored;
	readonly secret: Canary;
	readonly workflow: string;
	readonly execution: Execution;
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
		...{ stage, key, secret, workflow, execution },
		async resume() {
			await fetch(resumeUrl, { method: 'POST' });
			return await stage.atRest(execution.id, new Set(['success', 'error', 'crashed']));
		},
	};
}

const toldOf = (name: string) =>
	sentTo(scene.service, '/told').filter(({ query }) => query.of === name);

const refusal = (key: Stored, why: string) =>
	new RegExp(
		`The sealed field "[\\w.-]+" of the credential with the id ${key.id} cannot be opened: ${why}`,
	);

/** It was stopped before any node ran after the wait, and says why wherever somebody asks. */
async function expectStopped(run: Waiting, why: string): Promise<void> {
	const reply = await run.resume().then(
		({ raw, status }) => ({ raw, status }),
		(error: Error) => ({ raw: error.message, status: 'waiting' }),
	);
	expect(reply.status).not.toBe('success');
	expect(toldOf(run.stage.key)).toEqual([]);
	expect(reply.raw.replaceAll('\\', '')).toMatch(refusal(run.key, why));
}

test('a credential that was deleted stops the run before its first node', async () => {
	const run = await waiting('deleted');
	await scene.host.client.delete(`/rest/credentials/${run.key.id}`);
	await expectStopped(run, 'the credential no longer exists');
});

test('a credential that was taken out of the workflow stops the run before its first node', async () => {
	const run = await waiting('removed');
	const { client } = scene.host;
	const saved = await client.get<{ nodes: NodeOnCanvas[]; connections: object; versionId: string }>(
		`/rest/workflows/${run.workflow}`,
	);
	const nodes = saved.nodes.map((each) =>
		each.name === 'Call' ? { ...each, credentials: {}, parameters: { url: url('/echo') } } : each,
	);
	const { connections, versionId } = saved;
	await client.patch(`/rest/workflows/${run.workflow}`, { nodes, connections, versionId });
	await client.activateWorkflow(run.workflow);
	await expectStopped(run, 'no node of the workflow uses that credential any more');
});

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
