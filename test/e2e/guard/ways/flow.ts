import { setTimeout as sleep } from 'node:timers/promises';
import { listExecutions } from '../../../../host/observe/api.ts';
import { call, code, hook, inLine, linked, node, send, START, type Stored } from '../nodes.ts';
import type { Stage } from '../stage.ts';
import type { Way } from '../walk.ts';
import { quick, sendOn } from './wait.ts';

const callEcho = (stage: Stage, key: Stored) => call(stage.url('/echo'), key);

/** Keeps a run until something else is done with it. */
const slow = (stage: Stage, key: Stored) =>
	node(
		'Slow',
		'httpRequest',
		4.2,
		{
			...call(stage.url('/slow?ms=60000'), key).parameters,
		},
		{ credentials: call('', key).credentials },
	);

const result = (stage: Stage, more: object) => ({ ...more, received: stage.received() });

const batches: Way = {
	name: 'a loop over items',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const workflow = linked(
			[
				START,
				hook(stage.key),
				code('return [1, 2, 3, 4].map((number) => ({ json: { number } }))', 'Items'),
				node('Loop', 'splitInBatches', 3, { batchSize: 2, options: {} }),
				callEcho(stage, key),
				code('return $input.all()', 'Done'),
			],
			[
				['Start', 'Items'],
				['Hook', 'Items'],
				['Items', 'Loop'],
				['Loop', 'Done', 0],
				['Loop', 'Call', 1],
				['Call', 'Loop'],
			],
		);
		return await stage.runBothOf(workflow);
	},
};

const merged: Way = {
	name: 'two branches that are merged',
	walk: async (stage) => {
		const [one, other] = [await stage.headerKey(), await stage.headerKey(stage.secret('other'))];
		const again = { ...call(stage.url('/text'), other), name: 'Again' };
		const merge = node('Merge', 'merge', 3, {
			mode: 'combine',
			combineBy: 'combineByPosition',
			options: {},
		});
		const workflow = linked(
			[START, hook(stage.key), callEcho(stage, one), again, merge],
			[
				['Start', 'Call'],
				['Start', 'Again'],
				['Hook', 'Call'],
				['Hook', 'Again'],
				['Call', 'Merge', 0, 0],
				['Again', 'Merge', 0, 1],
			],
		);
		return await stage.runBothOf(workflow);
	},
};

const progress: Way = {
	name: 'progress that is saved after each node',
	walk: async (stage) => {
		const nodes = [1, 2, 3, 4].map((number) => code('return $input.all()', `Step ${number}`));
		const workflow = inLine(
			[START, hook(stage.key)],
			callEcho(stage, await stage.headerKey()),
			...nodes,
		);
		return await stage.runBothOf({ ...workflow, settings: { saveExecutionProgress: true } });
	},
};

const unsaved: Way = {
	name: 'a run that is not to be kept',
	walk: async (stage) => {
		const workflow = inLine(
			[hook(stage.key)],
			callEcho(stage, await stage.headerKey()),
			sendOn(stage),
		);
		const settings = { saveDataSuccessExecution: 'none', saveExecutionProgress: true };
		await stage.activate({ ...workflow, settings });
		return result(stage, { reply: await stage.callHook(stage.key) });
	},
};

const removed: Way = {
	name: 'a run that is deleted',
	walk: async (stage) => {
		const id = await stage.create(inLine([START], callEcho(stage, await stage.headerKey())));
		const { id: execution } = await stage.runByHand(id);
		await stage.host.client.post('/rest/executions/delete', { ids: [execution] });
		return result(stage, {});
	},
};

const retried = (name: string, loadWorkflow: boolean): Way => ({
	name,
	walk: async (stage) => {
		const flaky = send('Flaky', stage.url('/flaky'), '={{ JSON.stringify($json.headers) }}');
		const workflow = inLine(
			[quick(stage)],
			callEcho(stage, await stage.headerKey()),
			flaky,
			sendOn(stage),
		);
		const id = await stage.activate(workflow);
		await stage.callHook(stage.key);
		const [failed] = await stage.executionsOf(id);
		await stage.host.client.post(`/rest/executions/${failed.id}/retry`, { loadWorkflow });
		return result(stage, { runs: await stage.outlines(id, 2) });
	},
});

const cancelled = (name: string, startsByHand: boolean): Way => ({
	name,
	walk: async (stage) => {
		const { client } = stage.host;
		const key = await stage.headerKey();
		const workflow = inLine([START, quick(stage)], callEcho(stage, key), slow(stage, key));
		const settings = { saveExecutionProgress: true };
		const id = await stage.activate({ ...workflow, settings });
		const run = startsByHand ? stage.runByHand(id) : stage.callHook(stage.key);
		await stage.until(() => stage.received().length === 2);
		const [{ id: execution }] = await listExecutions(client, id);
		await client.post(`/rest/executions/${execution}/stop`, {});
		await run;
		return result(stage, { runs: (await stage.outlines(id)).map(({ status }) => status) });
	},
});

const timedOut: Way = {
	name: 'a run that takes too long',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const workflow = inLine([quick(stage)], callEcho(stage, key), slow(stage, key));
		const id = await stage.activate({ ...workflow, settings: { executionTimeout: 5 } });
		await stage.callHook(stage.key);
		return result(stage, { runs: (await stage.outlines(id)).map(({ status }) => status) });
	},
};

const crashed = (name: string, settings: Record<string, unknown>): Way => ({
	name,
	walk: async (stage) => {
		const key = await stage.headerKey();
		const workflow = inLine([quick(stage)], callEcho(stage, key), slow(stage, key));
		const id = await stage.activate({ ...workflow, settings });
		stage.aroundCrash(async () => {
			await stage.callHook(stage.key);
			await stage.until(() => stage.received().length === 2);
			return async () =>
				await stage.until(async () => (await stage.statusesOf(id))[0] === 'crashed');
		});
	},
});

const killedEarly: Way = {
	name: 'trigger data of a run that is killed before its first node has ended',
	walk: async (stage) => {
		const key = await stage.headerKey();
		const trigger = {
			...hook(stage.key, { responseMode: 'onReceived', authentication: 'headerAuth' }),
			credentials: call('', key).credentials,
		};
		await stage.activate(inLine([trigger], slow(stage, key)));
		stage.aroundCrash(async () => {
			await stage.callHook(stage.key, { headers: { 'X-Key': stage.secret() } });
			await stage.until(() => stage.received().length === 1);
			return async () => await sleep(0);
		});
	},
};

export const flowWays: Way[] = [
	batches,
	merged,
	progress,
	unsaved,
	removed,
	retried('a failed run that is retried', false),
	retried('a failed run that is retried with the workflow of now', true),
	cancelled('a run from the editor that is stopped', true),
	cancelled('a run in production that is stopped', false),
	timedOut,
	crashed('a run that crashes after its progress was saved', { saveExecutionProgress: true }),
	killedEarly,
];
