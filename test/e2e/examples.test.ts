import { search } from '../../host/canary.ts';
import { connected, credentialTypeOf, readExamples } from '../../host/examples.ts';
import { sealingKeys } from '../../host/samples.ts';
import { connect, messageOf, sightings } from './host.ts';
import { prepareStage, type Stage } from './samples.ts';

const client = connect();
const keys = sealingKeys();
let stage: Stage;
let keysId: string;

beforeAll(async () => {
	stage = await prepareStage(client);
	keysId = await client.createCredential(keys.name, keys.type, keys.fields());
});
afterAll(() => stage?.service.close());

/** Ids by credential type: the first sample of each. */
function credentials(): Record<string, string> {
	const all = Object.values(stage.samples).reverse();
	return { ...Object.fromEntries(all.map(({ type, id }) => [type, id])), [keys.type]: keysId };
}

const canaries = () => [...Object.values(stage.samples), keys].flatMap((sample) => sample.canaries);

describe.each(readExamples().map((example) => [example.file, example] as const))(
	'the example %s',
	(_file, example) => {
		const { nodes } = example.workflow;

		test('explains itself, and holds neither credentials nor pinned data', () => {
			expect(nodes.map(({ type }) => type)).toContain('n8n-nodes-base.stickyNote');
			expect(nodes.filter((node) => node.credentials !== undefined)).toEqual([]);
			expect(nodes.some((node) => credentialTypeOf(node) !== undefined)).toBe(true);
			expect(example.workflow).toMatchObject({ pinData: {} });
		});

		test('is imported and runs, and stores no secret', async () => {
			const workflow = connected(example, stage.service.url, credentials());
			const execution = await client.runOnce(workflow);
			expect(messageOf(execution)).toBe('');
			expect(search(canaries(), 'execution', execution.raw)).toEqual([]);
		});
	},
);

test('all examples together leave no secret anywhere', () => {
	expect(sightings(canaries(), client)).toEqual([]);
});
