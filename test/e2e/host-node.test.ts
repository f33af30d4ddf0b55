import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary, search } from '../../host/canary.ts';
import type { NodeOnCanvas, Workflow } from '../../host/client.ts';
import { createApiKey, listExecutions } from '../../host/observe/api.ts';
import { auditLines } from '../../host/observe/auditTrail.ts';
import { sealingKeys } from '../../host/samples.ts';
import { guarded } from '../../host/services/routes.ts';
import { startService, type Service } from '../../host/services/service.ts';
import { keysetOf } from '../../src/kinds/keyset';
import { openFields, sealFields } from '../../src/sealing/itemFields';
import {
	connect,
	inLine,
	messageOf,
	outputOf,
	readHost,
	sealboxRequest,
	sightings,
} from './host.ts';

/** Sealbox Host in a real n8n, which it speaks to through that n8n's own public API. */

// Each test runs several workflows, one after the other.
jest.setTimeout(120_000);

const client = connect();
const { url, folder } = readHost();
const present = createCanary('present', 'plain');
const SCOPES = [
	...['list', 'read', 'create', 'update', 'delete'].map((action) => `credential:${action}`),
	...['list', 'read', 'stop', 'retry'].map((action) => `execution:${action}`),
	...['list', 'read', 'create', 'update', 'delete', 'activate', 'deactivate'].map(
		(action) => `workflow:${action}`,
	),
];

let service: Service;
let hostCredential: string;
let apiKey: string;

beforeAll(async () => {
	apiKey = await createApiKey(client, `host ${randomUUID()}`, SCOPES);
	hostCredential = await client.createCredential('This n8n', 'sealboxHostApi', {
		baseUrl: url,
		apiKey,
	});
	service = await startService({
		'/me': guarded(({ headers }) => headers['x-key'] === present.value),
	});
	// The answer in which n8n told the key is the one that may hold it.
	client.answers.length = 0;
});
afterAll(() => service?.close());

const hostNode = (
	resource: string,
	operation: string,
	parameters: Record<string, unknown> = {},
	name = 'Sealbox Host',
): NodeOnCanvas => ({
	name,
	type: 'n8n-nodes-sealbox.sealboxHost',
	typeVersion: 1,
	parameters: { resource, operation, ...parameters },
	credentials: { sealboxHostApi: { id: hostCredential, name: 'This n8n' } },
});
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** What the node gives out for one operation. */
async function ask(resource: string, operation: string, parameters: Record<string, unknown> = {}) {
	const node = hostNode(resource, operation, parameters);
	const execution = await client.runOnce(inLine(`Host ${operation}`, node));
	expect(messageOf(execution)).toBe('');
	return outputOf(execution, 'Sealbox Host');
}

const headerAuth = async (value: string) =>
	await client.createCredential(`Header ${randomUUID()}`, 'httpHeaderAuth', {
		name: 'X-Key',
		value,
	});

/** n8n's own HTTP Request with n8n's own Header Auth. */
const request = (credential: string): NodeOnCanvas => ({
	name: 'HTTP Request',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		url: `${service.url}/me`,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
	},
	credentials: { httpHeaderAuth: { id: credential, name: 'Header' } },
});

/** Waits for something to be so; a test that waits for nothing runs into its own time limit. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await isSo())) await sleep(100);
}

/** What is on record of a credential, in the order of the record. */
function auditOf(credential: string): Entry[] {
	return auditLines(folder)
		.filter((line) => line.includes(`"${credential}"`))
		.flatMap((line) => entryIn(line) ?? []);
}

interface Entry {
	type: string;
	subject: Record<string, string>;
}

/** `null` for a line that is being written. */
function entryIn(line: string): Entry | null {
	try {
		return JSON.parse(line) as Entry;
	} catch {
		return null;
	}
}

