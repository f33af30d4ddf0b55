import type { NodeOnCanvas } from '../../../../host/client.ts';
import { call, code, hook, inLine, node, send } from '../nodes.ts';
import type { Stage } from '../stage.ts';
import type { Way } from '../walk.ts';
import { addressesOf, ended, quick, sendOn, tell, waiting } from './wait.ts';

const CALLED = node('Called', 'executeWorkflowTrigger', 1.1, { inputSource: 'passthrough' });

const execute = (id: string, options: object = {}, more: object = {}) =>
	node(
		'Execute',
		'executeWorkflow',
		1.2,
		{ workflowId: { __rl: true, mode: 'id', value: id }, mode: 'once', options },
		more,
	);

/** Sends on the items as they come, whoever made them. */
const pass = (stage: Stage) =>
	send('After', stage.url('/echo'), '={{ JSON.stringify($json.headers ?? $json) }}');

const child = async (stage: Stage, ...nodes: NodeOnCanvas[]) =>
	await stage.activate(inLine([CALLED], ...nodes), `${stage.key} child`);

const childRuns = async (stage: Stage, id: string) => ({
	child: await stage.outlines(id),
	received: stage.received(),
});

const fromParent: Way = {
	name: 'a sub-workflow that is given the secret of its parent',
	walk: async (stage) => {
		const id = await child(stage, pass(stage));
		const key = await stage.headerKey();
		const result = await stage.runBoth(call(stage.url('/echo'), key), execute(id));
		return { result, ...(await childRuns(stage, id)) };
	},
};

const fromChild: Way = {
	name: 'a sub-workflow that gives its secret to its parent',
	walk: async (stage) => {
		const id = await child(stage, call(stage.url('/echo'), await stage.headerKey()));
		const result = await stage.runBoth(execute(id), pass(stage));
		return { result, ...(await childRuns(stage, id)) };
	},
};

const bothSecrets: Way = {
	name: 'a sub-workflow that mixes the secrets of both',
	walk: async (stage) => {
		const inner = await stage.headerKey(stage.secret('inner'));
		const mix = code(
			'return { json: { outer: $("Called").first().json.headers, inner: $json.headers } }',
		);
		const id = await child(stage, call(stage.url('/text'), inner), mix);
		const key = await stage.headerKey(stage.secret('outer'));
		const result = await stage.runBoth(call(stage.url('/echo'), key), execute(id), pass(stage));
		return { result, ...(await childRuns(stage, id)) };
	},
};

const notAwaited: Way = {
	name: 'a sub-workflow that nobody waits for',
	walk: async (stage) => {
		const id = await child(stage, pass(stage));
		const key = await stage.headerKey();
		const options = { waitForSubWorkflow: false };
		const result = await stage.runBoth(call(stage.url('/echo'), key), execute(id, options));
		await stage.until(() => stage.received().length === 4);
		return { result, child: await stage.outlines(id, 2) };
	},
};

const failing: Way = {
	name: 'a sub-workflow that fails',
	walk: async (stage) => {
		const id = await child(stage, call(stage.url('/refuse'), await stage.headerKey()));
		const result = await stage.runBoth(execute(id));
		return { result, ...(await childRuns(stage, id)) };
	},
};

const failingQuietly: Way = {
	name: 'a sub-workflow that fails while its parent goes on',
	walk: async (stage) => {
		const id = await child(stage, call(stage.url('/refuse'), await stage.headerKey()));
		const goOn = { onError: 'continueRegularOutput' };
		const result = await stage.runBoth(execute(id, {}, goOn), pass(stage));
		return { result, ...(await childRuns(stage, id)) };
	},
};

const waitingChild: Way = {
	name: 'a parent that waits for a sub-workflow that waits',
	walk: async (stage) => {
		const again = code('return $("Call").all()');
		const nodes = [
			call(stage.url('/echo'), await stage.headerKey()),
			tell(stage),
			waiting({}),
			again,
		];
		const id = await child(stage, ...nodes);
		const parent = await stage.activate(inLine([quick(stage)], execute(id), pass(stage)));
		await stage.callHook(stage.key);
		const { url } = await addressesOf(stage, id);
		await stage.until(async () => (await stage.statusesOf(parent))[0] === 'waiting');
		const reply = await stage.callHook(url, { method: 'GET' });
		await stage.until(() => stage.received().length === 2);
		const runs = [await ended(stage, id), await ended(stage, parent)];
		return { status: reply.status, runs, received: stage.received() };
	},
};

const waitingParent: Way = {
	name: 'a parent whose own secret comes back from a sub-workflow that waits',
	walk: async (stage) => {
		const again = code('return $("Called").all()');
		const id = await child(stage, tell(stage), waiting({}), again);
		const key = await stage.headerKey();
		const nodes = [call(stage.url('/echo'), key), execute(id), pass(stage)];
		const parent = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		const { url } = await addressesOf(stage, id);
		await stage.until(async () => (await stage.statusesOf(parent))[0] === 'waiting');
		const reply = await stage.callHook(url, { method: 'GET' });
		await stage.until(() => stage.received().length === 2);
		const runs = [await ended(stage, id), await ended(stage, parent)];
		return { status: reply.status, runs, received: stage.received() };
	},
};

const errorWorkflow = (name: string, ...failingNodes: (typeof sendOn)[]): Way => ({
	name,
	walk: async (stage) => {
		const report = send(
			'Report',
			stage.url('/echo'),
			'={{ JSON.stringify({ message: $json.execution.error.message, last: $json.execution.lastNodeExecuted }) }}',
		);
		const handler = await stage.activate(
			inLine([node('Failed', 'errorTrigger', 1, {})], report),
			`${stage.key} handler`,
		);
		const nodes = [call(stage.url('/echo'), await stage.headerKey())];
		const rest = failingNodes.map((make) => make(stage));
		const workflow = inLine([hook(stage.key)], ...nodes, ...rest);
		const id = await stage.activate({ ...workflow, settings: { errorWorkflow: handler } });
		const reply = await stage.callHook(stage.key);
		await stage.until(() => stage.received().length === 2);
		const runs = [await stage.outlines(id), await stage.outlines(handler)];
		return { reply, runs, received: stage.received() };
	},
});

export const subWays: Way[] = [
	fromParent,
	fromChild,
	bothSecrets,
	notAwaited,
	failing,
	failingQuietly,
	waitingChild,
	waitingParent,
	errorWorkflow('an error workflow that is told the secret in a message', () =>
		code('throw new Error("Bad key " + $json.headers["x-key"])'),
	),
	errorWorkflow('an error workflow that is told of an expression', () =>
		node('Stop', 'stopAndError', 1, { errorMessage: '=No: {{ $json.headers["x-key"] }}' }),
	),
];
