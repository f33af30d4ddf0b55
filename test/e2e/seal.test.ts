import { createCanary, search } from '../../host/canary.ts';
import type { Execution, NodeOnCanvas } from '../../host/client.ts';
import { connect, httpRequest, inLine, messageOf, outputOf, sightings } from './host.ts';

const TYPE = 'sealboxSealingKeysApi';
const client = connect();
const passphrase = createCanary('passphrase');
const secret = createCanary('secret in an item');
let keys: string;

beforeAll(async () => {
	const fields = { keysFrom: 'passphrase', passphrase: passphrase.value };
	keys = await client.createCredential('Keys', TYPE, fields);
});

const sealNode = (name: string, parameters: object, id = keys): NodeOnCanvas => ({
	name,
	type: 'n8n-nodes-sealbox.sealboxSeal',
	typeVersion: 1,
	parameters: { fieldsBy: 'path', paths: 'token', ...parameters },
	credentials: { [TYPE]: { id, name: 'Keys' } },
});

const seal = (context = 'customer 1') => sealNode('Seal', { operation: 'seal', context });
const open = (parameters: object = {}, id = keys) =>
	sealNode('Open', { operation: 'open', context: 'customer 1', reveal: true, ...parameters }, id);

/** Runs nodes on one item with a secret in it. What the trigger is given is stored with the run. */
async function run(...nodes: NodeOnCanvas[]): Promise<Execution> {
	const item = { json: { token: secret.value, note: `the token is ${secret.value}`, n: 1 } };
	return await client.runOnce({ ...inLine('Seal', ...nodes), pinData: { Start: [item] } });
}

const outputText = (execution: Execution, node: string) =>
	JSON.stringify(outputOf(execution, node));

describe('Sealbox Seal', () => {
	test('seals a field and opens it again for the same context', async () => {
		const execution = await run(seal(), open());
		expect(messageOf(execution)).toBe('');
		const [sealed] = outputOf(execution, 'Seal');
		expect(sealed.token).not.toBe(secret.value);
		expect(sealed.n).toBe(1);
		expect(outputOf(execution, 'Open')).toMatchObject([{ token: secret.value, n: 1 }]);
	});

	test('opens nothing without the switch that reveals', async () => {
		const execution = await run(seal(), open({ reveal: false }));
		expect(execution.status).toBe('error');
		expect(messageOf(execution)).toMatch(/Reveal/);
	});

	test('opens nothing for another context, and says no more than that', async () => {
		const execution = await run(seal(), open({ context: 'customer 2' }));
		expect(execution.status).toBe('error');
		expect(messageOf(execution)).toMatch(/\.$/);
		expect(search([secret, passphrase], 'message', messageOf(execution))).toEqual([]);
	});

	test('opens nothing with other keys', async () => {
		const fields = { keysFrom: 'passphrase', passphrase: createCanary('other').value };
		const others = await client.createCredential('Other keys', TYPE, fields);
		const execution = await run(seal(), open({}, others));
		expect(execution.status).toBe('error');
	});

	test('reseals what it sealed', async () => {
		const reseal = sealNode('Reseal', { operation: 'reseal', context: 'customer 1' });
		const execution = await run(seal(), reseal, open());
		expect(messageOf(execution)).toBe('');
		expect(outputOf(execution, 'Reseal')[0].token).not.toBe(outputOf(execution, 'Seal')[0].token);
		expect(outputOf(execution, 'Open')).toMatchObject([{ token: secret.value }]);
	});

	test.each([
		['masks', { resource: 'redaction', operation: 'mask' }],
		['redacts', { resource: 'redaction', operation: 'redact' }],
	])('%s a field', async (_verb, parameters) => {
		const execution = await run(sealNode('Hide', { ...parameters, paths: 'token, note' }));
		expect(messageOf(execution)).toBe('');
		expect(search([secret], 'output', outputText(execution, 'Hide'))).toEqual([]);
		expect(outputOf(execution, 'Hide')).toMatchObject([{ n: 1 }]);
	});

	test('scrubs a sealed secret from the other fields', async () => {
		const parameters = { resource: 'redaction', operation: 'scrub', secretsAre: 'sealed' };
		const where = { sourceFields: 'token', context: 'customer 1' };
		const execution = await run(seal(), sealNode('Scrub', { ...parameters, ...where }));
		expect(messageOf(execution)).toBe('');
		expect(search([secret], 'output', outputText(execution, 'Scrub'))).toEqual([]);
		expect(outputOf(execution, 'Scrub')[0].note).toMatch(/^the token is /);
	});

	test('leaves its passphrase nowhere', () => expect(sightings([passphrase], client)).toEqual([]));
});

describe('the sealing keys', () => {
	const testWith = async (fields: object) =>
		await client.testCredential(keys, 'Keys', TYPE, fields);

	test('pass their test', async () => {
		const fields = { keysFrom: 'passphrase', passphrase: passphrase.value };
		expect(await testWith(fields)).toMatchObject({ status: 'OK' });
	});

	test.each([
		['an empty passphrase', { keysFrom: 'passphrase', passphrase: '' }],
		['a short passphrase', { keysFrom: 'passphrase', passphrase: 'short' }],
		[
			'a keyset that is none',
			{ keysFrom: 'keyset', secretKeyset: 'nonsense', passphrase: 'nonsense' },
		],
	])('fail their test with %s, in a sentence', async (_what, fields) => {
		const { status, message } = await testWith(fields);
		expect(status).toBe('Error');
		expect(message).toMatch(/^[A-Z].{20,}\.$/s);
	});

	test('come back from the API without the passphrase', async () => {
		const answer = JSON.stringify(await client.readCredential(keys));
		expect(search([passphrase], 'credential', answer)).toEqual([]);
	});

	test('are refused to nodes of other packages', async () => {
		const node = httpRequest(TYPE, keys, { url: 'http://127.0.0.1:9/' });
		await expect(client.createWorkflow(inLine('Stranger', node))).rejects.toThrow(/restricted/);
	});
});
