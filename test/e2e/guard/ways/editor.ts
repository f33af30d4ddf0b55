import type { RunData, Workflow } from '../../../../host/client.ts';
import { call, code, credentialsOf, hook, inLine, send, START } from '../nodes.ts';
import { outlineOf, type Stage } from '../stage.ts';
import type { Way } from '../walk.ts';
import { sendOn } from './wait.ts';

type Runs = RunData['resultData']['runData'];

/** Runs one node again as the editor does, which sends back what it was shown of earlier runs. */
async function runNode(stage: Stage, id: string, runData: Runs, dirty: string[] = []) {
	const { client } = stage.host;
	const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
	const { executionId } = await client.post<{ executionId: string }>(`/rest/workflows/${id}/run`, {
		workflowData,
		runData,
		destinationNode: { nodeName: 'After', mode: 'inclusive' },
		dirtyNodeNames: dirty,
		startNodes: [],
	});
	return outlineOf(await stage.atRest(executionId));
}

const withoutLast = (runs: Runs): Runs =>
	Object.fromEntries(Object.entries(runs).filter(([name]) => name !== 'After'));

const singleNode = (name: string, dirty: string[]): Way => ({
	name,
	walk: async (stage) => {
		const key = await stage.headerKey();
		const middle = code('return $input.all()', 'Middle');
		const id = await stage.create(
			inLine([START], call(stage.url('/echo'), key), middle, sendOn(stage)),
		);
		const { data } = await stage.runByHand(id);
		const earlier = withoutLast(data.resultData.runData);
		const again = await runNode(stage, id, earlier, dirty);
		return { again, received: stage.received() };
	},
});

const fileAgain: Way = {
	name: 'a single node that is run again on an earlier file',
	walk: async (stage) => {
		const file = { options: { response: { response: { responseFormat: 'file' } } } };
		const read = code(
			`const bytes = await this.helpers.getBinaryDataBuffer(0, 'data'); return { text: bytes.toString() }`,
			'After',
		);
		const key = await stage.headerKey();
		const id = await stage.create(inLine([START], call(stage.url('/file'), key, file), read));
		const { data } = await stage.runByHand(id);
		const earlier = withoutLast(data.resultData.runData);
		return { again: await runNode(stage, id, earlier) };
	},
};

/** Pins what the editor shows of a node, in the way it saves a workflow. */
async function pin(stage: Stage, id: string, name: string, runData: Runs): Promise<void> {
	const { client } = stage.host;
	const { versionId } = await client.get<{ versionId: string }>(`/rest/workflows/${id}`);
	const items = runData[name][0].data?.main[0]?.map(({ json }) => ({ json }));
	await client.patch(`/rest/workflows/${id}`, { pinData: { [name]: items }, versionId });
}

const pinned: Way = {
	name: 'an output that is pinned',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const id = await stage.create(inLine([START], call(stage.url('/echo'), key), sendOn(stage)));
		const { data } = await stage.runByHand(id);
		await pin(stage, id, 'Call', data.resultData.runData);
		const again = outlineOf(await stage.runByHand(id));
		return { again, received: stage.received() };
	},
};

const pinnedInClear: Way = {
	name: 'an output that is pinned as the service gave it',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const workflow = inLine([START], call(stage.url('/echo'), key), sendOn(stage));
		const pinData = { Call: [{ json: { headers: { 'x-key': stage.secret() } } }] };
		const id = await stage.create({ ...workflow, pinData });
		const run = outlineOf(await stage.runByHand(id));
		return { run, received: stage.received() };
	},
};

const testHook: Way = {
	name: 'a test webhook that the editor listens on',
	walk: async (stage) => {
		const { client, url } = stage.host;
		const workflow = inLine([hook(stage.key)], call(stage.url('/echo'), await stage.headerKey()));
		const id = await stage.create(workflow);
		const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
		await client.post(`/rest/workflows/${id}/run`, {
			workflowData,
			triggerToStartFrom: { name: 'Hook' },
			startNodes: [],
		});
		const reply = await stage.callHook(`${url}/webhook-test/${stage.key}`);
		return { reply, runs: await stage.outlines(id) };
	},
};

/** The editor has a trigger go off once more, with what it was shown of it. */
const triggerAgain: Way = {
	name: 'a trigger that goes off again as it did before',
	walk: async (stage) => {
		const { client } = stage.host;
		const key = await stage.headerKey();
		const secured = { authentication: 'headerAuth' };
		const trigger = { ...hook(stage.key, secured), credentials: credentialsOf(key) };
		const tell = '={{ JSON.stringify({ key: $("Hook").first().json.headers["x-key"] }) }}';
		const id = await stage.activate(inLine([trigger], send('After', stage.url('/echo'), tell)));
		const headers = { 'x-key': stage.secret() };
		const { status } = await stage.callHook(stage.key, { headers });
		const [{ data }] = await stage.executionsOf(id);
		const { executionId } = await client.post<{ executionId: string }>(
			`/rest/workflows/${id}/run`,
			{ triggerToStartFrom: { name: 'Hook', data: data.resultData.runData.Hook[0] } },
		);
		return {
			status,
			again: outlineOf(await stage.atRest(executionId)),
			received: stage.received(),
		};
	},
};

/** The editor listens; what answers, or what comes before it, is pinned. */
const pinnedBehindTestHook = (name: string, isLast: boolean): Way => ({
	name,
	walk: async (stage) => {
		const { client, url } = stage.host;
		const echo = call(stage.url('/echo'), await stage.headerKey());
		const workflow = inLine([hook(stage.key)], echo, ...(isLast ? [] : [sendOn(stage)]));
		const pinData = { Call: [{ json: { pinned: stage.secret() } }] };
		const id = await stage.create({ ...workflow, pinData });
		const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
		await client.post(`/rest/workflows/${id}/run`, {
			workflowData,
			triggerToStartFrom: { name: 'Hook' },
			startNodes: [],
		});
		const reply = await stage.callHook(`${url}/webhook-test/${stage.key}`);
		return { reply, received: stage.received(), runs: await stage.outlines(id) };
	},
});

/** A server that shows the secret in what n8n offers to choose from. */
const jenkins = async (stage: Stage) =>
	await stage.credential('jenkinsApi', {
		username: 'somebody',
		apiKey: stage.secret(),
		baseUrl: `${stage.service.url}/jenkins`,
	});

const choices = (name: string, method: string): Way => ({
	name,
	walk: async (stage) => {
		const credentials = credentialsOf(await jenkins(stage));
		const request = {
			path: 'parameters.job',
			nodeTypeAndVersion: { name: 'n8n-nodes-base.jenkins', version: 1 },
			currentNodeParameters: { job: stage.key },
			methodName: method,
			credentials,
		};
		const answer = await stage.host.client
			.post('/rest/dynamic-node-parameters/options', request)
			.then(
				(list) => (list as unknown[]).length,
				() => 'refused',
			);
		return { answer };
	},
});

export const editorWays: Way[] = [
	singleNode('a single node that is run again', []),
	singleNode('a node that is run again with a changed one before it', ['Middle']),
	fileAgain,
	pinned,
	pinnedInClear,
	testHook,
	triggerAgain,
	pinnedBehindTestHook('a test webhook that answers with pinned data', true),
	pinnedBehindTestHook('a test webhook behind which an output is pinned', false),
	choices('choices that the editor loads', 'getJobs'),
	choices('choices that the editor cannot load', 'getJobParameters'),
];