test('the test of the credential asks n8n, and tells a wrong key from a wrong address', async () => {
	const test = async (fields: object) =>
		await client.testCredential('', 'Trial', 'sealboxHostApi', {
			baseUrl: url,
			apiKey,
			...fields,
		});
	expect(await test({})).toEqual({ status: 'OK', message: 'n8n answered and took the key.' });
	expect(await test({ apiKey: 'eyJhbGciOiJIUzI1NiJ9.wrong.key' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('does not know the API key'),
	});
	expect(await test({ baseUrl: `${service.url}/elsewhere` })).toMatchObject({ status: 'Error' });
	expect(await test({ baseUrl: 'http://127.0.0.1:1' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('Nothing answers'),
	});
});

test('a credential is created, changed, tested, found and deleted, and never shown', async () => {
	const secret = createCanary('created', 'plain');
	const fields = (...rows: object[]) => ({ fields: { field: rows } });
	const created = await client.runOnce(
		inLine(
			'Create',
			hostNode('credential', 'create', {
				name: 'Made by a workflow',
				type: 'httpHeaderAuth',
				...fields(
					{ name: 'name', value: 'X-Key' },
					{ name: 'value', from: 'generated', length: 32 },
				),
			}),
		),
	);
	expect(messageOf(created)).toBe('');
	const [made] = outputOf(created, 'Sealbox Host') as { id: string; type: string }[];
	expect(made).toMatchObject({ name: 'Made by a workflow', type: 'httpHeaderAuth' });
	expect(Object.keys(made!)).not.toContain('data');
	const credentialId = byId(made!.id);

	await ask('credential', 'update', { credentialId, name: 'Renamed' });
	const [shown] = await ask('credential', 'get', { credentialId });
	expect(shown).toMatchObject({ id: made!.id, name: 'Renamed' });
	const [tested] = await ask('credential', 'test', { credentialId });
	expect(tested).toMatchObject({ outcome: 'untested' });
	const listed = await ask('credential', 'getAll', {
		returnAll: true,
		filters: { type: 'httpHeaderAuth' },
	});
	expect(listed.map(({ id }) => id)).toContain(made!.id);

	const refused = await client.runOnce(
		inLine(
			'Fixed text',
			hostNode('credential', 'update', {
				credentialId,
				...fields({ name: 'value', from: 'given', value: secret.value }),
			}),
		),
	);
	expect(messageOf(refused)).toContain('fixed text');

	const [deleted] = await ask('credential', 'delete', { credentialId });
	expect(deleted).toMatchObject({ id: made!.id, deleted: true });
	const gone = await client.runOnce(
		inLine('Gone', hostNode('credential', 'get', { credentialId })),
	);
	expect(messageOf(gone)).toContain('was not found');
});

test('who uses a credential is told before it is deleted', async () => {
	const credential = await headerAuth(present.value);
	const id = await client.createWorkflow(inLine('User of it', request(credential)));
	const [found] = await ask('workflow', 'findByCredential', { credentialId: byId(credential) });
	expect(found).toMatchObject({
		count: 1,
		activeCount: 0,
		workflows: [{ id, active: false, nodes: ['HTTP Request'] }],
	});
});

test('the editor offers credentials and workflows by name', async () => {
	const credential = await headerAuth(present.value);
	const offered = async (path: string, methodName: string, filter: string) =>
		await client.post<{ results: { name: string; value: string }[] }>(
			'/rest/dynamic-node-parameters/resource-locator-results',
			{
				path: `parameters.${path}`,
				methodName,
				filter,
				currentNodeParameters: { resource: 'workflow', operation: 'get' },
				nodeTypeAndVersion: { name: 'n8n-nodes-sealbox.sealboxHost', version: 1 },
				credentials: { sealboxHostApi: { id: hostCredential, name: 'This n8n' } },
			},
		);
	const { results } = await offered('credentialId', 'searchCredentials', 'header');
	expect(results.map(({ value }) => value)).toContain(credential);
	const id = await client.createWorkflow(inLine('Offered by name'));
	expect((await offered('workflowId', 'searchWorkflows', 'offered')).results).toEqual([
		{ name: 'Offered by name', value: id },
	]);
});

test('an execution is shown step by step, without the secret that the service echoed', async () => {
	const credential = await headerAuth(present.value);
	const id = await client.createWorkflow(inLine('Echo', request(credential)));
	const execution = await client.runWorkflow(id);
	expect(search([present], 'n8n itself', execution.raw)).not.toEqual([]);

	const node = hostNode('execution', 'get', { executionId: execution.id });
	const reading = await client.runOnce(inLine('Read', node));
	expect(messageOf(reading)).toBe('');
	const [shown] = outputOf(reading, 'Sealbox Host') as {
		status: string;
		steps: { node: string; input: unknown[]; output: unknown[]; durationMs: number }[];
	}[];
	expect(shown!.steps.map(({ node: name }) => name)).toEqual(['Start', 'HTTP Request']);
	const [, step] = shown!.steps;
	expect(step!.input).toEqual([[{}]]);
	expect(JSON.stringify(step!.output)).toContain('/me');
	expect(step!.durationMs).toEqual(expect.any(Number));
	expect(search([present], 'the node', reading.raw)).toEqual([]);

	const listed = await ask('execution', 'getAll', {
		returnAll: false,
		limit: 1,
		filters: { workflowId: byId(id), status: 'success' },
	});
	expect(listed).toMatchObject([{ id: execution.id, status: 'success', workflowId: id }]);
});

test('an execution that waits is stopped', async () => {
	const wait: NodeOnCanvas = {
		name: 'Wait',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		parameters: { resume: 'timeInterval', amount: 1, unit: 'hours' },
	};
	const id = await client.createWorkflow(inLine('Waits', wait));
	const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
	const { executionId } = await client.post<{ executionId: string }>(`/rest/workflows/${id}/run`, {
		workflowData,
		triggerToStartFrom: { name: 'Start' },
		startNodes: [],
	});
	await until(async () => (await client.readExecution(executionId)).status === 'waiting');
	const [stopped] = await ask('execution', 'stop', { executionId });
	expect(stopped).toMatchObject({ id: executionId });
	expect((await client.readExecution(executionId)).status).toBe('canceled');
});

test('a workflow is created, changed, activated, run and deleted', async () => {
	const sub = {
		name: 'Sub',
		nodes: [
			{
				name: 'Called',
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				parameters: { inputSource: 'passthrough' },
				position: [0, 0],
			},
			{
				name: 'Answer',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				position: [200, 0],
				parameters: {
					assignments: {
						assignments: [
							{ id: '1', name: 'answer', value: '={{ $json.question }}!', type: 'string' },
						],
					},
				},
			},
		],
		connections: { Called: { main: [[{ node: 'Answer', type: 'main', index: 0 }]] } },
		settings: {},
		pinData: {},
		active: false,
	};
	const [made] = (await ask('workflow', 'create', { workflowJson: JSON.stringify(sub) })) as {
		id: string;
	}[];
	const workflowId = byId(made!.id);
	const [changed] = await ask('workflow', 'update', {
		workflowId,
		workflowJson: JSON.stringify({ name: 'Sub, renamed' }),
	});
	expect(changed).toMatchObject({ id: made!.id, name: 'Sub, renamed', nodeCount: 2 });
	const [active] = await ask('workflow', 'activate', { workflowId });
	expect(active).toMatchObject({ active: true });

	const question: NodeOnCanvas = {
		name: 'Question',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			assignments: { assignments: [{ id: '1', name: 'question', value: 'six', type: 'string' }] },
		},
	};
	const ran = await client.runOnce(
		inLine('Run', question, hostNode('workflow', 'run', { workflowId })),
	);
	expect(messageOf(ran)).toBe('');
	expect(outputOf(ran, 'Sealbox Host')).toMatchObject([
		{ id: made!.id, output: [{ answer: 'six!' }] },
	]);

	const [idle] = await ask('workflow', 'deactivate', { workflowId });
	expect(idle).toMatchObject({ active: false });
	await ask('workflow', 'delete', { workflowId });
	const listed = await ask('workflow', 'getAll', { returnAll: true });
	expect(listed.map(({ id }) => id)).not.toContain(made!.id);
});

describe('a rotation of n8n’s own Header Auth', () => {
	const earlier = createCanary('earlier value', 'plain');
	const next = createCanary('next value', 'plain');
	const bad = createCanary('bad value', 'plain');
	const canaries = [earlier, next, bad];
	const accepted = new Set([earlier.value]);
	const sample = sealingKeys();
	let partner: Service;
	let keys: string;
	let credential: string;
	let workflowId: string;
	let path: string;

	/** n8n's own HTTP Request, which fails when the partner turns the key away. */
	const call = (): NodeOnCanvas => {
		const node = request(credential);
		return { ...node, parameters: { ...node.parameters, url: `${partner.url}/me` } };
	};
	const after = (from: string) => ({
		[from]: { main: [[{ node: 'HTTP Request', type: 'main', index: 0 }]] },
	});

	beforeAll(async () => {
		partner = await startService({
			'/me': ({ headers }) =>
				accepted.has(String(headers['x-key'])) ? { body: { ok: true } } : { status: 401 },
		});
		credential = await headerAuth(earlier.value);
		keys = await client.createCredential('Keys', sample.type, sample.fields());
		path = randomUUID();
		const webhook: NodeOnCanvas = {
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: { path, responseMode: 'lastNode', options: {} },
			webhookId: path,
		};
		const called: NodeOnCanvas = {
			name: 'Called',
			type: 'n8n-nodes-base.executeWorkflowTrigger',
			typeVersion: 1.1,
			parameters: { inputSource: 'passthrough' },
		};
		workflowId = await client.createWorkflow({
			name: 'Uses the credential',
			nodes: [webhook, called, call()],
			connections: { ...after('Webhook'), ...after('Called') },
		});
		await client.activateWorkflow(workflowId);
	});
	afterAll(() => partner?.close());

	const USED_BY: Record<
		string,
		Array<'sealboxBearerApi' | 'sealboxHostApi' | 'sealboxSealingKeysApi'>
	> = {
		'n8n-nodes-sealbox.sealboxHost': ['sealboxHostApi', 'sealboxSealingKeysApi'],
		'n8n-nodes-sealbox.sealboxRequest': ['sealboxBearerApi'],
		'n8n-nodes-sealbox.sealboxSeal': ['sealboxSealingKeysApi'],
	};

	/** As another workflow, or a person, has sealed it: no item ever holds it in clear. */
	async function sealed(secret: string): Promise<string> {
		const keyset = await keysetOf(sample.fields());
		const sealing = { keyset, context: 'partner' };
		return sealFields({ secret }, { by: 'all' }, sealing).secret;
	}

	/** A workflow that rotates the credential to a value that it gets sealed. */
	async function rotate(secret: string, more: Record<string, unknown> = {}) {
		const given: NodeOnCanvas = {
			name: 'Given',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: { mode: 'raw', jsonOutput: JSON.stringify({ key: await sealed(secret) }) },
		};
		const node = hostNode('credential', 'rotate', {
			credentialId: byId(credential),
			fields: { field: [{ name: 'value', from: 'given', value: '={{ $json.key }}' }] },
			useKeys: true,
			context: 'partner',
			test: 'workflow',
			workflowId: byId(workflowId),
			...more,
		});
		const sealing = { sealboxSealingKeysApi: { id: keys, name: 'Keys' } };
		const rotating = { ...node, credentials: { ...node.credentials, ...sealing } };
		return await client.runOnce(inLine('Rotate', given, rotating));
	}

	/** Calls the workflow that uses the credential one after the other, until told to stop. */
	function keepCalling() {
		const statuses: number[] = [];
		let isOver = false;
		const done = (async () => {
			while (!isOver) {
				const { status } = await fetch(`${url}/webhook/${path}`);
				statuses.push(status);
			}
		})();
		const stop = async () => {
			isOver = true;
			await done;
		};
		/** Until a call has begun and ended after now. */
		const once = async () => {
			const seen = statuses.length;
			while (statuses.length < seen + 2) await sleep(20);
		};
		return { stop, once, statuses };
	}

	const usedLately = () => {
		const used = partner.received.at(-1)?.headers['x-key'];
		return canaries.find(({ value }) => value === used)?.name;
	};
	const eventsOf = () => auditOf(credential).map(({ type }) => type);

	test('no run fails while a new value that the partner takes comes into use', async () => {
		await until(async () => (await fetch(`${url}/webhook/${path}`)).status === 200);
		accepted.add(next.value);
		const calling = keepCalling();
		try {
			await calling.once();
			expect(usedLately()).toBe('earlier value');
			const rotation = await rotate(next.value);
			expect(messageOf(rotation)).toBe('');
			expect(outputOf(rotation, 'Sealbox Host')).toEqual([
				{
					id: credential,
					name: expect.any(String),
					type: 'httpHeaderAuth',
					rotated: true,
					fields: ['value'],
					test: 'passed',
					rotatedAt: expect.any(String),
				},
			]);
			await calling.once();
			// The overlap is over: only the new value is good.
			accepted.delete(earlier.value);
			await calling.once();
		} finally {
			await calling.stop();
		}
		expect(usedLately()).toBe('next value');
		expect(new Set(calling.statuses)).toEqual(new Set([200]));
		let runs: { id: string; status: string }[] = [];
		await until(async () => {
			runs = await listExecutions(client, workflowId);
			return !runs.some(({ status }) => status === 'running' || status === 'new');
		});
		expect(runs.length).toBeGreaterThan(Math.min(calling.statuses.length, 99));
		expect(runs.filter(({ status }) => status !== 'success')).toEqual([]);
		await until(() => eventsOf().includes('credential.rotated'));
	});

	test('a new value that is refused is taken back, and the workflow goes on', async () => {
		const rotation = await rotate(bad.value);
		expect(rotation.status).toBe('error');
		expect(messageOf(rotation)).toContain('has its earlier values again');
		expect((await fetch(`${url}/webhook/${path}`)).status).toBe(200);
		expect(usedLately()).toBe('next value');
		await until(() => eventsOf().includes('credential.rotation.undone'));
	});

	test('a value that is tried first never gets in when it is bad, and goes only where it may', async () => {
		const options = (tryUrl: string) => ({ test: 'none', options: { tryUrl } });
		const anywhere = await rotate(bad.value, options(`${partner.url}/me`));
		expect(messageOf(anywhere)).toContain('does not say where it may be sent');

		await client.updateCredential(credential, 'Header', 'httpHeaderAuth', {
			name: 'X-Key',
			value: next.value,
			allowedHttpRequestDomains: 'domains',
			allowedDomains: '127.0.0.1',
		});
		const elsewhere = await rotate(bad.value, options('http://localhost:1/me'));
		expect(messageOf(elsewhere)).toContain('127.0.0.1 only');
		const refused = await rotate(bad.value, options(`${partner.url}/me`));
		expect(messageOf(refused)).toContain('refused the new value (401)');
		expect((await fetch(`${url}/webhook/${path}`)).status).toBe(200);
		expect(usedLately()).toBe('next value');

		const another = createCanary('another value', 'plain');
		accepted.add(another.value);
		expect(messageOf(await rotate(another.value, options(`${partner.url}/me`)))).toBe('');
		await fetch(`${url}/webhook/${path}`);
		expect(partner.received.at(-1)?.headers['x-key'] === another.value).toBe(true);
		expect(sightings([another], client)).toEqual([]);
	});

	test('the example rotates it, and leaves nothing behind', async () => {
		const issued = createCanary('issued value', 'plain');
		const token = createCanary('token', 'plain');
		let withdrawn = 0;
		const issuer = await startService({
			'/keys': ({ headers, method }) => {
				if (method !== 'POST' || headers.authorization !== `Bearer ${token.value}`)
					return { status: 401 };
				accepted.add(issued.value);
				return { body: { key: issued.value } };
			},
			'/keys/earlier': () => {
				withdrawn += 1;
				return { status: 200, body: {} };
			},
		});
		const bearer = await client.createCredential('Issuer', 'sealboxBearerApi', {
			token: token.value,
			baseUrl: issuer.url,
		});
		const example = readFileSync('examples/host/rotate-a-credential.json', 'utf8');
		const workflow = JSON.parse(
			example.replaceAll('https://api.example.com', issuer.url),
		) as Workflow;
		expect(workflow.nodes.filter((node) => node.credentials !== undefined)).toEqual([]);
		// What a reader does after the import: chooses credentials and the workflow.
		const chosen = {
			sealboxSealingKeysApi: keys,
			sealboxBearerApi: bearer,
			sealboxHostApi: hostCredential,
		};
		for (const node of workflow.nodes) {
			const types = USED_BY[node.type] ?? [];
			node.credentials = Object.fromEntries(
				types.map((type) => [type, { id: chosen[type], name: type }]),
			);
			if (!node.type.endsWith('sealboxHost')) continue;
			Object.assign(node.parameters, {
				credentialId: byId(credential),
				workflowId: byId(workflowId),
			});
		}
		const id = await client.createWorkflow(workflow);
		await client.activateWorkflow(id);
		const workflowData = await client.get<Workflow>(`/rest/workflows/${id}`);
		await client.post(`/rest/workflows/${id}/run`, {
			workflowData,
			triggerToStartFrom: { name: 'Run it by hand' },
			startNodes: [],
		});
		await until(() => withdrawn === 1);
		await issuer.close();
		await fetch(`${url}/webhook/${path}`);
		expect(partner.received.at(-1)?.headers['x-key'] === issued.value).toBe(true);
		await until(async () => (await listExecutions(client, id)).length === 0);
		expect(sightings([issued, token], client)).toEqual([]);
	});

	test('where nothing could prove the new value, nothing is written', async () => {
		const untested = await rotate(bad.value, { test: 'n8n' });
		expect(messageOf(untested)).toContain('no test for credentials of this type');
		const unrelated = await client.createWorkflow(inLine('Unrelated'));
		const proof = await rotate(bad.value, { workflowId: byId(unrelated) });
		expect(messageOf(proof)).toContain('does not use it');
		expect((await fetch(`${url}/webhook/${path}`)).status).toBe(200);
	});

	test('a generated value is stored, given out sealed, and known to nobody', async () => {
		const rotation = await rotate('', {
			fields: { field: [{ name: 'value', from: 'generated', length: 48, alphabet: 'hex' }] },
			test: 'none',
			options: { outputSealed: true },
		});
		expect(messageOf(rotation)).toBe('');
		const [{ sealed: out }] = outputOf(rotation, 'Sealbox Host') as [{ sealed: { value: string } }];
		const keyset = await keysetOf(sample.fields());
		const opened = openFields({ ...out }, { by: 'all' }, { keyset, context: 'partner' });
		expect(opened.value).toMatch(/^[0-9a-f]{48}$/);
		accepted.add(opened.value);
		expect((await fetch(`${url}/webhook/${path}`)).status).toBe(200);
		const generated = { name: 'generated value', value: opened.value };
		expect(sightings([generated], client)).toEqual([]);
	});

	test('neither the earlier nor the new value is in a stored execution, a log or an answer', () => {
		expect(sightings(canaries, client)).toEqual([]);
	});
});

test('a rotation is told of once though its test uses the new value, and one that is taken back is not', async () => {
	const type = 'sealboxBearerApi';
	const tokens: string[] = [];
	let takes: (token: string) => boolean = () => true;
	const partner = await startService({
		'/me': ({ headers }) => {
			const token = String(headers.authorization);
			tokens.push(token);
			return takes(token) ? { body: { ok: true } } : { status: 401 };
		},
	});
	const credential = await client.createCredential('Bearer', type, {
		token: createCanary('bearer', 'plain').value,
		baseUrl: partner.url,
	});
	const using = sealboxRequest(type, credential, { url: `${partner.url}/me` });
	const called: NodeOnCanvas = {
		name: 'Called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
	const workflowId = await client.createWorkflow({
		name: 'Uses the bearer',
		nodes: [called, using],
		connections: { Called: { main: [[{ node: using.name, type: 'main', index: 0 }]] } },
	});
	await client.activateWorkflow(workflowId);
	const use = async () => messageOf(await client.runOnce(inLine('Use', using)));
	const rotate = async () => {
		const node = hostNode('credential', 'rotate', {
			credentialId: byId(credential),
			fields: { field: [{ name: 'token', from: 'generated', length: 48, alphabet: 'hex' }] },
			test: 'workflow',
			workflowId: byId(workflowId),
		});
		return messageOf(await client.runOnce(inLine('Rotate', node)));
	};

	expect(await use()).toBe('');
	expect(await rotate()).toBe('');
	expect(await use()).toBe('');
	const good = tokens.at(-1);
	takes = (token) => token === good;
	expect(await rotate()).toContain('has its earlier values again');
	expect(await use()).toBe('');
	takes = () => true;
	expect(await rotate()).toBe('');
	expect(await use()).toBe('');
	await partner.close();
	expect(new Set(tokens).size).toBe(4);
	const told = () => auditOf(credential).filter((entry) => entry.type === 'credential.rotated');
	await until(() => told().length >= 2);
	expect(told().map(({ subject }) => subject.reason)).toEqual([undefined, undefined]);
});

describe('failed runs of a webhook workflow', () => {
	let isWell = false;
	let flaky: Service;
	beforeAll(async () => {
		flaky = await startService({ '/work': () => ({ status: isWell ? 200 : 500, body: {} }) });
	});
	afterAll(() => flaky?.close());

	/** A workflow that has failed once, after its caller had its answer. */
	async function failedOnce(): Promise<{ workflowId: string; executionId: string }> {
		const path = randomUUID();
		const workflowId = await client.createWorkflow({
			name: 'Takes orders',
			nodes: [
				{
					name: 'Webhook',
					type: 'n8n-nodes-base.webhook',
					typeVersion: 2,
					parameters: { path, options: {} },
					webhookId: path,
				},
				{
					name: 'Work',
					type: 'n8n-nodes-base.httpRequest',
					typeVersion: 4.2,
					parameters: { url: `${flaky.url}/work` },
				},
			],
			connections: { Webhook: { main: [[{ node: 'Work', type: 'main', index: 0 }]] } },
		});
		await client.activateWorkflow(workflowId);
		await until(async () => (await fetch(`${url}/webhook/${path}`)).status === 200);
		let failed: { id: string; status: string }[] = [];
		await until(async () => {
			failed = await listExecutions(client, workflowId);
			return failed.some(({ status }) => status === 'error');
		});
		return { workflowId, executionId: failed[0]!.id };
	}

	const retryFailed = async (workflowId: string) =>
		await ask('execution', 'retryFailed', {
			workflowId: byId(workflowId),
			retries: 2,
			firstPause: 1,
			options: { longestPause: 1 },
		});

	/** Asks until something has come of it that is not waiting. */
	async function comesTo(workflowId: string): Promise<Record<string, unknown>> {
		let outcome: Record<string, unknown> | undefined;
		await until(async () => {
			[outcome] = await retryFailed(workflowId);
			return outcome?.state !== 'waiting';
		});
		return outcome ?? {};
	}

	test('are retried after a pause, and given up with one dead letter', async () => {
		isWell = false;
		const { workflowId, executionId } = await failedOnce();
		const about = { executionId, workflowId };
		expect(await comesTo(workflowId)).toMatchObject({ ...about, state: 'failed', retries: 1 });
		expect(await comesTo(workflowId)).toMatchObject({ ...about, state: 'gave up', retries: 2 });
		expect(await retryFailed(workflowId)).toEqual([]);
		const letters = () => auditOf(executionId).filter(({ type }) => type === 'execution.gave_up');
		await until(() => letters().length > 0);
		expect(letters()).toMatchObject([
			{ subject: { execution: executionId, workflow: workflowId, retries: '2' } },
		]);
	});

	test('are settled by a retry that succeeds', async () => {
		isWell = false;
		const { workflowId, executionId } = await failedOnce();
		isWell = true;
		expect(await comesTo(workflowId)).toMatchObject({
			executionId,
			state: 'succeeded',
			retries: 1,
		});
		expect(await retryFailed(workflowId)).toEqual([]);
	});
});

test('the API key shows up in no answer and no log', () => {
	const key = [{ name: 'API key', value: apiKey }];
	expect(search(key, 'answers', client.answers.join('\n'))).toEqual([]);
	// n8n itself keeps the keys to its API in its database, in clear.
	const files = sightings(key, client).filter(({ where }) => !/database\.sqlite/.test(where));
	expect(files).toEqual([]);
});
