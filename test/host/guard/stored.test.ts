import { openExecution, runOfExecution, sealedForStorage } from '../../../src/host/guard/stored';
import { openingView } from '../../../src/host/guard/seams/readers';
import { CREDENTIAL, openRoom, OTHER_WORKFLOW, runDataOf, stored, WORKFLOW } from './room';

const SECRET = 'hunter-of-7-seas!';

/** What n8n starts an error workflow with when a trigger has failed, which was in no execution. */
const failedTrigger = (mode: string) => {
	const told = { trigger: { error: { message: `refused ${SECRET}` }, mode: 'trigger' } };
	const json = { ...told, workflow: { id: OTHER_WORKFLOW, name: 'Other' } };
	const nodeExecutionStack = [{ node: { name: 'Error' }, data: { main: [[{ json }]] } }];
	const data = { resultData: { runData: {} }, executionData: { nodeExecutionStack } };
	return { mode, workflowId: WORKFLOW, workflowData: { id: WORKFLOW, nodes: [] }, data };
};

function openErrorRoom() {
	const room = openRoom([SECRET]);
	room.references.set(WORKFLOW, new Set());
	return room;
}

test('an error workflow loses the secrets of the workflow whose trigger failed, and gets them back', async () => {
	const room = openErrorRoom();
	const execution = failedTrigger('error');
	const run = await runOfExecution(room.guard, execution, '1');
	const data = stored(await sealedForStorage(room.guard, run, execution.data));
	expect(JSON.stringify(data)).not.toContain(SECRET);
	expect(JSON.stringify(data)).toContain(`sealed.v1.${CREDENTIAL}.`);
	const read = { ...execution, id: '2', data };
	await openExecution(room.guard, read);
	expect(read.data).toEqual(stored(execution.data));
});

test('items that look like the failure of a trigger join no other workflow to a run', async () => {
	const room = openErrorRoom();
	const execution = failedTrigger('webhook');
	const run = await runOfExecution(room.guard, execution, '1');
	expect([...run.family.credentials]).toEqual([]);
});

describe('the result of a worker whose credential was deleted meanwhile', () => {
	async function read(reader: { method: 'findSingleExecution'; answers?: true }) {
		const room = openRoom([SECRET]);
		const sealed = room.guard.sealRunData(await room.run(), runDataOf([{ json: { a: SECRET } }]));
		const row = { id: '1', workflowId: WORKFLOW, data: stored(sealed) };
		const store = { findSingleExecution: async () => await Promise.resolve(row) };
		room.existing.clear();
		const view = openingView(room.guard, store, reader) as typeof store;
		const { data } = await view.findSingleExecution();
		return data.resultData as typeof data.resultData & { error?: { message: string } };
	}

	test('is an error for whoever would answer with it', async () => {
		const { error } = await read({ method: 'findSingleExecution', answers: true });
		expect(error?.message).toContain('the credential no longer exists');
	});

	test('is left as it is for whoever starts a run with it, which then stops', async () => {
		expect(await read({ method: 'findSingleExecution' })).not.toHaveProperty('error');
	});
});
