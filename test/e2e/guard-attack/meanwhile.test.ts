/* What happens to a credential while a run waits that holds its secret. */
import { createCanary, type Canary } from '../../../host/canary.ts';
import type { Execution, NodeOnCanvas } from '../../../host/client.ts';
import { call, code, hook, inLine, node, send, type Stored } from '../guard/nodes.ts';
import { openScene, sentTo, type Scene } from './host.ts';

let scene: Scene;

beforeAll(async () => {
	scene = await openScene();
}, 120_000);
afterAll(async () => await scene?.close());

interface Waiting {
	readonly key: Stored;
	readonly secret: Canary;
	/** Id of its workflow. */
	readonly workflow: string;
	resume(address?: (url: string) => string): Promise<{ status: number; body: string }>;
	end(statuses?: ReadonlySet<string>): Promise<Execution>;
}

const OVER = new Set(['success', 'error', 'crashed']);

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
		workflow,
		async resume(address = (url: string) => url) {
			const response = await fetch(address(resumeUrl), { method: 'POST' });
			return { status: response.status, body: await response.text() };
		},
		end: async (statuses = OVER) => await stage.atRest(execution.id, statuses),
	};
}

const toldOf = (name: string) =>
	sentTo(scene.service, '/told').filter(({ query }) => query.of === name);

test('a value that was replaced is still opened, and still sealed', async () => {
	const run = await waiting('rotated');
	const data = { name: 'X-Key', value: createCanary('new', 'plain').value };
	const { type, name, id } = run.key;
	await scene.host.client.patch(`/rest/credentials/${id}`, { type, name, data });
	await run.resume();
	const done = await run.end();
	expect(done.status).toBe('success');
	expect(toldOf('rotated')[0].body).toContain(run.secret.value);
	expect(done.raw).not.toContain(run.secret.value);
});

const refused = (run: Waiting, why: string) =>
	`The sealed field "value" of the credential with the id ${run.key.id} cannot be opened: ${why} Nothing was sent on.`;

/** The run waits on, and whoever resumed it was told why; who may not resume it was told nothing. */
async function expectStillWaiting(run: Waiting, why: string): Promise<void> {
	const reply = await run.resume();
	expect(reply.status).toBe(500);
	expect(reply.body).toContain(JSON.stringify(refused(run, why)).slice(1, -1));
	const stranger = await run.resume((url) => url.replace(/(signature|token)=\w+/, '$1=0'));
	expect(stranger.status).toBe(401);
	expect(stranger.body).not.toContain('sealed');
	expect((await run.end(new Set(['waiting']))).raw).not.toContain(run.secret.value);
}

test('a run whose credential was deleted is not resumed, and whoever resumes it is told why', async () => {
	const run = await waiting('deleted');
	await scene.host.client.delete(`/rest/credentials/${run.key.id}`);
	const why =
		'the credential no longer exists. Run the workflow from its start with a credential that does.';
	await expectStillWaiting(run, why);
	expect(toldOf('deleted')).toEqual([]);
	expect(scene.host.log()).toContain(refused(run, why));
});

test('a run whose workflow no longer uses the credential is not resumed until it does again', async () => {
	const run = await waiting('unused');
	const { client } = scene.host;
	const path = `/rest/workflows/${run.workflow}`;
	type Stored = { nodes: NodeOnCanvas[]; connections: object; versionId: string };
	const { nodes, connections } = await client.get<Stored>(path);
	const publish = async (nodes: object[]) => {
		const { versionId } = await client.get<Stored>(path);
		await client.patch(path, { nodes, connections, versionId });
		await client.activateWorkflow(run.workflow);
	};
	const nothing = { credentials: undefined };
	const parameters = { url: url('/echo') };
	await publish(
		nodes.map((each) => (each.name === 'Call' ? { ...each, ...nothing, parameters } : each)),
	);
	await expectStillWaiting(
		run,
		'no node of the workflow uses that credential any more. Select it in its node again, or run the workflow from its start.',
	);
	expect(toldOf('unused')).toEqual([]);

	await publish(nodes);
	expect((await run.resume()).status).toBe(200);
	expect((await run.end()).status).toBe('success');
	expect(toldOf('unused')[0].body).toContain(run.secret.value);
});

test('static data of a deleted credential stops the run, and says where it stands', async () => {
	const name = 'kept';
	const secret = createCanary(name, 'plain');
	const stage = scene.stage(name);
	const key = await stage.headerKey(secret.value);
	const keep = code(
		"const kept = $getWorkflowStaticData('global'); kept.key = $('Call').first().json.headers['x-key']; return []",
	);
	const id = await stage.activate(
		inLine([hook(name, { responseMode: 'onReceived' })], call(url('/told?of=kept'), key), keep),
	);
	await stage.callHook(name);
	expect((await stage.executionsOf(id))[0].status).toBe('success');
	await scene.host.client.delete(`/rest/credentials/${key.id}`);
	const told = toldOf(name).length;
	await stage.callHook(name);
	const [, second] = await stage.executionsOf(id, 2);
	expect(second.status).toBe('error');
	expect(second.data.resultData.error?.message).toMatch(
		/credential no longer exists.*static data of the workflow.*a duplicate of the workflow starts without it/,
	);
	expect(toldOf(name)).toHaveLength(told);
	expect(second.raw).not.toContain(secret.value);
});
