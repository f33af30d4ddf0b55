import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanary } from '../host/canary.ts';
import type { NodeOnCanvas, Workflow } from '../host/client.ts';
import { startHost, type BenchHost } from './host.ts';

const CALLERS = 8;
const ROUNDS = 8;
/** Requests of one round, all of them signed anew. */
const REQUESTS = 32;
const BUDGET = 0.95;

/** What is called in turn: where, and how its requests are signed. */
interface Door {
	readonly name: string;
	readonly url: string;
	readonly sign: (body: string) => Record<string, string>;
}

interface Round {
	/** Requests per second. */
	readonly rate: number;
	/** Milliseconds of each, in order of size. */
	readonly latencies: readonly number[];
}

/** How n8n is set up. */
const SETTINGS: [name: string, env: Record<string, string>][] = [
	['as it comes', {}],
	['lazy', { N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true' }],
	['with the guard', { EXTERNAL_HOOK_FILES: resolve('dist/guard.js') }],
];

/** Sealbox Webhook Trigger with HMAC against n8n's own Webhook without, as a Markdown section. */
export async function benchWebhooks(): Promise<string> {
	const rows: string[] = [];
	for (const [name, env] of SETTINGS) {
		const own = rowsOf(name, await measure(env));
		process.stderr.write(`${own.join('\n')}\n`);
		rows.push(...own);
	}
	return section(rows);
}

async function measure(env: Record<string, string>): Promise<Map<Door, Round[]>> {
	const host = await startHost(env);
	try {
		const doors = await prepare(host);
		const rounds = new Map(doors.map((door): [Door, Round[]] => [door, []]));
		for (let round = -1; round < ROUNDS; round += 1) {
			const inTurn = round % 2 === 0 ? doors : [...doors].reverse();
			for (const door of inTurn) {
				const measured = await call(door);
				if (round >= 0) rounds.get(door)?.push(measured);
			}
		}
		return rounds;
	} finally {
		await host.stop();
	}
}

function rowsOf(setting: string, rounds: Map<Door, Round[]>): string[] {
	const [first = [], ...others] = [...rounds.values()];
	return [...rounds].map(([{ name }, own]) => {
		const latencies = own.flatMap((round) => round.latencies).sort((a, b) => a - b);
		const ratio = median(own.map(({ rate }, i) => rate / (first[i]?.rate ?? NaN)));
		const cells = [
			setting,
			name,
			`${median(own.map(({ rate }) => rate)).toFixed(0)}/s`,
			`${at(latencies, 0.5).toFixed(0)} ms`,
			`${at(latencies, 0.99).toFixed(0)} ms`,
			own === first ? '' : ratio.toFixed(2),
			own === others.at(-1) ? String(BUDGET) : '',
		];
		return `| ${cells.join(' | ')} |`;
	});
}

const section = (rows: string[]): string => `## Webhooks

${CALLERS} callers send JSON to an active workflow of a trigger and a No Operation node, which answers
immediately; n8n stores each run. All triggers are in one n8n on SQLite and called in turn, ${REQUESTS} requests
at a time, each with a body of its own. The ratio is the median of what one round let in per second to
what the round beside it let in through n8n's own node, which verifies nothing.

For each request to a trigger that is not its own Webhook node, n8n prepares its expression engine, whether
there are expressions or not. The guard spares the trigger that. *Lazy* is n8n with
N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true, where the engine is prepared when n8n's first expression asks for it.

| n8n | Trigger | Requests | Median | 99 % | Ratio | Budget |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;

const at = (sorted: readonly number[], share: number): number =>
	sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
const median = (values: number[]): number =>
	at(
		[...values].sort((a, b) => a - b),
		0.5,
	);

/** One round: all callers at once, each with a connection that it keeps. */
async function call(door: Door): Promise<Round> {
	const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
	const latencies: number[] = [];
	let sent = 0;
	const started = performance.now();
	const caller = async () => {
		while (sent < REQUESTS) {
			sent += 1;
			const body = JSON.stringify({ number: sent, at: performance.now(), text: 'x'.repeat(200) });
			const before = performance.now();
			const status = await post(agent, door.url, body, door.sign(body));
			if (status !== 200) throw new Error(`${door.name} answered ${status}`);
			latencies.push(performance.now() - before);
		}
	};
	await Promise.all(Array.from({ length: CALLERS }, caller));
	const seconds = (performance.now() - started) / 1000;
	agent.destroy();
	// Runs go on after the answer: the next round is not to pay for them.
	await sleep(1500);
	return { rate: REQUESTS / seconds, latencies };
}

function post(
	agent: Agent,
	url: string,
	body: string,
	headers: Record<string, string>,
): Promise<number> {
	return new Promise((resolve, reject) => {
		const all = { 'content-type': 'application/json', ...headers };
		const outgoing = request(url, { agent, method: 'POST', headers: all }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
		});
		outgoing.on('error', reject);
		outgoing.end(body);
	});
}

/** The doors that are compared, n8n's own first and the budget's last. */
async function prepare(host: BenchHost): Promise<Door[]> {
	const secret = createCanary('webhook').value;
	const id = await host.client.createCredential('Webhook', 'sealboxWebhookApi', { secret });
	const sealbox = (authentication: Record<string, unknown>): Partial<NodeOnCanvas> => ({
		type: 'n8n-nodes-sealbox.sealboxWebhookTrigger',
		typeVersion: 1,
		parameters: { httpMethod: 'POST', options: {}, ...authentication },
		credentials: { sealboxWebhookApi: { id, name: 'Webhook' } },
	});
	const stock = {
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', options: {} },
	};
	const hmac = (body: string) => ({
		'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
	});
	const all: [string, Partial<NodeOnCanvas>, Door['sign']][] = [
		['n8n’s Webhook', stock, () => ({})],
		['Sealbox, no authentication', sealbox({ authentication: 'none' }), () => ({})],
		['Sealbox, HMAC', sealbox({ authentication: 'provider', provider: 'github' }), hmac],
	];
	const doors: Door[] = [];
	for (const [index, [name, node, sign]] of all.entries()) {
		const path = `bench-${index}`;
		const workflow = await host.client.createWorkflow(workflowFor(path, node));
		await host.client.activateWorkflow(workflow);
		const url = `${host.url}/webhook/${path}`;
		await untilRegistered(url);
		doors.push({ name, url, sign });
	}
	return doors;
}

/** n8n names the methods of a registered path to whoever comes with another. */
async function untilRegistered(url: string): Promise<void> {
	for (let tries = 0; !(await (await fetch(url)).text()).includes('POST request'); tries += 1) {
		if (tries > 100) throw new Error('The webhook of the benchmark was not registered');
		await sleep(100);
	}
}

const workflowFor = (path: string, node: Partial<NodeOnCanvas>): Workflow => ({
	name: path,
	settings: { executionOrder: 'v1' },
	nodes: [
		{
			name: 'Trigger',
			webhookId: path,
			...node,
			parameters: { ...node.parameters, path },
		} as NodeOnCanvas,
		{ name: 'End', type: 'n8n-nodes-base.noOp', typeVersion: 1, parameters: {} },
	],
	connections: { Trigger: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
});
