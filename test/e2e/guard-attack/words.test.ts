/*
 * Passwords that are words of the host's own, and nodes of the same names: whatever n8n makes of a
 * run is what it makes of it without the guard.
 */
import type { Execution, NodeOnCanvas } from '../../../host/client.ts';
import { call, code, hook, inLine, linked, node, START, type Link } from '../guard/nodes.ts';
import type { Stage } from '../guard/stage.ts';
import { freshSecrets, walkAll, type Outcome, type Way } from '../guard/walk.ts';
import { addressesOf, ended, quick, sendOn, tell, waiting } from '../guard/ways/wait.ts';

const WORDS = ['postgres', 'main', 'json', 'success'];

/** What the editor draws of a run: everything but times and the values in the items. */
function viewOf({ status, data }: Execution) {
	const { runData, lastNodeExecuted, error } = data.resultData;
	const nodes = Object.entries(runData).map(([name, runs]) => ({
		name,
		runs: runs.map((run) => {
			const { executionStatus, source, hints, executionIndex, data, error } = run as typeof run &
				Record<string, unknown>;
			const outputs = Object.entries(data ?? {}).map(([kind, lists]) => [
				kind,
				lists.map((items) => items?.map(({ json, pairedItem }) => [shapeOf(json), pairedItem])),
			]);
			return { executionStatus, source, hints, executionIndex, outputs, error: error?.message };
		}),
	}));
	return { status, lastNodeExecuted, error: error?.message, nodes };
}

/** Names and kinds of all fields. */
const shapeOf = (value: unknown): unknown => {
	if (Array.isArray(value)) return value.map(shapeOf);
	if (value === null || typeof value !== 'object') return typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]));
};

async function credentialOf(stage: Stage, word: string) {
	return await stage.credential('httpBasicAuth', { user: 'somebody', password: word });
}

const viewsOf = async (stage: Stage, id: string) => (await stage.executionsOf(id)).map(viewOf);

/** A node that is called like the password, and gives out the password under its own name. */
const saying = (word: string): NodeOnCanvas =>
	code(
		`return [{ json: { [${JSON.stringify(word)}]: ${JSON.stringify(word)}, in: { main: 'x ${word} y' } } }]`,
		word,
	);

const ran = (word: string): Way => ({
	name: `a run whose password is ${word}`,
	walk: async (stage) => {
		const key = await credentialOf(stage, word);
		const nodes = [call(stage.url('/echo'), key), saying(word), node('Last', 'noOp', 1, {})];
		const id = await stage.activate(inLine([START, hook(stage.key)], ...nodes));
		const reply = await stage.callHook(stage.key);
		await stage.runByHand(id);
		return { reply, views: await viewsOf(stage, id), received: stage.received() };
	},
});

const failed = (word: string): Way => ({
	name: `a run that fails, whose password is ${word}`,
	walk: async (stage) => {
		const key = await credentialOf(stage, word);
		const fails = call(stage.url('/refuse'), key, {}, { onError: 'continueErrorOutput' });
		const links: Link[] = [
			['Start', 'Call'],
			['Call', word],
			['Call', 'Stop', 1],
		];
		const stop = code(`throw new Error('not ${word}')`, 'Stop');
		const id = await stage.create(linked([START, fails, saying(word), stop], links));
		await stage.runByHand(id);
		return { views: await viewsOf(stage, id), received: stage.received() };
	},
});

const resumed = (word: string): Way => ({
	name: `a wait and a retry whose password is ${word}`,
	walk: async (stage) => {
		const key = await credentialOf(stage, word);
		const last = code(
			`if (!$execution.retryOf) throw new Error('once'); return $input.all()`,
			'Last',
		);
		const nodes = [
			call(stage.url('/echo'), key),
			saying(word),
			tell(stage),
			waiting({}),
			sendOn(stage),
			last,
		];
		const id = await stage.activate(inLine([quick(stage)], ...nodes));
		await stage.callHook(stage.key);
		const { url } = await addressesOf(stage, id);
		const reply = await stage.callHook(url, { method: 'GET' });
		await ended(stage, id);
		const [{ id: execution }] = await stage.executionsOf(id);
		const again = await stage.host.client.post<{ id: string }>(
			`/rest/executions/${execution}/retry`,
			{ loadWorkflow: true },
		);
		await stage.atRest(again.id);
		return { reply, views: await viewsOf(stage, id), received: stage.received() };
	},
});

const ways = WORDS.flatMap((word) => [ran(word), failed(word), resumed(word)]);

let stock: Map<Way, Outcome>;
let guarded: Map<Way, Outcome>;

beforeAll(async () => {
	const secrets = freshSecrets(ways);
	[stock, guarded] = await Promise.all([
		walkAll(ways, { mode: 'regular' }, secrets),
		walkAll(ways, { mode: 'regular', guard: true }, secrets),
	]);
}, 300_000);

test.each(ways.map((way): [string, Way] => [way.name, way]))('%s looks the same', (_, way) => {
	const [theirs, ours] = [stock.get(way)!, guarded.get(way)!];
	expect(theirs.failure).toBeUndefined();
	expect(theirs.result).toContain('"status": "');
	expect(ours).toEqual(theirs);
});
