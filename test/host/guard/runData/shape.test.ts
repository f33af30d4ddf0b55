/** The host's own structure is never rewritten, whatever the passwords are. */
import { openRoom, runDataOf, stored, WORKFLOW } from '../room';

const HOST_WORDS = [
	...['postgres', 'main', 'json', 'success', 'executionId', 'binary', 'filesystem-v2', 'manual'],
	...['Fetch the invoices', 'n8n-nodes-base.httpRequest', 'resultData', 'runData', 'pairedItem'],
	...['nodeExecutionStack', 'Cred000000000001', WORKFLOW, 'previousNode', '12345678', 'true'],
];
const room = openRoom(HOST_WORDS);
const NODE = {
	id: 'a1',
	name: 'Fetch the invoices',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4,
	position: [0, 0],
	parameters: { url: 'http://a/postgres' },
	credentials: { postgres: { id: 'Cred000000000001', name: 'main' } },
};
const task = (more: object = {}) => ({
	startTime: 12345678,
	executionTime: 12345678,
	executionIndex: 0,
	executionStatus: 'success',
	source: [{ previousNode: 'Fetch the invoices', previousNodeOutput: 0, previousNodeRun: 0 }],
	data: {
		main: [
			[
				{ json: { ok: 'fine' }, pairedItem: { item: 12345678 } },
				{ json: { ok: 'fine' }, pairedItem: [{ item: 12345678, input: undefined }] },
			],
		],
	},
	metadata: { subExecution: { executionId: '12345678', workflowId: WORKFLOW } },
	...more,
});
const structure = {
	version: 1,
	startData: {
		destinationNode: { nodeName: 'Fetch the invoices', mode: 'inclusive' },
		runNodeFilter: ['Fetch the invoices', 'main'],
	},
	resultData: {
		runData: { 'Fetch the invoices': [task()], main: [task()], json: [task()] },
		pinData: { 'Fetch the invoices': [{ json: {} }] },
		lastNodeExecuted: 'Fetch the invoices',
	},
	executionData: {
		contextData: { 'node:Fetch the invoices': {} },
		nodeExecutionStack: [
			{
				node: { ...NODE, parameters: {} },
				data: { main: [[{ json: {} }]] },
				source: { main: [{ previousNode: 'main' }] },
			},
		],
		metadata: { 'Fetch the invoices': [{ nodeWasResumed: true }] },
		waitingExecution: { 'Fetch the invoices': { 0: { main: [[{ json: {} }]] } } },
		waitingExecutionSource: { 'Fetch the invoices': { 0: { main: [{ previousNode: 'main' }] } } },
		runtimeData: { source: 'manual', version: 1 },
	},
	parentExecution: { executionId: '12345678', workflowId: WORKFLOW },
	resumeToken: 'Fetch the invoices',
	pushRef: 'main',
	manualData: {
		userId: 'main',
		dirtyNodeNames: ['Fetch the invoices'],
		triggerToStartFrom: { name: 'Fetch the invoices', data: task() },
	},
};

test('run data that is all structure comes back as the same reference', async () => {
	expect(room.guard.sealRunData(await room.run(), structure)).toBe(structure);
});

test('everything around what was found stays as it was', async () => {
	const found = stored(structure);
	found.resultData.runData.main[0].data.main[0][0].json.ok = 'see Fetch the invoices there';
	const sealed = room.guard.sealRunData(await room.run(), found);
	expect(sealed.resultData.runData.main[0].data.main[0][0].json.ok).toMatch(
		/^see sealed\.v1\.[\w.-]+ there$/,
	);
	const rest = stored(sealed) as typeof structure & { sealboxGuard?: unknown };
	expect(rest.sealboxGuard).toBe(1);
	delete rest.sealboxGuard;
	rest.resultData.runData.main[0].data.main[0][0].json.ok = 'fine';
	expect(rest).toEqual(structure);
});

test('what stands in the place of a link and is none is content', async () => {
	const json = { ok: 'fine' };
	const data = runDataOf([{ json }, { json, pairedItem: { 'Fetch the invoices': 1 } }]);
	const run = await room.run();
	const { Fetch } = room.guard.sealRunData(run, data).resultData.runData;
	const [plain, odd] = Fetch[0].data.main[0] as { json: object; pairedItem?: object }[];
	expect(plain).toEqual({ json });
	expect(odd.json).toEqual(json);
	expect(JSON.stringify(odd.pairedItem)).not.toContain('Fetch the invoices');
});

test('files keep their whereabouts and types, and lose what is secret in them', async () => {
	const inStore = { mimeType: 'text/plain', fileType: 'json', data: 'filesystem-v2' };
	const binary = {
		stored: { ...inStore, id: `filesystem-v2:workflows/${WORKFLOW}/1`, fileSize: '12.3 kB' },
		inline: {
			mimeType: 'text/plain',
			data: Buffer.from('a Fetch the invoices').toString('base64'),
		},
	};
	const data = runDataOf([{ json: { a: 'postgres' }, binary, pairedItem: 0 }]);
	const sealed = room.guard.sealRunData(await room.run(), data);
	const [item] = sealed.resultData.runData.Fetch[0].data.main[0] as [
		{ json: { a: string }; binary: typeof binary },
	];
	expect(item.binary.stored).toEqual(binary.stored);
	expect(item.binary.inline.data).toMatch(/^\S*sealed\.v1\./);
	expect(item.json.a).toMatch(/^sealed\.v1\./);
});

test('an error still names its node, and its text is sealed', async () => {
	const error = {
		name: 'NodeApiError',
		message: 'refused: Fetch the invoices',
		node: NODE,
		context: { itemIndex: 12345678, nodeCause: 'Fetch the invoices', data: 'main' },
		timestamp: 12345678,
		stack: 'at postgres',
	};
	const data = stored(runDataOf([], { resultData: { runData: {}, error } }));
	const sealed = room.guard.sealRunData(await room.run(), data) as unknown as {
		resultData: { error: typeof error };
	};
	const after = sealed.resultData.error;
	expect(after.message).toMatch(/^refused: sealed\.v1\./);
	expect(after.node).toEqual(NODE);
	expect(after.context).toEqual({ ...error.context, data: after.context.data });
	expect(after.context.data).toMatch(/^sealed\.v1\./);
	expect(after.timestamp).toBe(12345678);
});

test('what a manual run was started with is content', async () => {
	const data = stored(structure);
	data.manualData.triggerToStartFrom.data.data.main[0][0].json.ok = 'Fetch the invoices';
	const sealed = room.guard.sealRunData(await room.run(), data);
	const { triggerToStartFrom } = sealed.manualData;
	expect(triggerToStartFrom.name).toBe('Fetch the invoices');
	expect(triggerToStartFrom.data.data.main[0][0].json.ok).toMatch(/^sealed\.v1\./);
});
