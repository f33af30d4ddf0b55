import { createHmac, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { auditLines } from '../../host/observe/auditTrail.ts';
import { connect, readHost, sightings } from './host.ts';

/** Real requests to activated workflows: what is answered, what runs, what is stored and recorded. */

const client = connect();
const { url, folder } = readHost();
const SECRET = `canary-${randomUUID()}`;

interface Trigger {
	id: string;
	url: string;
}

let credential: string;
beforeAll(async () => {
	credential = await client.createCredential('Webhook', 'sealboxWebhookApi', { secret: SECRET });
});

/** An active workflow of a trigger and a node after it. */
async function activated(parameters: Record<string, unknown>): Promise<Trigger> {
	const trigger = await activating(parameters);
	expect(await publication(trigger)).toMatchObject({ status: 'published' });
	return trigger;
}

async function activating(parameters: Record<string, unknown>): Promise<Trigger> {
	const path = randomUUID();
	const id = await client.createWorkflow({
		name: `Webhook ${path}`,
		nodes: [
			{
				name: 'Trigger',
				type: 'n8n-nodes-sealbox.sealboxWebhookTrigger',
				typeVersion: 1,
				parameters: { httpMethod: 'POST', path, ...parameters },
				credentials: { sealboxWebhookApi: { id: credential, name: 'Webhook' } },
				webhookId: path,
			},
			{ name: 'End', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
		],
		connections: { Trigger: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
	});
	await client.activateWorkflow(id);
	return { id, url: `${url}/webhook/${path}` };
}

interface Publication {
	status: 'in_progress' | 'not_published' | 'published' | 'partial' | 'failed';
	triggers: { errorMessage: string | null }[];
}

/** n8n registers webhooks shortly after it said that a workflow is active: what came of it. */
async function publication({ id }: Trigger): Promise<Publication> {
	for (let tries = 0; tries < 600; tries += 1) {
		const found = await client.get<Publication>(`/rest/workflows/${id}/publication-status`);
		if (!['in_progress', 'not_published'].includes(found.status)) return found;
		await sleep(100);
	}
	throw new Error('the workflow was neither published nor refused');
}

interface Answer {
	status: number;
	body: string;
	headers: Record<string, string | string[] | undefined>;
}

/** Over a socket of its own, with headers that `fetch` would not send. */
function send(
	trigger: Trigger,
	body: string | Buffer,
	headers: Record<string, string | string[]> = {},
	method = 'POST',
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const all = { 'content-type': 'application/json', ...headers };
		const outgoing = httpRequest(trigger.url, { method, headers: all }, (response) => {
			const chunks: Buffer[] = [];
			response.on('data', (chunk: Buffer) => chunks.push(chunk));
			response.on('end', () =>
				resolve({
					status: response.statusCode ?? 0,
					body: Buffer.concat(chunks).toString(),
					headers: response.headers,
				}),
			);
		});
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

const hex = (text: string | Buffer) => createHmac('sha256', SECRET).update(text).digest('hex');
const github = (body: string, more: Record<string, string | string[]> = {}) =>
	({ 'x-hub-signature-256': `sha256=${hex(body)}`, ...more }) as Record<string, string | string[]>;
const slack = (body: string, at = Math.floor(Date.now() / 1000)) => ({
	'x-slack-request-timestamp': String(at),
	'x-slack-signature': `v0=${hex(`v0:${at}:${body}`)}`,
});

/** Ids of the finished runs of a workflow, once there are as many as expected or none more come. */
async function runsOf({ id }: Trigger, expected: number): Promise<string[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	for (let tries = 0; ; tries += 1) {
		const { results } = await client.get<{ results: { id: string }[] }>(
			`/rest/executions?filter=${filter}&limit=100`,
		);
		const isEnough = results.length >= expected && (expected > 0 || tries > 4);
		if (isEnough || tries > 50) return results.map((run) => run.id);
		await sleep(200);
	}
}

/** Reasons of the refusals of a workflow that are on record, once there are as many as expected. */
async function recorded({ id }: Trigger, expected: number): Promise<string[]> {
	for (let tries = 0; ; tries += 1) {
		// Whatever comes after the last one would be one too many.
		await sleep(300);
		const reasons = auditLines(folder, 'triggers')
			.filter((line) => line.includes('webhook.refused') && line.includes(id))
			.map((line) => /"reason":"(\w+)"/.exec(line)?.[1] ?? '');
		if (reasons.length >= expected || tries > 50) return reasons;
	}
}

const PROVIDER = (provider: string, options: object = {}) => ({
	authentication: 'provider',
	provider,
	options,
});

test('1: a signed request runs once, and what is stored holds no secret', async () => {
	const trigger = await activated(PROVIDER('github'));
	const body = '{"hello":"world"}';
	const answer = await send(trigger, body, github(body, { cookie: 'a=CANARY-cookie' }));
	expect(answer.status).toBe(200);
	const [run = ''] = await runsOf(trigger, 1);
	const { data } = await client.waitForExecution(run);
	const item = data.resultData.runData.Trigger?.[0]?.data?.main[0]?.[0]?.json;
	expect(item).toMatchObject({
		body: { hello: 'world' },
		method: 'POST',
		headers: { cookie: '[secret]' },
		webhook: { scheme: 'github' },
	});
});

test('refusals have their status, start nothing, tell nothing and are each on record', async () => {
	const trigger = await activated(
		PROVIDER('slack', { largestBodyKib: 1, contentTypes: 'application/json' }),
	);
	const now = Math.floor(Date.now() / 1000);
	const cases: [string, string, Record<string, string | string[]>, number, string][] = [
		['no signature', '{}', {}, 401, 'missing_header'],
		['another secret', '{}', { ...slack('{ }') }, 401, 'bad_signature'],
		['2: too old', '{}', slack('{}', now - 400), 401, 'stale'],
		['4: from the future', '{}', slack('{}', now + 400), 401, 'future'],
		[
			'40: a header twice',
			'{}',
			{ ...slack('{}'), 'x-slack-request-timestamp': [`${now}`, `${now}`] },
			401,
			'duplicate_header',
		],
		['29: too large', JSON.stringify('a'.repeat(2000)), {}, 413, 'too_large'],
		['an unwanted type', 'a', { 'content-type': 'text/plain' }, 415, 'content_type_refused'],
		[
			'95: a handshake without a signature',
			'{"type":"url_verification","challenge":"x"}',
			{},
			401,
			'missing_header',
		],
	];
	for (const [name, body, headers, status] of cases) {
		const answer = await send(trigger, body, headers);
		expect([name, answer.status]).toEqual([name, status]);
		expect(answer.body).toBe('{"message":"The request was refused."}');
	}
	expect(await runsOf(trigger, 0)).toEqual([]);
	expect(await recorded(trigger, cases.length)).toEqual(cases.map(([, , , , reason]) => reason));
});

test('20: a multipart form cannot be verified', async () => {
	const trigger = await activated(PROVIDER('github'));
	const body = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
	const headers = github(body, { 'content-type': 'multipart/form-data; boundary=b' });
	expect((await send(trigger, body, headers)).status).toBe(415);
	expect(await runsOf(trigger, 0)).toEqual([]);
});

test('59: of 50 copies at once one runs', async () => {
	const trigger = await activated(PROVIDER('github'));
	const body = JSON.stringify({ copy: randomUUID() });
	const answers = await Promise.all(
		Array.from({ length: 50 }, (_, i) =>
			send(trigger, body, github(body, { 'x-github-delivery': `${i}` })),
		),
	);
	expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
	const duplicates = answers.filter((answer) => answer.body === '{"message":"duplicate"}');
	expect(duplicates).toHaveLength(49);
	await sleep(1000);
	expect(await runsOf(trigger, 1)).toHaveLength(1);
});

test('a handshake of Slack is answered and starts nothing', async () => {
	const trigger = await activated(PROVIDER('slack'));
	const body = '{"type":"url_verification","challenge":"abc"}';
	expect(await send(trigger, body, slack(body))).toMatchObject({
		status: 200,
		body: '{"challenge":"abc"}',
	});
	expect(await runsOf(trigger, 0)).toEqual([]);
});

test('86: too many requests of a caller are told when to come again', async () => {
	const trigger = await activated(PROVIDER('github', { callerRate: 2 }));
	const answers: Answer[] = [];
	for (let i = 0; i < 3; i += 1) {
		const body = JSON.stringify({ i });
		answers.push(await send(trigger, body, github(body)));
	}
	expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
	expect(Number(answers[2]?.headers['retry-after'])).toBeGreaterThan(0);
});

test('82: an address that is not allowed is refused, whatever its headers say', async () => {
	const trigger = await activated(PROVIDER('github', { allowed: '203.0.113.7' }));
	const headers = github('{}', { 'x-forwarded-for': '203.0.113.7', 'x-real-ip': '203.0.113.7' });
	expect((await send(trigger, '{}', headers)).status).toBe(403);
	expect(await recorded(trigger, 1)).toEqual(['address_refused']);
});

test('an API key, a bearer token and a password are let in and taken out again', async () => {
	const ways: [Record<string, unknown>, Record<string, string>][] = [
		[{ authentication: 'header', headerName: 'X-Partner-Key' }, { 'x-partner-key': SECRET }],
		[{ authentication: 'bearer' }, { authorization: `Bearer ${SECRET}` }],
	];
	for (const [parameters, headers] of ways) {
		const trigger = await activated(parameters);
		expect((await send(trigger, '{}', { ...headers, 'x-other': `see ${SECRET}` })).status).toBe(
			200,
		);
		expect((await send(trigger, '{}', {})).status).toBe(401);
		const [run = ''] = await runsOf(trigger, 1);
		expect((await client.waitForExecution(run)).raw).not.toContain(SECRET);
	}
});

test('the last node answers', async () => {
	const trigger = await activated({ ...PROVIDER('github'), responseMode: 'lastNode' });
	const body = '{"n":1}';
	const answer = await send(trigger, body, github(body));
	expect(JSON.parse(answer.body)).toMatchObject({ body: { n: 1 } });
});

test('a custom scheme that is none keeps the webhook from being registered', async () => {
	const parameters = { authentication: 'custom', customScheme: '{"type":"signature"}' };
	const trigger = await activating(parameters);
	const { status, triggers } = await publication(trigger);
	expect(status).toBe('failed');
	expect(triggers[0]?.errorMessage).toContain('Scheme is not complete');
	expect((await send(trigger, '{}')).status).toBe(404);
});

test('91, 92: another method is 404 and a pre-flight 204, of n8n itself', async () => {
	const trigger = await activated(PROVIDER('github'));
	expect((await send(trigger, '', {}, 'GET')).status).toBe(404);
	expect((await send(trigger, '', { origin: 'https://evil.example' }, 'OPTIONS')).status).toBe(204);
	expect(await runsOf(trigger, 0)).toEqual([]);
});

test('the secret is nowhere: not in the database, the logs or an answer', () => {
	const canary = { name: 'webhook secret', value: SECRET, kind: 'plain' };
	expect(sightings([canary as never], client)).toEqual([]);
});
