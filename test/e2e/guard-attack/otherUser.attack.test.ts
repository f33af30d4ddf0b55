/*
 * Attack: another user of the same n8n, who may not use a credential but knows its id, tries to learn
 * its value.
 *   - 10,000 guesses as items, beside a node that names the credential, switched off or not
 *   - the same as pinned data, as console output and as static data
 *   - tokens that came into their hands, in the data of a run and in pinned data
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary } from '../../../host/canary.ts';
import type { Client, Execution, NodeOnCanvas, Workflow } from '../../../host/client.ts';
import type { Editor } from '../../../host/observe/push.ts';
import { call, code, inLine, send, START, type Stored } from '../guard/nodes.ts';
import { inviteMember, openScene, runNode, sentTo, tokensOf, type Scene } from './host.ts';

const secret = createCanary('key', 'plain');
const GUESSES = 10_000;
let scene: Scene;
let key: Stored;
let mine: string;
let member: Client;
let editor: Editor;

beforeAll(async () => {
	scene = await openScene();
	const stage = scene.stage('owner');
	key = await stage.headerKey(secret.value);
	mine = await stage.create(inLine([START], call(`${scene.service.url}/slow`, key)));
	({ client: member, editor } = await inviteMember(scene.host));
}, 120_000);
afterAll(async () => {
	editor?.close();
	await scene?.close();
});

/** Guesses of the right form, of which one in the middle is right. */
const guesses = (): string[] =>
	Array.from({ length: GUESSES }, (_, i) =>
		i === GUESSES / 2 ? secret.value : createCanary('guess', 'plain').value,
	);

/** The node that names the credential which the member may not use. */
const named = (more: object = {}): NodeOnCanvas => ({
	...call(`${scene.service.url}/echo`, key),
	...more,
});

const create = async (workflow: Omit<Workflow, 'name'>) =>
	await member.createWorkflow({ name: 'guesses', ...workflow });

async function run(id: string): Promise<Execution | string> {
	const body = { triggerToStartFrom: { name: 'Start' }, startNodes: [] };
	return await member.post<{ executionId: string }>(`/rest/workflows/${id}/run`, body).then(
		async ({ executionId }) => await member.waitForExecution(executionId),
		(error: Error) => error.message,
	);
}

const guessing = (list: readonly string[]) =>
	code(`return ${JSON.stringify(list)}.map((guess) => ({ json: { guess } }))`, 'Guess');

/** Nothing that the member was ever told has a token or a placeholder in it. */
function expectNothingTold(): void {
	const told = [...member.answers, ...editor.frames].join('\n');
	expect(told).toContain(secret.value);
	expect(told.match(/sealed\.v1\.[\w.-]{0,40}|\[sealed[^\]]*\]/g) ?? []).toEqual([]);
}

test.each([
	['is switched off', { disabled: true }],
	['would run', {}],
])(
	'10,000 guesses beside a node that names the credential and %s show nothing',
	async (_, more) => {
		const id = await create(inLine([START], guessing(guesses()), named(more)));
		const result = await run(id);
		if ('disabled' in more) {
			expect(result).toMatchObject({ status: 'success' });
			const out = (result as Execution).data.resultData.runData.Guess[0].data?.main[0] ?? [];
			expect(out.length).toBe(GUESSES);
		}
		expectNothingTold();
	},
	60_000,
);

test('10,000 guesses that are pinned show nothing, at the first store and at later ones', async () => {
	const pinData = { Guess: guesses().map((guess) => ({ json: { guess } })) };
	const nodes = inLine([START], guessing([]), named());
	const id = await create({ ...nodes, pinData });
	const { versionId } = await member.get<{ versionId: string }>(`/rest/workflows/${id}`);
	await member.patch(`/rest/workflows/${id}`, { pinData, versionId });
	await member.get(`/rest/workflows/${id}`);
	expectNothingTold();
});

test('guesses in the console and in static data show nothing while the owner runs', async () => {
	const { client } = scene.host;
	const running = client.runWorkflow(mine);
	await sleep(500);
	const list = JSON.stringify(guesses().slice(4_000, 6_000));
	const talk = code(
		`for (const guess of ${list}) console.log(guess);
		$getWorkflowStaticData('global').guesses = ${list};
		return []`,
	);
	const result = await run(await create(inLine([START], talk, named({ disabled: true }))));
	expect(result).toMatchObject({ status: 'success' });
	expect((await running).status).toBe('success');
	expect(editor.frames.join('\n')).toContain(secret.value);
	expectNothingTold();
}, 60_000);

describe('a token that came into the hands of another user', () => {
	const SENTENCE = (field: string) =>
		`The sealed field "${field}" of the credential with the id ${key.id} cannot be opened: it was sealed for another workflow or another n8n, or was changed since. Run the node that made it again, or remove it from the pinned data. Nothing was sent on.`;
	let token: string;
	let id: string;

	beforeAll(async () => {
		const { raw } = await scene.host.client.runWorkflow(mine);
		[token] = tokensOf(raw, key.id);
		expect(token).toBeDefined();
		const tell = send('Tell', `${scene.service.url}/told`, '={{ JSON.stringify($json) }}');
		id = await create(inLine([START], code('return [{ json: { a: 1 } }]', 'Made'), tell));
	});

	const altered = () => token.replace(/.{12}\.$/, 'AAAAAAAAAAAA.');
	const field = () => token.split('.')[3];

	test.each([
		['as it is', () => token],
		['altered', altered],
	])('is refused in the data of a run, %s, with what to do', async (_, text) => {
		const item = { json: { a: text() }, pairedItem: { item: 0 } };
		const done = { startTime: 0, executionTime: 0, executionIndex: 0, source: [], hints: [] };
		const status = { executionStatus: 'success' };
		const ran = (items: object[]) => [{ ...done, ...status, data: { main: [items] } }];
		const runData = { Start: ran([{ json: {} }]), Made: ran([item]) };
		const refused = await runNode(member, id, 'Tell', runData).catch((error: Error) => error);
		expect(String(refused)).toContain(JSON.stringify(SENTENCE(field())).slice(1, -1));
		expect(sentTo(scene.service, '/told')).toEqual([]);
	});

	test.each([
		['as it is', () => token],
		['altered', altered],
	])('is refused in pinned data, %s, with what to do', async (_, text) => {
		const { versionId } = await member.get<{ versionId: string }>(`/rest/workflows/${id}`);
		await member.patch(`/rest/workflows/${id}`, {
			pinData: { Made: [{ json: { a: text() } }] },
			versionId,
		});
		expect(await run(id)).toContain(JSON.stringify(SENTENCE(field())).slice(1, -1));
		expect(sentTo(scene.service, '/told')).toEqual([]);
	});
});
